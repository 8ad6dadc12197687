"""Hand-overs beyond the plain case: couriers, refusals, the ways back, lateness."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction

from centre.chain_of_custody import actions
from centre.chain_of_custody.models import (
    HandSignature,
    InTransit,
    OverdueMark,
    Transfer,
)
from centre.chain_of_custody.queries.history import standing
from centre.chain_of_custody.queries.transfers import due_at, held_by, is_open
from centre.chain_of_custody.queries.whereabouts import drift_of
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.fold import Condition, Integrity
from centre.chain_of_custody.rules.moves import Move, State
from centre.core import clock, verification
from centre.core.errors import AccessError, RuleError
from centre.ledger.models import Entry

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def resolved(coordinator):
    """Let the coordinator answer every open discrepancy."""

    def answer(package):
        for event in package.custody.filter(move=Move.DISCREPANCY_RAISED):
            if not event.answers.exists():
                actions.resolve_discrepancy(
                    event=event,
                    outcome="explained",
                    words="Looked into",
                    by=coordinator,
                )

    return answer


def moves(package):
    return list(package.custody.order_by("number").values_list("move", flat=True))


def refs_of(kind):
    entry = Entry.objects.filter(kind=kind).order_by("-n").first()
    return entry.content.statement.refs


# A courier between


def test_a_courier_leg_is_signed_by_three(
    offered, stored_item, custodian, investigator, courier, drawn
):
    actions.pick_up(transfer=offered, courier=courier, sign=drawn, by=custodian)

    assert standing(stored_item).holder is None
    assert standing(stored_item).state is State.IN_TRANSIT
    event = stored_item.custody.get(move=Move.PICKED_UP)
    told = event.details["courier"]
    assert (told["name"], told["carried_by"]) == ("Mwangi Muli", "Van KDA 123X")
    sign = HandSignature.objects.get(pk=told["signature"])
    assert (sign.side, sign.details["strokes"]) == ("courier", drawn.strokes)

    actions.receive_transfer(
        transfer=offered, seen={stored_item.code: Seen("A1")}, by=investigator
    )
    assert standing(stored_item).holder == investigator.pk
    assert list(verification.faults()) == []


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", " ", "the courier's name"),
        ("organisation", "", "whom the courier works for"),
        ("carried_by", "", "the waybill or the vehicle"),
        ("identity_kind", "library_card", "which identity paper"),
        ("identity_last4", "12345", "last four signs"),
        ("name", "kito  KAMAU", "both sides"),
    ],
)
def test_a_courier_who_cannot_be_found_again_carries_nothing(
    offered, stored_item, custodian, courier, drawn, field, value, says
):
    with pytest.raises(RuleError, match=says):
        actions.pick_up(
            transfer=offered,
            courier=replace(courier, **{field: value}),
            sign=drawn,
            by=custodian,
        )

    assert standing(stored_item).holder == custodian.pk


def test_a_courier_signs_once(offered, custodian, courier, drawn):
    actions.pick_up(transfer=offered, courier=courier, sign=drawn, by=custodian)

    with pytest.raises(RuleError, match="already"):
        actions.pick_up(transfer=offered, courier=courier, sign=drawn, by=custodian)


def test_what_a_courier_carries_is_not_cancelled(
    offered, stored_item, custodian, courier, drawn
):
    actions.pick_up(transfer=offered, courier=courier, sign=drawn, by=custodian)

    with pytest.raises(RuleError, match="courier carries this"):
        actions.cancel_transfer(
            transfer=offered,
            reason="Too late",
            seen={stored_item.code: Seen("A1")},
            by=custodian,
        )

    assert is_open(offered)


@pytest.mark.parametrize(
    ("sign", "says"),
    [
        (actions.Sign("drawn", []), "Nothing is drawn"),
        (actions.Sign("thumb", [[[1, 1]]]), "one way to sign"),
        (actions.Sign("stamp", []), "Say how"),
        (actions.Sign("drawn", [[[1, 1001]]]), "cannot be read"),
        (actions.Sign("drawn", [[[True, 1]]]), "cannot be read"),
        (actions.Sign("drawn", [[["1", 1]]]), "cannot be read"),
        (actions.Sign("drawn", [[[1, 1]]] * 201), "too long"),
    ],
)
def test_a_sign_that_is_none_is_refused(offered, custodian, courier, sign, says):
    with pytest.raises(RuleError, match=says):
        actions.pick_up(transfer=offered, courier=courier, sign=sign, by=custodian)

    assert not HandSignature.objects.exists()


# Cancelled, and the seal is looked at again


def test_a_cancellation_with_another_seal_number_is_told_as_it_is(
    offered, stored_item, shelf, custodian
):
    seen = {stored_item.code: Seen("A9", Condition.NUMBER_DIFFERS)}
    actions.cancel_transfer(
        transfer=offered, reason="Nobody came", seen=seen, by=custodian
    )

    stands = standing(stored_item)
    assert (stands.state, stands.place) == (State.STORED, shelf.pk)
    assert stands.integrity is Integrity.IN_QUESTION


def test_only_who_released_it_cancels(offered, stored_item, second_custodian):
    with pytest.raises(RuleError, match="whoever released"):
        actions.cancel_transfer(
            transfer=offered,
            reason="Nobody came",
            seen={stored_item.code: Seen("A1")},
            by=second_custodian,
        )


# Not accepted


def test_a_refused_receipt_goes_back_and_is_in_question(
    offered, stored_item, custodian, investigator, shelf, resolved
):
    actions.refuse_receipt(
        transfer=offered, reason="leaking", words="A wet corner", by=investigator
    )

    stands = standing(stored_item)
    assert (stands.state, stands.holder) == (State.IN_TRANSIT, custodian.pk)
    assert stands.integrity is Integrity.IN_QUESTION
    question = stored_item.custody.get(move=Move.DISCREPANCY_RAISED)
    assert question.reason_code == "receipt_refused"

    seen = {stored_item.code: Seen("A1", package="wet")}
    actions.take_back(transfer=offered, seen=seen, by=custodian)
    stands = standing(stored_item)
    assert (stands.state, stands.is_away) == (State.RECEIVED, False)
    actions.store(package=stored_item, place=shelf, by=custodian)
    assert not InTransit.objects.exists()
    assert list(drift_of(stored_item.case)) == []
    assert list(verification.faults()) == []


def test_only_the_named_receiver_refuses(offered, custodian):
    with pytest.raises(AccessError):
        actions.refuse_receipt(
            transfer=offered, reason="leaking", words="Wet", by=custodian
        )


def test_what_was_refused_is_not_received_all_the_same(
    offered, stored_item, investigator
):
    actions.refuse_receipt(
        transfer=offered, reason="leaking", words="Wet", by=investigator
    )

    with pytest.raises(RuleError, match="You refused this"):
        actions.receive_transfer(
            transfer=offered, seen={stored_item.code: Seen("A1")}, by=investigator
        )


def test_what_nobody_refused_is_not_taken_back(offered, stored_item, custodian):
    with pytest.raises(RuleError, match="Nobody refused"):
        actions.take_back(
            transfer=offered, seen={stored_item.code: Seen("A1")}, by=custodian
        )


# Both sides


def test_each_side_keeps_the_session_it_signed_in(offered, stored_item, investigator):
    investigator.seat = "seat-of-ivan"
    actions.receive_transfer(
        transfer=offered, seen={stored_item.code: Seen("A1")}, by=investigator
    )
    receipt = stored_item.custody.get(move=Move.RECEIVED)
    assert receipt.details["session"] == "seat-of-ivan"


def test_a_receipt_has_a_number_and_points_at_its_release(received, stored_item):
    receipt = stored_item.custody.get(move=Move.RECEIVED)

    assert len(receipt.details["receipt"]) == 13
    release = Entry.objects.get(kind="transfer.released")
    assert refs_of("transfer.received") == (bytes(release.leaf),)


# Without an account


def test_handing_out_keeps_who_stood_there_and_her_sign(
    to_hand_out, stored_item, custodian, nurse, outsider, drawn
):
    actions.hand_out(
        transfer=to_hand_out,
        seen={stored_item.code: Seen("A1")},
        receiver=outsider,
        witness=nurse,
        sign=drawn,
        by=custodian,
    )

    event = stored_item.custody.get(move=Move.HANDED_OUT)
    sign = HandSignature.objects.get(pk=event.details["receiver"]["signature"])
    assert sign.witness == nurse
    assert sign.details == {"name": "Otieno Ouma", "strokes": drawn.strokes}
    assert event.details["receipt"]
    assert list(verification.faults()) == []


def test_a_sign_is_written_once(to_hand_out, stored_item, custodian, nurse, outsider):
    actions.hand_out(
        transfer=to_hand_out,
        seen={stored_item.code: Seen("A1")},
        receiver=outsider,
        witness=nurse,
        by=custodian,
    )

    with pytest.raises(DatabaseError), transaction.atomic():
        HandSignature.objects.update(side="courier")


def test_what_was_handed_out_comes_back_without_a_question(
    to_hand_out, stored_item, custodian, nurse, outsider, shelf
):
    actions.hand_out(
        transfer=to_hand_out,
        seen={stored_item.code: Seen("A1")},
        receiver=outsider,
        witness=nurse,
        by=custodian,
    )

    event = actions.receive_return(
        package=stored_item, seen=Seen("a1"), giver=outsider, by=custodian
    )

    departure = stored_item.custody.get(move=Move.HANDED_OUT)
    assert event.about == departure
    assert event.transfer is None
    stands = standing(stored_item)
    assert (stands.state, stands.integrity) == (State.RECEIVED, Integrity.SEALED)
    assert not stands.is_away
    actions.store(package=stored_item, place=shelf, by=custodian)
    assert list(verification.faults()) == []


def test_only_what_is_outside_comes_back(stored_item, custodian, outsider):
    with pytest.raises(RuleError, match="unexpected receipt"):
        actions.receive_return(
            package=stored_item, seen=Seen("A1"), giver=outsider, by=custodian
        )


# With an account


def test_an_outside_holder_sends_it_back(
    received, stored_item, custodian, investigator, shelf
):
    assert held_by(investigator) == [stored_item]
    back = actions.send_back(
        packages=[stored_item],
        seals={stored_item.code: "A1"},
        conveyance="By hand",
        words="The case is closed",
        by=investigator,
    )
    assert standing(stored_item).state is State.IN_TRANSIT
    assert back.basis == received.basis

    actions.take_back(transfer=back, seen={stored_item.code: Seen("A1")}, by=custodian)

    stands = standing(stored_item)
    assert (stands.state, stands.holder) == (State.RECEIVED, custodian.pk)
    assert not stands.is_away
    assert stands.integrity is Integrity.SEALED
    actions.store(package=stored_item, place=shelf, by=custodian)
    assert held_by(investigator) == []
    assert list(verification.faults()) == []


def test_a_laboratory_receives_and_sends_back(stored_item, custodian, lab, terms):
    transfer = actions.release_transfer(
        case=stored_item.case,
        lines=[actions.Line(stored_item)],
        seals={stored_item.code: "A1"},
        terms=terms,
        receiver=lab,
        by=custodian,
    )
    seen = {stored_item.code: Seen("A1")}
    actions.receive_transfer(transfer=transfer, seen=seen, temperature="4.1", by=lab)
    receipt = stored_item.custody.get(move=Move.RECEIVED)
    assert receipt.details["temperature"] == "4.1"

    back = actions.send_back(
        packages=[stored_item],
        seals={stored_item.code: "A1"},
        conveyance="Van",
        words="Analysed",
        by=lab,
    )
    actions.take_back(transfer=back, seen=seen, by=custodian)

    assert standing(stored_item).holder == custodian.pk


def test_nobody_sends_back_what_another_holds(received, stored_item, lab):
    with pytest.raises(AccessError):
        actions.send_back(
            packages=[stored_item],
            seals={stored_item.code: "A1"},
            conveyance="Van",
            words="Mine",
            by=lab,
        )


def test_a_custodian_does_not_send_back(received, stored_item, custodian):
    with pytest.raises(AccessError):
        actions.send_back(
            packages=[stored_item],
            seals={stored_item.code: "A1"},
            conveyance="Van",
            words="Mine",
            by=custodian,
        )


# Unannounced


def test_acceptance_06_r05_action_an_unexpected_receipt_is_a_fact_and_a_question(
    stored_item, custodian, investigator
):
    event = actions.receive_unexpected(
        package=stored_item,
        seen=Seen("A1"),
        words="It lay at our desk",
        by=investigator,
    )

    stands = standing(stored_item)
    assert (stands.state, stands.holder) == (State.RECEIVED, investigator.pk)
    assert (stands.is_away, stands.integrity) == (True, Integrity.IN_QUESTION)
    question = stored_item.custody.get(move=Move.DISCREPANCY_RAISED)
    assert (question.reason_code, question.about) == ("unexpected", event)
    assert list(verification.faults()) == []


def test_an_unexpected_receipt_ends_the_open_hand_over_of_that_package(
    offered, stored_item, custodian, lab
):
    event = actions.receive_unexpected(
        package=stored_item, seen=Seen("A1"), words="Brought by mistake", by=lab
    )

    assert event.counterpart == custodian
    assert not is_open(offered)
    assert list(drift_of(stored_item.case)) == []


def test_nobody_receives_unexpectedly_what_she_holds(
    received, stored_item, investigator
):
    with pytest.raises(RuleError, match="hold this already"):
        actions.receive_unexpected(
            package=stored_item, seen=Seen("A1"), words="Again", by=investigator
        )


def test_a_nurse_receives_nothing_unexpectedly(stored_item, nurse):
    with pytest.raises(AccessError):
        actions.receive_unexpected(
            package=stored_item, seen=Seen("A1"), words="Here", by=nurse
        )


# Lateness


def test_r24_action_a_late_hand_over_is_marked_and_stays_where_it_is(
    offered, stored_item, centre, custodian, later
):
    later(minutes=119)
    assert actions.mark_overdue(centre) == 0
    later(minutes=2)

    assert actions.mark_overdue(centre) == 1
    assert actions.mark_overdue(centre) == 0

    assert OverdueMark.objects.get().transfer == offered
    stands = standing(stored_item)
    assert (stands.state, stands.holder) == (State.IN_TRANSIT, custodian.pk)
    assert Entry.objects.filter(kind="transfer.overdue").count() == 1
    assert list(verification.faults()) == []


def test_a_courier_has_three_days(offered, centre, custodian, courier, drawn, later):
    actions.pick_up(transfer=offered, courier=courier, sign=drawn, by=custodian)
    later(hours=71)
    assert actions.mark_overdue(centre) == 0
    later(hours=2)

    assert actions.mark_overdue(centre) == 1


def test_a_later_arrival_that_was_agreed_is_waited_for(
    stored_item, custodian, investigator, terms, centre, later
):
    agreed = clock.now().replace(hour=20)
    transfer = actions.release_transfer(
        case=stored_item.case,
        lines=[actions.Line(stored_item)],
        seals={stored_item.code: "A1"},
        terms=replace(terms, expected_at=agreed),
        receiver=investigator,
        by=custodian,
    )
    assert due_at(transfer) == agreed
    later(hours=5)

    assert actions.mark_overdue(centre) == 0


def test_what_was_received_is_never_marked(received, centre, later):
    later(days=9)

    assert actions.mark_overdue(centre) == 0
    assert Transfer.objects.count() == 1


def test_the_clock_s_command_marks_what_is_late(offered, later):
    from django.core.management import call_command

    later(hours=3)
    call_command("tick")

    assert OverdueMark.objects.get().transfer == offered
