"""Every act of the store: done, refused, a broken rule, written down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from centre.chain_of_custody import actions, documents
from centre.chain_of_custody.models import (
    CustodyEvent,
    InTransit,
    Item,
    Seal,
    Transfer,
)
from centre.chain_of_custody.queries.history import history, standing
from centre.chain_of_custody.queries.whereabouts import drift_of
from centre.chain_of_custody.rules.checks import Basis, Seen
from centre.chain_of_custody.rules.fold import Condition, Integrity
from centre.chain_of_custody.rules.moves import Move, State
from centre.core import clock, verification
from centre.core.errors import AccessError, ConsentError, RuleError
from centre.ledger.models import Entry
from tests.core.test_verification import _key, behind_the_back
from tests.pdf import raw_text_of

POLICE = "agency:riverside-police"
OUTSIDER = actions.Outsider(
    name="Otieno Ouma",
    rank="Sergeant",
    organisation="Riverside Police",
    identity_kind="service_card",
    identity_last4="8841",
)


def moves(package):
    return [line.event.move for line in history(package)]


def test_a_sample_goes_from_the_body_to_the_shelf(stored_item, shelf):
    stands = standing(stored_item)

    assert stands.state is State.STORED
    assert stands.integrity is Integrity.SEALED
    assert (stands.seal, stands.place, stands.holder) == ("A1", shelf.pk, None)
    assert moves(stored_item) == [
        Move.COLLECTED,
        Move.PACKAGED,
        Move.LABELLED,
        Move.SEALED,
        Move.STORED,
    ]


def test_every_event_stands_in_the_items_own_stream(stored_item):
    kinds = list(
        Entry.objects.filter(stream=stored_item.pk.bytes)
        .order_by("sseq")
        .values_list("kind", flat=True)
    )

    assert kinds == [
        "item.registered",
        "item.collected",
        "item.packaged",
        "item.labelled",
        "item.sealed",
        "item.stored",
    ]


def test_acceptance_02_a_changed_event_is_found(stored_item):
    sound = list(verification.faults())
    event = stored_item.custody.first()
    behind_the_back(
        "chain_of_custody_custodyevent",
        "UPDATE chain_of_custody_custodyevent SET seal_after = 'B9' WHERE id = %s",
        _key(event),
    )

    found = [f for f in verification.faults() if f.row == str(event.pk)]

    assert sound == []
    assert ["seal_after" in f.says for f in found] == [True]


@pytest.mark.parametrize("way", ["UPDATE {} SET seq = 9", "DELETE FROM {}"])
def test_acceptance_01_r01_action_the_database_refuses_to_change_an_event(
    stored_item, way
):
    table = CustodyEvent._meta.db_table
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(way.format(table))

    assert stored_item.custody.count() == 5


def test_nothing_is_collected_without_consent(case, nurse):
    with pytest.raises(ConsentError, match="C10"):
        actions.collect_item(
            case=case,
            kit=None,
            specimen="VULV-SW",
            site="vulva",
            side="",
            method="wet",
            collected_at=clock.now(),
            by=nurse,
        )

    assert not Item.objects.exists()


def test_consent_withdrawn_counts_from_the_next_act(collect, decide, consented):
    collect()
    decide(consented, "C10", state="declined")

    with pytest.raises(ConsentError):
        collect()

    assert Item.objects.count() == 1


@pytest.mark.parametrize(
    "person", ["counsellor", "custodian", "nurse_off_team", "coordinator", "leaver"]
)
def test_only_the_care_team_collects(consented, person, request):
    other = request.getfixturevalue(person)

    with pytest.raises(AccessError):
        actions.collect_item(
            case=consented,
            kit=None,
            specimen="VULV-SW",
            site="vulva",
            side="",
            method="wet",
            collected_at=clock.now(),
            by=other,
        )


@pytest.mark.parametrize("person", ["nurse", "custodian_elsewhere", "counsellor"])
def test_only_the_centres_custodian_puts_away(sealed_item, shelf, person, request):
    other = request.getfixturevalue(person)

    with pytest.raises(AccessError):
        actions.store(package=sealed_item, place=shelf, by=other)

    assert standing(sealed_item).state is State.SEALED


def test_items_of_one_kind_and_site_are_counted(collect):
    assert [collect().index, collect().index, collect(site=" Vulva ").index] == [
        1,
        2,
        3,
    ]


def test_what_she_takes_herself_is_watched_by_somebody(collect):
    with pytest.raises(RuleError, match="who watched"):
        collect(is_self_taken=True, observer=" ")
    assert not Item.objects.exists()
    item = collect(is_self_taken=True, observer="Nadia Njoroge, nurse")

    assert item.custody.get().details["observer"] == "Nadia Njoroge, nurse"


def test_a_control_belongs_to_a_sample_of_the_case(collect):
    swab = collect()
    with pytest.raises(RuleError, match="code you gave for the control"):
        collect("SKIN-SW", "left forearm", control_of="AAAAAAAAAAAAA")
    control = collect("SKIN-SW", "left forearm", control_of=swab.code)

    assert control.custody.get().details["control_of"] == swab.code


def test_samples_are_numbered_in_the_order_they_were_taken(collect):
    taken = [collect(), collect("ORAL-SW", "mouth"), collect()]

    assert [item.custody.get().details["order"] for item in taken] == [1, 2, 3]


def test_what_was_not_taken_is_noted_with_its_reason(consented, kit, nurse):
    item = actions.note_not_taken(
        case=consented,
        kit=kit,
        specimen="ANAL-SW",
        site="anal canal",
        reason="declined",
        by=nurse,
    )

    assert standing(item).state is State.NOT_TAKEN
    with pytest.raises(RuleError, match="Only notes"):
        actions.package_item(item=item, packaging="card", is_dry=True, by=nurse)


def test_another_of_the_care_team_carries_on(collect, clinician, on_team, nurse):
    item = collect()
    on_team(clinician)

    event = actions.package_item(
        item=item, packaging="paper_bag", is_dry=True, by=clinician
    )

    assert event.counterpart == nurse
    assert standing(item).holder == clinician.pk


def test_acceptance_24_r20_action_a_label_of_another_item_is_refused(collect, nurse):
    one, other = collect(), collect()
    actions.package_item(item=one, packaging="paper_bag", is_dry=True, by=nurse)

    with pytest.raises(RuleError, match="belongs to something else"):
        actions.label_item(item=one, scanned=other.code, by=nurse)

    assert standing(one).state is State.PACKAGED


@pytest.mark.parametrize("again", ["A1", "a-1", " A 1 "])
def test_acceptance_25_r08_action_a_seal_number_is_used_once(
    sealed_item, collect, nurse, again
):
    item = collect()
    actions.package_item(item=item, packaging="paper_bag", is_dry=True, by=nurse)
    actions.label_item(item=item, scanned=item.code, by=nurse)

    with pytest.raises(RuleError, match="used before"):
        actions.seal_item(item=item, seal=again, kind="tape", by=nurse)

    assert Seal.objects.count() == 1
    assert standing(item).state is State.LABELLED


def test_acceptance_27_r19_action_urine_does_not_go_on_a_dry_shelf_without_a_reason(
    collect, seal_up, shelf, fridge, custodian
):
    urine = seal_up(collect("URINE-TOX", "urine", method="voided"), "U1")

    with pytest.raises(RuleError, match="refrigerator or freezer"):
        actions.store(package=urine, place=shelf, by=custodian)
    actions.store(package=urine, place=fridge, by=custodian)

    assert standing(urine).place == fridge.pk


def test_acceptance_27_r19_action_an_unfit_place_with_a_reason_is_kept_as_such(
    collect, seal_up, shelf, custodian
):
    urine = seal_up(collect("URINE-TOX", "urine", method="voided"), "U1")
    climate = actions.Climate("21 °C", "Power cut")

    event = actions.store(package=urine, place=shelf, by=custodian, climate=climate)

    assert event.reason_code == "unfit_place"
    assert event.details["unfit_reason"] == "Power cut"


def test_acceptance_10_r10_action_an_item_in_a_kit_moves_with_the_kit(
    sealed_kit, shelf, custodian
):
    item = Item.objects.get(specimen="VULV-SW")

    with pytest.raises(RuleError, match="lies in a kit"):
        actions.store(package=item, place=shelf, by=custodian)
    actions.store(package=sealed_kit, place=shelf, by=custodian)

    assert standing(item).state is State.STORED
    assert standing(item).place == shelf.pk
    assert moves(item)[-1] == Move.STORED
    assert history(item)[-1].via_kit


def test_r28_action_a_kit_is_sealed_with_what_was_scanned(kit, collect, seal_up, nurse):
    inside = seal_up(collect(kit=kit), "A1")
    actions.add_to_kit(item=inside, kit=kit, by=nurse)

    with pytest.raises(RuleError, match="1 not scanned"):
        actions.seal_kit(kit=kit, scanned=[], seal="K1", kind="tape", by=nurse)
    collect("ORAL-SW", "mouth", kit=kit)
    with pytest.raises(RuleError, match="not in it yet"):
        actions.seal_kit(
            kit=kit, scanned=[inside.code], seal="K1", kind="tape", by=nurse
        )

    assert standing(kit).state is State.OPENED


def test_urine_stays_out_of_the_kit_box(kit, collect, seal_up, nurse):
    urine = seal_up(collect("URINE-TOX", "urine", kit=kit, method="voided"), "U1")

    with pytest.raises(RuleError, match="kit box"):
        actions.add_to_kit(item=urine, kit=kit, by=nurse)


def test_out_and_back_with_a_look_at_the_seal(
    stored_item, shelf, custodian, coordinator
):
    actions.check_out(
        package=stored_item, taker=coordinator, reason="Court copy", by=custodian
    )
    assert standing(stored_item).holder == coordinator.pk

    actions.check_in(package=stored_item, place=shelf, seen=Seen("A1"), by=custodian)

    assert standing(stored_item).state is State.STORED
    assert standing(stored_item).integrity is Integrity.SEALED


def test_nobody_checks_out_to_herself(stored_item, custodian):
    with pytest.raises(RuleError, match="both sides"):
        actions.check_out(
            package=stored_item, taker=custodian, reason="To look", by=custodian
        )


def test_a_damaged_seal_raises_a_discrepancy_by_itself(
    stored_item, custodian, coordinator
):
    actions.check_seal(
        package=stored_item, seen=Seen("A1", Condition.DAMAGED), by=custodian
    )

    assert standing(stored_item).integrity is Integrity.IN_QUESTION
    question = stored_item.custody.get(move=Move.DISCREPANCY_RAISED)
    actions.resolve_discrepancy(
        event=question, outcome="explained", words="Torn at the shelf", by=coordinator
    )
    assert standing(stored_item).integrity is Integrity.BROKEN


def test_a_discrepancy_is_resolved_once_and_by_somebody_else(
    stored_item, custodian, coordinator
):
    question = actions.raise_discrepancy(
        package=stored_item, question="other", words="A stain", by=custodian
    )
    with pytest.raises(AccessError):
        actions.resolve_discrepancy(
            event=question, outcome="explained", words="Ink", by=custodian
        )
    answer = {"event": question, "outcome": "compromised", "words": "Blood"}
    actions.resolve_discrepancy(**answer, by=coordinator)

    with pytest.raises(RuleError, match="already"):
        actions.resolve_discrepancy(**answer, by=coordinator)
    assert standing(stored_item).integrity is Integrity.COMPROMISED


def test_r06_action_a_late_entry_says_why(monday, sealed_item, shelf, custodian):
    done = clock.now()
    monday.shift(timedelta(hours=3))

    with pytest.raises(RuleError, match="Say why"):
        actions.store(package=sealed_item, place=shelf, by=custodian, occurred_at=done)
    event = actions.store(
        package=sealed_item,
        place=shelf,
        by=custodian,
        occurred_at=done,
        late_reason="No network",
    )

    assert event.is_late
    assert (event.occurred_at, event.recorded_at) == (done, done + timedelta(hours=3))


def test_acceptance_12_a_late_entry_on_the_night_the_clocks_change_keeps_both_times(
    monday, sealed_item, shelf, custodian
):
    """Half past one came twice that night in London; the report tells them apart."""
    centre = sealed_item.case.centre
    centre.timezone = "Europe/London"
    centre.save(update_fields=["timezone"])
    monday.move_to(datetime(2026, 10, 25, 4, 0, tzinfo=UTC))
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    given = {"package": Item.objects.get(), "late_reason": "No power", "by": custodian}
    actions.store(place=shelf, occurred_at=first, **given)
    actions.check_seal(seen=Seen("A1"), occurred_at=first + timedelta(hours=1), **given)
    one, two = list(Item.objects.get().custody.order_by("number"))[-2:]

    assert f"{one.local:%H:%M}" == f"{two.local:%H:%M}" == "01:30"
    assert (one.local.utcoffset(), two.local.utcoffset()) == (
        timedelta(hours=1),
        timedelta(0),
    )
    paper = actions.print_report(package=Item.objects.get(), by=custodian)
    read = "".join(raw_text_of(documents.custody_report(paper)).split())
    for said in ("2026-10-2500:30UTC", "2026-10-2501:30UTC", "2026-10-2504:00:00UTC"):
        assert said in read


def test_r05_action_what_moves_a_thing_comes_after_what_moved_it_before(
    monday, stored_item, fridge, custodian
):
    monday.shift(timedelta(minutes=30))

    with pytest.raises(RuleError, match="before what was last"):
        actions.move(
            package=stored_item,
            place=fridge,
            reason="Too warm here",
            by=custodian,
            climate=actions.Climate(unfit_reason="Too warm here"),
            occurred_at=clock.now() - timedelta(minutes=50),
        )


def test_a_hand_over_is_two_events_by_two_people(
    offered, stored_item, custodian, investigator
):
    assert standing(stored_item).state is State.IN_TRANSIT
    assert standing(stored_item).transfer == offered.pk

    actions.receive_transfer(
        transfer=offered, seen={stored_item.code: Seen("a1")}, by=investigator
    )

    stands = standing(stored_item)
    assert (stands.state, stands.holder) == (State.RECEIVED, investigator.pk)
    assert stands.integrity is Integrity.SEALED
    release, receipt = offered.events.order_by("number")
    assert (release.actor, release.counterpart) == (custodian, investigator)
    assert (receipt.actor, receipt.counterpart) == (investigator, custodian)
    assert not InTransit.objects.exists()
    assert list(drift_of(stored_item.case)) == []
    offer, acceptance = Entry.objects.filter(
        kind__in=["transfer.released", "transfer.received"]
    )
    assert acceptance.content.statement.refs == (bytes(offer.leaf),)


def test_acceptance_05_r09_action_a_wrong_seal_number_never_counts_as_intact(
    offered, stored_item, investigator
):
    with pytest.raises(RuleError, match="not the one on record"):
        actions.receive_transfer(
            transfer=offered, seen={stored_item.code: Seen("A7")}, by=investigator
        )
    assert standing(stored_item).state is State.IN_TRANSIT

    differs = Seen("A7", Condition.NUMBER_DIFFERS)
    actions.receive_transfer(
        transfer=offered, seen={stored_item.code: differs}, by=investigator
    )

    question = stored_item.custody.get(move=Move.DISCREPANCY_RAISED)
    assert question.reason_code == "seal_number_differs"
    assert standing(stored_item).integrity is Integrity.IN_QUESTION
    assert standing(stored_item).state is State.RECEIVED


def test_only_the_named_receiver_accepts(offered, stored_item, nurse, custodian):
    for other in (nurse, custodian):
        with pytest.raises(AccessError):
            actions.receive_transfer(
                transfer=offered, seen={stored_item.code: Seen("A1")}, by=other
            )


def test_acceptance_03_r03_action_nobody_releases_to_herself(
    stored_item, custodian, terms
):
    with pytest.raises(RuleError, match="both sides"):
        actions.release_transfer(
            case=stored_item.case,
            lines=[actions.Line(stored_item)],
            seals={stored_item.code: "A1"},
            terms=terms,
            receiver=custodian,
            by=custodian,
        )

    assert not Transfer.objects.exists()


def test_nothing_is_received_twice(offered, stored_item, investigator):
    seen = {stored_item.code: Seen("A1")}
    actions.receive_transfer(transfer=offered, seen=seen, by=investigator)

    with pytest.raises(RuleError, match="not open"):
        actions.receive_transfer(transfer=offered, seen=seen, by=investigator)


def test_consent_withdrawn_after_the_release_stops_the_receipt(
    offered, stored_item, investigator, decide
):
    decide(
        stored_item.case,
        "C18",
        state="declined",
        recipient=POLICE,
        purpose="investigation",
    )

    with pytest.raises(ConsentError):
        actions.receive_transfer(
            transfer=offered, seen={stored_item.code: Seen("A1")}, by=investigator
        )

    assert standing(stored_item).state is State.IN_TRANSIT


def test_a_release_needs_the_seal_as_it_is(stored_item, custodian, investigator, terms):
    with pytest.raises(RuleError, match="not the one on record"):
        actions.release_transfer(
            case=stored_item.case,
            lines=[actions.Line(stored_item)],
            seals={stored_item.code: "A2"},
            terms=terms,
            receiver=investigator,
            by=custodian,
        )

    assert standing(stored_item).state is State.STORED
    assert not Transfer.objects.exists()


def test_r14_action_a_sealed_kit_leaves_only_whole(
    sealed_kit, shelf, custodian, investigator, terms
):
    actions.store(package=sealed_kit, place=shelf, by=custodian)
    one, two = Item.objects.order_by("registered_at", "specimen")

    with pytest.raises(RuleError, match="nobody approved"):
        actions.release_transfer(
            case=one.case,
            lines=[actions.Line(one)],
            seals={sealed_kit.code: "K1"},
            terms=terms,
            receiver=investigator,
            by=custodian,
        )
    transfer = actions.release_transfer(
        case=one.case,
        lines=[actions.Line(one), actions.Line(two)],
        seals={sealed_kit.code: "K1"},
        terms=terms,
        receiver=investigator,
        by=custodian,
    )

    assert {standing(p).state for p in (one, two, sealed_kit)} == {State.IN_TRANSIT}
    actions.receive_transfer(
        transfer=transfer, seen={sealed_kit.code: Seen("K1")}, by=investigator
    )
    assert {standing(p).holder for p in (one, two, sealed_kit)} == {investigator.pk}


def test_r13_action_an_anonymous_case_leaves_on_an_order_alone(
    centre, nurse, custodian, investigator, shelf, decide, seal_up
):
    from centre.core.actions.cases import open_case

    case = open_case(
        centre=centre, registration="anonymous", age_band="25-59", by=nurse
    )
    decide(case, "C10")
    decide(case, "C18", recipient=POLICE, purpose="investigation")
    item = actions.collect_item(
        case=case,
        kit=None,
        specimen="VULV-SW",
        site="vulva",
        side="",
        method="wet",
        collected_at=clock.now(),
        by=nurse,
    )
    actions.store(package=seal_up(item, "A1"), place=shelf, by=custodian)

    def release(basis):
        terms = actions.Terms(
            POLICE, "Riverside Police", "investigation", basis, "Order 12 of 2026"
        )
        return actions.release_transfer(
            case=case,
            lines=[actions.Line(item)],
            seals={item.code: "A1"},
            terms=terms,
            receiver=investigator,
            by=custodian,
        )

    with pytest.raises(RuleError, match="without a name"):
        release(Basis.CONSENT)
    release(Basis.COURT_ORDER)

    assert standing(item).state is State.IN_TRANSIT


def test_a_cancelled_transfer_puts_things_back_where_they_were(
    offered, stored_item, shelf, custodian
):
    actions.cancel_transfer(
        transfer=offered,
        reason="Nobody came",
        seen={stored_item.code: Seen("A1")},
        by=custodian,
    )

    stands = standing(stored_item)
    assert (stands.state, stands.place, stands.transfer) == (
        State.STORED,
        shelf.pk,
        None,
    )
    assert not InTransit.objects.exists()


def test_handing_out_to_somebody_without_an_account_needs_a_witness(
    stored_item, custodian, nurse, terms
):
    transfer = actions.release_transfer(
        case=stored_item.case,
        lines=[actions.Line(stored_item)],
        seals={stored_item.code: "A1"},
        terms=terms,
        by=custodian,
    )
    seen = {stored_item.code: Seen("A1")}
    with pytest.raises(RuleError, match="both sides"):
        actions.hand_out(
            transfer=transfer,
            seen=seen,
            receiver=OUTSIDER,
            witness=custodian,
            by=custodian,
        )

    actions.hand_out(
        transfer=transfer, seen=seen, receiver=OUTSIDER, witness=nurse, by=custodian
    )

    assert standing(stored_item).state is State.OUT_OF_SYSTEM
    event = stored_item.custody.get(move=Move.HANDED_OUT)
    assert event.details["receiver"]["name"] == "Otieno Ouma"
    assert event.counterpart == nurse


def test_an_item_in_question_stays(stored_item, custodian, investigator, terms):
    actions.raise_discrepancy(
        package=stored_item, question="other", words="A stain", by=custodian
    )

    with pytest.raises(RuleError, match="discrepancy stands open"):
        actions.release_transfer(
            case=stored_item.case,
            lines=[actions.Line(stored_item)],
            seals={stored_item.code: "A1"},
            terms=terms,
            receiver=investigator,
            by=custodian,
        )


def test_a_refused_act_leaves_nothing_behind(sealed_item, fridge, nurse):
    before = (Entry.objects.count(), CustodyEvent.objects.count(), Seal.objects.count())

    with pytest.raises(RuleError):
        actions.seal_item(item=sealed_item, seal="B1", kind="tape", by=nurse)

    after = (Entry.objects.count(), CustodyEvent.objects.count(), Seal.objects.count())
    assert after == before


def test_all_of_it_verifies(sealed_kit, shelf, custodian, nurse):
    actions.store(package=sealed_kit, place=shelf, by=custodian)
    actions.add_note(package=sealed_kit, words="Ωmega 🙂 نص", by=nurse)

    assert list(verification.faults()) == []
