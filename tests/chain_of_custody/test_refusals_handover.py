"""What is refused where a thing changes hands: sides, order, seals, an open hand-over.

Each act is refused, then done once more with that one guard switched off.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse

from centre.chain_of_custody import actions
from centre.chain_of_custody.actions.docket import Told
from centre.chain_of_custody.queries.history import standing
from centre.chain_of_custody.rules import checks, handover
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.fold import Condition, Integrity
from centre.chain_of_custody.rules.moves import Move, State
from centre.core import clock
from tests.chain_of_custody.refusing import let_through, refused, turned_away
from tests.chain_of_custody.test_transfer_pages import PERSON, at, looked

pytestmark = pytest.mark.usefixtures("monday", "signs")


# R2: nobody gives away what another holds


@pytest.fixture
def taken(stored_item, nurse, custodian):
    """The item with the nurse, out of the store for a while."""
    actions.check_out(
        package=stored_item, taker=nurse, reason="Photograph", by=custodian
    )
    return stored_item


def test_r02_action_control_what_another_holds_is_not_released(
    taken, again, monkeypatch
):
    with refused("Somebody else holds this now"):
        again()

    monkeypatch.setattr(checks, "check_holder", lambda standing, by: None)
    again()
    assert standing(taken).state is State.IN_TRANSIT


def test_r02_action_control_what_the_police_hold_is_moved_by_them_alone(
    received, stored_item, shelf, custodian, monkeypatch
):
    def put_away():
        actions.store(package=stored_item, place=shelf, by=custodian)

    with refused("Another organisation holds this now"):
        put_away()

    monkeypatch.setattr(checks, "check_here", lambda move, standing, by: None)
    put_away()
    assert standing(stored_item).state is State.STORED


# R3: one person on one side


def test_r03_action_control_nobody_releases_to_herself(again, custodian, monkeypatch):
    with refused("both sides"):
        again(receiver=custodian)

    monkeypatch.setattr(checks, "check_two_people", lambda *sides: None)
    with refused(None, IntegrityError):
        again(receiver=custodian)


def test_r03_action_control_one_session_signs_one_side(
    stored_item, custodian, investigator, again, monkeypatch
):
    custodian.seat = investigator.seat = "one tablet"
    transfer, seen = again(), {stored_item.code: Seen("A1")}

    def receive():
        actions.receive_transfer(transfer=transfer, seen=seen, by=investigator)

    with refused("in one session on one device"):
        receive()

    monkeypatch.setattr(handover, "check_same_session", lambda giver, receiver: None)
    receive()
    assert standing(stored_item).holder == investigator.pk


def test_r03_page_the_witness_is_not_the_receiver(
    to_hand_out, stored_item, custodian, nurse, browse
):
    client, page = browse(custodian), at("hand_out_transfer", to_hand_out)
    typed = {
        **looked(stored_item),
        **PERSON,
        "method": "thumb",
        "strokes": "",
        "witness": str(nurse.pk),
        "witness_code": "good",
        "code": "good",
    }
    herself = typed | {"name": "nadia  NJOROGE"}

    turned_away(
        client, page, herself, "sign on the paper form", kept=["nadia  NJOROGE", "8841"]
    )
    let_through(client, page, typed)


# R4: one open hand-over


def test_r04_action_control_a_second_open_hand_over_is_refused(
    offered, again, monkeypatch
):
    with refused("already being handed over"):
        again()

    monkeypatch.setattr(checks, "check_no_open_transfer", lambda standing: None)
    with refused("on its way, not yet accepted"):
        again()
    monkeypatch.setattr(checks, "check_move", lambda move, standing: None)
    with refused(None, IntegrityError):
        again()


def test_r04_action_cancelled_it_is_released_anew(
    offered, stored_item, custodian, again
):
    seen = {stored_item.code: Seen("A1")}
    actions.cancel_transfer(
        transfer=offered, reason="Nobody came", seen=seen, by=custodian
    )

    assert again() != offered


# R5: first released, then received


def test_r05_action_control_nothing_is_received_before_it_is_released(
    stored_item, again, investigator, later, monkeypatch
):
    later(minutes=30)
    transfer, told = again(), Told(clock.now() - timedelta(minutes=10))

    def receive():
        seen = {stored_item.code: Seen("A1")}
        actions.receive_transfer(
            transfer=transfer, seen=seen, told=told, by=investigator
        )

    with refused("write down an unexpected receipt"):
        receive()

    monkeypatch.setattr(checks, "check_order", lambda move, standing, occurred: None)
    receive()
    assert standing(stored_item).state is State.RECEIVED


def test_r05_page_a_time_before_the_last_event(sealed_item, shelf, custodian, browse):
    client, page = browse(custodian), reverse("store_item", args=[sealed_item.code])
    typed = {"place": shelf.code, "note": "Late shift"}
    earlier = typed | {"occurred_at": "2026-06-01T11:30"}

    turned_away(client, page, earlier, "before what was last", kept=["Late shift"])
    let_through(client, page, typed)


def test_r05_page_what_came_without_a_release_is_received_as_that(
    stored_item, lab, browse
):
    typed = {
        "scanned": stored_item.code,
        "seal": "A1",
        "condition": "intact",
        "package_condition": "intact",
        "words": "It came with another box",
        "code": "good",
    }

    let_through(browse(lab), reverse("receive_unexpected"), typed)
    assert standing(stored_item).integrity is Integrity.IN_QUESTION


# R9: another number is never intact


def test_r09_action_control_another_number_is_never_intact(
    offered, stored_item, investigator, monkeypatch
):
    def receive():
        seen = {stored_item.code: Seen("A7")}
        actions.receive_transfer(transfer=offered, seen=seen, by=investigator)

    with refused("not the one on record"):
        receive()

    monkeypatch.setattr(
        checks, "seal_seen", lambda seen, recorded: (seen.seal, Condition.INTACT)
    )
    receive()
    assert standing(stored_item).integrity is Integrity.SEALED


def test_r09_page_the_receiver_writes_the_number_she_reads(
    offered, stored_item, investigator, browse
):
    client, page = browse(investigator), at("receive_transfer", offered)
    wrong = looked(stored_item, "A7", temperature="4 °C", code="good")

    turned_away(client, page, wrong, "“Another number than on record”", kept=["4 °C"])
    let_through(
        client, page, wrong | {f"{stored_item.code}-condition": "number_differs"}
    )
    assert standing(stored_item).integrity is Integrity.IN_QUESTION


# R27: a reason of the list


def test_r27_action_control_a_refused_receipt_has_its_reason(
    offered, investigator, monkeypatch
):
    def refuse():
        actions.refuse_receipt(
            transfer=offered, reason="because", words="Wet", by=investigator
        )

    with refused("Choose why you do not accept it"):
        refuse()

    monkeypatch.setattr(
        handover, "check_refusal", lambda reason: handover.Refused.LEAKING
    )
    refuse()
    assert offered.events.filter(move=Move.RECEIPT_REFUSED).exists()


def test_r27_page_a_refused_receipt_has_its_reason(offered, investigator, browse):
    client, page = browse(investigator), at("refuse_transfer", offered)
    typed = {"words": "A wet corner", "code": "good"}

    turned_away(client, page, typed, "Why you do not accept it", kept=["A wet corner"])
    let_through(client, page, typed | {"reason": "leaking"})
