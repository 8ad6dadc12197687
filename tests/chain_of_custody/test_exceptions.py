"""What is not every day's work: each act writes the truth, and refuses what is not."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from centre.chain_of_custody import actions
from centre.chain_of_custody.actions import (
    court,
    disposal,
    drying,
    holds,
    opening,
    retention,
)
from centre.chain_of_custody.models import CustodyEvent, TemperatureReading
from centre.chain_of_custody.queries.disposal import holding
from centre.chain_of_custody.queries.history import standing
from centre.chain_of_custody.rules import climate
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.fold import Condition, Integrity
from centre.chain_of_custody.rules.moves import Move, State
from centre.chain_of_custody.rules.opening import amount, part
from centre.core import clock
from centre.core.actions import approvals
from centre.core.errors import AccessError, RuleError
from centre.core.models import Proposal
from centre.core.permissions import Role
from centre.core.verification import faults
from tests.chain_of_custody.test_security_keys import confirmed_act
from tests.conftest import enrol


@pytest.fixture(autouse=True)
def any_code(monkeypatch):
    """One-time codes are tried in the tests of sign-in."""
    monkeypatch.setattr(approvals, "check_factor", lambda *, by, code: code == "good")


@pytest.fixture
def colleague(centre):
    return enrol("kofi", "Kofi Kiptoo", Role.CUSTODIAN, centre)


@pytest.fixture
def cabinet(centre, custodian):
    return actions.open_location(
        centre=centre,
        name="Drying cabinet",
        kind="unit",
        storage_class="DRYCAB",
        by=custodian,
    )


@pytest.fixture
def packaged(collect, nurse):
    item = collect("CONDOM", "other")
    actions.package_item(item=item, packaging="leak_proof", is_dry=False, by=nurse)
    return item


@pytest.fixture
def opened(stored_item, custodian, coordinator, colleague):
    return open_up(stored_item, custodian, coordinator, colleague)


def open_up(package, by, approver, witness, seal="A1"):
    proposal = opening.propose_opening(
        package=package,
        words="The court wants to see it.",
        authority="Order 7/2026",
        by=by,
        code="good",
        link="/",
    )
    approvals.approve(proposal=proposal, by=approver, code="good")
    opening.open_seal(
        package=package,
        seen=Seen(seal),
        authority="Order 7/2026",
        reason="The court wants to see it.",
        witness=witness,
        by=by,
        code="good",
        witness_code="good",
    )
    return package


def test_a_sample_dries_in_a_place_and_comes_out(collect, cabinet, nurse):
    item = collect()
    drying.start_drying(item=item, place=cabinet, is_locked=True, by=nurse)
    held = standing(item)
    assert (held.state, held.holder, held.place) == (
        State.DRYING,
        nurse.pk,
        cabinet.pk,
    )

    drying.end_drying(item=item, is_dry=True, by=nurse)
    assert (standing(item).state, standing(item).place) == (State.COLLECTED, None)


def test_drying_elsewhere_says_why(collect, shelf, nurse):
    with pytest.raises(RuleError, match="why it dries elsewhere"):
        drying.start_drying(item=collect(), place=shelf, is_locked=False, by=nurse)


def test_r07_action_an_unsealed_thing_is_stored_by_the_exceptional_route_alone(
    packaged, fridge, custodian, coordinator, colleague
):
    with pytest.raises(RuleError, match="not sealed yet"):
        actions.store(package=packaged, place=fridge, by=custodian)
    way = {
        "item": packaged,
        "place": fridge,
        "witness": colleague,
        "reason": "It leaks; no bag fits.",
        "by": custodian,
    }
    with pytest.raises(RuleError, match="Nobody has approved"):
        drying.store_unsealed(**way)

    proposal = drying.propose_unsealed(
        item=packaged, words="It leaks.", by=custodian, code="good", link="/"
    )
    with pytest.raises(RuleError, match="waits for approval"):
        drying.store_unsealed(**way)
    approvals.approve(proposal=proposal, by=coordinator, code="good")
    event = drying.store_unsealed(**way)

    assert event.reason_code == "unsealed_route"
    assert standing(packaged).state is State.STORED
    assert standing(packaged).integrity is Integrity.OPEN


def test_what_was_stored_unsealed_is_sealed_there_and_only_once(
    packaged, fridge, custodian, coordinator, colleague, nurse
):
    proposal = drying.propose_unsealed(
        item=packaged, words="It leaks.", by=custodian, code="good", link="/"
    )
    approvals.approve(proposal=proposal, by=coordinator, code="good")
    drying.store_unsealed(
        item=packaged,
        place=fridge,
        witness=colleague,
        reason="It leaks.",
        by=custodian,
    )
    actions.seal_item(item=packaged, seal="W1", kind="bag", by=nurse)
    actions.store(package=packaged, place=fridge, by=custodian)
    assert standing(packaged).seal == "W1"
    with pytest.raises(RuleError, match="sealed already"):
        actions.seal_item(item=packaged, seal="W2", kind="bag", by=nurse)


def test_r11_action_a_seal_is_opened_only_on_authority_and_approval(
    stored_item, custodian, colleague, coordinator
):
    given = {
        "package": stored_item,
        "seen": Seen("A1"),
        "authority": "Order 7/2026",
        "reason": "To look at it.",
        "witness": colleague,
        "by": custodian,
        "code": "good",
        "witness_code": "good",
    }
    with pytest.raises(RuleError, match="only on authority and approval"):
        opening.open_seal(**given)
    open_up(stored_item, custodian, coordinator, colleague)

    assert standing(stored_item).state is State.OPENED
    assert standing(stored_item).seal == ""
    assert list(faults()) == []


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"code": "bad"}, "one-time code"),
        ({"witness_code": "bad"}, "one-time code"),
        ({"authority": " "}, "authority"),
        ({"seen": Seen("ZZ9")}, "not the one on record"),
    ],
)
def test_an_opening_that_is_not_whole_opens_nothing(
    stored_item, custodian, coordinator, colleague, changed, says
):
    proposal = opening.propose_opening(
        package=stored_item,
        words="To look at it.",
        authority="Order 7/2026",
        by=custodian,
        code="good",
        link="/",
    )
    approvals.approve(proposal=proposal, by=coordinator, code="good")
    given = {
        "package": stored_item,
        "seen": Seen("A1"),
        "authority": "Order 7/2026",
        "reason": "To look at it.",
        "witness": colleague,
        "by": custodian,
        "code": "good",
        "witness_code": "good",
        **changed,
    }
    with pytest.raises(RuleError, match=says):
        opening.open_seal(**given)
    assert standing(stored_item).state is State.STORED


def test_opening_a_seal_asks_for_a_security_key(opened, custodian, keyed):
    key = keyed(custodian)

    event = opened.custody.get(move=Move.SEAL_BROKEN)
    assert confirmed_act(event, key, custodian)


def test_a_part_keeps_its_origin_and_never_exceeds_what_was_left(opened, custodian):
    child = opening.take_part(
        item=opened, part=opening.Part("0,4", "swab", "Tip of the swab"), by=custodian
    )

    assert child.parent == opened
    assert standing(child).state is State.COLLECTED
    assert opening.left_of(opened) == "0.6"
    with pytest.raises(RuleError, match=r"Only 0.6 are left"):
        opening.take_part(
            item=opened, part=opening.Part("0.7", "swab", "The rest"), by=custodian
        )


def test_acceptance_11_r21_action_no_part_is_taken_of_what_is_sealed_or_ended(
    stored_item, custodian, coordinator, colleague
):
    whole = opening.Part("1", "swab", "All")
    with pytest.raises(RuleError, match="This is sealed"):
        opening.take_part(item=stored_item, part=whole, by=custodian)

    open_up(stored_item, custodian, coordinator, colleague)
    opening.use_up(
        item=stored_item,
        reason="The test needs all of it.",
        authority="Order 8/2026",
        supervisor=colleague,
        by=custodian,
        code="good",
    )
    assert standing(stored_item).state is State.CONSUMED
    with pytest.raises(RuleError, match="has ended"):
        opening.take_part(item=stored_item, part=whole, by=custodian)


def test_an_opened_item_is_sealed_again_with_another_seal(opened, custodian, colleague):
    given = {
        "item": opened,
        "kind": "tape",
        "done": "Looked at in court.",
        "left": "All of it",
        "witness": colleague,
        "by": custodian,
    }
    with pytest.raises(RuleError, match="used before"):
        opening.seal_again(seal="A1", **given)
    opening.seal_again(seal="A2", **given)

    held = standing(opened)
    assert (held.state, held.seal) == (State.RECEIVED, "A2")


def test_a_kit_that_is_opened_sets_its_items_free(
    sealed_kit, shelf, custodian, coordinator, colleague
):
    actions.store(package=sealed_kit, place=shelf, by=custodian)
    open_up(sealed_kit, custodian, coordinator, colleague, seal="K1")

    for item in sealed_kit.items.all():
        held = standing(item)
        assert (held.state, held.is_in_kit, held.seal != "") == (
            State.RECEIVED,
            False,
            True,
        )
        actions.store(package=item, place=shelf, by=custodian)


@pytest.mark.parametrize("text", ["", "none", "0", "-1", "nan", "inf", "1e9"])
def test_a_quantity_is_a_number_above_nothing(text):
    with pytest.raises(RuleError):
        amount(text)


def test_a_part_leaves_the_rest():
    assert part("2", "0.5") == "1.5"
    assert part("1", "1") == "0"


def test_a_hold_bars_the_destruction_of_the_cases_key(stored_item, coordinator):
    assert holding(stored_item.case) == ["1 of its things have not ended"]
    holds.place_hold(
        package=stored_item,
        kind="court",
        authority="Order 9/2026",
        review_on=clock.now().date() + timedelta(days=30),
        by=coordinator,
    )

    assert "1 of its things are under a hold" in holding(stored_item.case)


def test_acceptance_15_a_hold_bars_the_end_until_it_is_lifted(
    stored_item, coordinator, custodian, monday
):
    retention.set_retention(package=stored_item, by=custodian)
    event = holds.place_hold(
        package=stored_item,
        kind="court",
        authority="Order 9/2026",
        review_on=clock.now().date() + timedelta(days=30),
        by=coordinator,
    )
    assert standing(stored_item).holds == (event.pk,)
    monday.move_to(clock.now().replace(year=2090))
    end = {
        "package": stored_item,
        "words": "Over",
        "by": custodian,
        "code": "good",
    }
    with pytest.raises(RuleError, match=r"1 hold\(s\) stand"):
        disposal.propose_destruction(**end)

    holds.lift_hold(
        package=stored_item, hold=str(event.pk), reason="Order 10", by=coordinator
    )
    with pytest.raises(RuleError, match="lifted already"):
        holds.lift_hold(
            package=stored_item, hold=str(event.pk), reason="Again", by=coordinator
        )
    disposal.propose_destruction(**end)


def test_a_hold_says_whose_it_is_and_when_it_is_looked_at_again(
    stored_item, coordinator, custodian
):
    given = {
        "package": stored_item,
        "kind": "court",
        "authority": "Order 9/2026",
        "review_on": clock.now().date() + timedelta(days=30),
        "by": coordinator,
    }
    for changed in (
        {"kind": "neighbour"},
        {"review_on": date(2001, 1, 1)},
        {"authority": ""},
    ):
        with pytest.raises(RuleError):
            holds.place_hold(**{**given, **changed})
    with pytest.raises(AccessError):
        holds.place_hold(**{**given, "by": custodian})


def test_what_is_missing_is_in_question_and_can_be_found(stored_item, shelf, custodian):
    holds.declare_missing(
        package=stored_item,
        last_seen="On shelf 1 on Monday",
        searches="Shelves 1 to 9",
        notified="The coordinator",
        by=custodian,
    )
    held = standing(stored_item)
    assert (held.state, held.integrity) == (State.MISSING, Integrity.IN_QUESTION)
    with pytest.raises(RuleError):
        actions.store(package=stored_item, place=shelf, by=custodian)

    holds.find_again(
        package=stored_item, where="Behind shelf 2", seen=Seen("A1"), by=custodian
    )
    assert standing(stored_item).state is State.RECEIVED
    actions.store(package=stored_item, place=shelf, by=custodian)


def test_what_is_found_with_another_seal_raises_that_question_too(
    stored_item, custodian
):
    holds.declare_missing(
        package=stored_item,
        last_seen="Shelf 1",
        searches="All",
        notified="Dora",
        by=custodian,
    )
    before = len(standing(stored_item).questions)
    holds.find_again(
        package=stored_item,
        where="Behind shelf 2",
        seen=Seen("Q9", Condition.NUMBER_DIFFERS),
        by=custodian,
    )
    assert len(standing(stored_item).questions) == before + 1


@pytest.mark.parametrize(
    ("storage", "reading", "fits"),
    [
        ("REF", "2", True),
        ("REF", "8,0", True),
        ("REF", "8.1", False),
        ("REF", "1.9", False),
        ("FRZ", "-18", True),
        ("FRZ", "\u221217.9", False),
        ("AMB", "25 °C", True),
        ("AMB", "25.1", False),
        ("DRYCAB", "60", True),
    ],
)
def test_each_class_has_its_range(storage, reading, fits):
    assert climate.is_in_range(storage, climate.celsius(reading)) is fits


@pytest.mark.parametrize("text", ["", "warm", "nan", "999", "1e5"])
def test_a_temperature_is_one_of_a_store(text):
    with pytest.raises(RuleError):
        climate.celsius(text)


def test_an_excursion_questions_everything_that_lies_there(
    fridge, packaged, custodian, nurse
):
    actions.label_item(item=packaged, scanned=packaged.code, by=nurse)
    actions.seal_item(item=packaged, seal="W1", kind="bag", by=nurse)
    actions.store(package=packaged, place=fridge, by=custodian)
    room = fridge.parent
    fine = {"sensor": "T1", "action": "", "by": custodian}
    holds.read_temperature(place=fridge, reading="4.5", **fine)
    assert standing(packaged).integrity is Integrity.SEALED
    with pytest.raises(RuleError, match="Say what you did"):
        holds.read_temperature(place=fridge, reading="12", **fine)

    acted = {**fine, "action": "Moved to refrigerator 2"}
    holds.read_temperature(place=room, reading="31", **acted)
    assert standing(packaged).integrity is Integrity.IN_QUESTION
    values = TemperatureReading.objects.values_list("celsius", flat=True)
    assert set(values) == {Decimal("4.5"), Decimal("31.0")}
    assert list(faults()) == []


def test_the_pages_take_what_is_typed_and_keep_it_when_refused(
    stored_item, coordinator, custodian, colleague, browse
):
    page = browse(custodian)
    where = reverse("open_seal_item", args=[stored_item.code])
    typed = {
        "seal": "A1",
        "condition": "intact",
        "package_condition": "intact",
        "authority": "Order 7/2026",
        "reason": "To look at it.",
        "witness": str(colleague.pk),
        "code": "good",
        "witness_code": "good",
    }
    refused = page.post(where, typed).content.decode()
    assert "only on authority and approval" in refused
    assert 'value="Order 7/2026"' in refused

    page.post(
        reverse("propose_opening_item", args=[stored_item.code]),
        {"words": "To look at it.", "authority": "Order 7/2026", "code": "good"},
    )
    proposal = Proposal.objects.get()
    browse(coordinator).post(
        proposal.get_absolute_url(), {"answer": "approve", "code": "good"}
    )
    assert page.post(where, typed).status_code == 302
    assert CustodyEvent.objects.filter(move="seal.broken").count() == 1


def test_the_temperature_page_draws_what_was_read(fridge, custodian, browse):
    page = browse(custodian)
    where = reverse("temperature", args=[fridge.code])
    assert "Nothing was read yet" in page.get(where).content.decode()
    refused = page.post(where, {"reading": "40"}).content.decode()
    assert 'value="40"' in refused

    page.post(where, {"reading": "4"})
    shown = page.get(where).content.decode()
    assert "from 2 to 8 °C" in shown
    assert "4.0" in shown


@pytest.mark.parametrize(
    ("reading", "action", "asked"), [("21", "", 0), ("34", "Moved to the next room", 1)]
)
def test_a_temperature_outside_its_range_questions_the_thing(
    stored_item, custodian, reading, action, asked
):
    event = holds.log_condition(
        package=stored_item, reading=reading, sensor="T-4", action=action, by=custodian
    )

    assert event.details["temperature"].startswith(reading)
    found = stored_item.custody.filter(move=Move.DISCREPANCY_RAISED)
    assert found.count() == asked


def test_a_temperature_outside_its_range_needs_what_was_done(stored_item, custodian):
    before = stored_item.custody.count()

    with pytest.raises(RuleError):
        holds.log_condition(
            package=stored_item, reading="34", sensor="T-4", action="", by=custodian
        )
    assert stored_item.custody.count() == before


def test_what_the_court_keeps_stays_there_on_its_order(stored_item, custodian):
    given = {"court": "High Court", "case_no": "CR 4", "exhibit": "P1"}
    court.produce_in_court(
        package=stored_item,
        order="MC 9 of 1 June",
        officer="Clerk Ode",
        seal="A1",
        by=custodian,
        **given,
    )
    with pytest.raises(RuleError, match="order"):
        court.note_retained_by_court(package=stored_item, order="", by=custodian)
    court.note_retained_by_court(
        package=stored_item, order="MC 12 of 9 June", by=custodian
    )

    assert standing(stored_item).state is State.IN_COURT
    kept = stored_item.custody.get(move=Move.COURT_RETAINED)
    assert kept.details["order"] == "MC 12 of 9 June"
