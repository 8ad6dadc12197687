"""What is refused on the way into the store: times, labels, seals.

Each act is refused, then done once more with that one guard switched off; each page is
sent twice, wrong and right, so that none refuses for another reason than it says.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from centre.chain_of_custody import actions
from centre.chain_of_custody.actions import drying
from centre.chain_of_custody.queries.history import standing
from centre.chain_of_custody.rules import checks, opening
from centre.chain_of_custody.rules.checks import EntryMode
from centre.chain_of_custody.rules.moves import State
from centre.core import clock
from centre.core.actions import approvals
from tests.chain_of_custody.refusing import at, let_through, refused, turned_away

pytestmark = pytest.mark.usefixtures("monday", "signs")

WORDS = "The lamp was broken"


@pytest.fixture
def packaged(collect, nurse):
    """An item in its first packaging, without a label."""
    item = collect()
    actions.package_item(item=item, packaging="swab_box", is_dry=True, by=nurse)
    return item


@pytest.fixture
def labelled(packaged, nurse):
    """The same, labelled and not sealed."""
    actions.label_item(item=packaged, scanned=packaged.code, by=nurse)
    return packaged


# R6: the time it was


@pytest.mark.parametrize(
    ("away", "says"),
    [
        (timedelta(minutes=3), "future"),
        (timedelta(hours=-2), "late entry"),
        (timedelta(days=-400), "more than a year back"),
    ],
)
def test_r06_action_control_a_time_to_come_or_long_past(
    sealed_item, shelf, custodian, monkeypatch, away, says
):
    def put_away():
        actions.store(
            package=sealed_item,
            place=shelf,
            occurred_at=clock.now() + away,
            by=custodian,
        )

    with refused(says):
        put_away()

    monkeypatch.setattr(checks, "check_time", lambda move, **when: EntryMode.LIVE)
    monkeypatch.setattr(checks, "check_order", lambda move, standing, occurred: None)
    put_away()
    assert standing(sealed_item).state is State.STORED


def test_r06_page_a_time_to_come(sealed_item, shelf, custodian, browse):
    client, page = browse(custodian), at("store", sealed_item)
    typed = {"place": shelf.code, "note": WORDS}
    wrong = typed | {"occurred_at": "2026-06-01T18:30"}

    turned_away(client, page, wrong, "Give the time it really was", kept=[WORDS])
    let_through(client, page, typed)


def test_r06_page_a_time_long_past_is_a_late_entry_with_its_reason(
    sealed_item, nurse, browse
):
    client, page = browse(nurse), at("check_seal", sealed_item)
    typed = {
        "occurred_at": "2026-05-20T10:00",
        "seal": "A1",
        "condition": "intact",
        "package_condition": "intact",
        "note": WORDS,
    }

    turned_away(client, page, typed, "Say why it is late", kept=[WORDS])
    let_through(client, page, typed | {"late_reason": "No power that day"})
    assert sealed_item.custody.filter(entry_mode=EntryMode.LATE).count() == 1


# R7: labelled, then sealed, then stored


def test_r07_action_control_what_is_not_labelled_is_not_sealed(
    packaged, nurse, monkeypatch
):
    def seal():
        actions.seal_item(item=packaged, seal="S1", kind="tape", by=nurse)

    with refused("labelled, not yet sealed"):
        seal()

    monkeypatch.setattr(checks, "check_move", lambda move, standing: None)
    seal()
    assert standing(packaged).seal == "S1"


def test_r07_action_control_what_is_not_sealed_is_not_stored(
    packaged, shelf, custodian, monkeypatch
):
    def put_away():
        actions.store(package=packaged, place=shelf, by=custodian)

    with refused("propose the exceptional route"):
        put_away()

    monkeypatch.setattr(opening, "check_sealed_first", lambda standing: None)
    put_away()
    assert standing(packaged).state is State.STORED


def test_r07_action_control_what_is_not_sealed_is_not_released(
    labelled, custodian, investigator, terms, monkeypatch
):
    def release():
        actions.release_transfer(
            case=labelled.case,
            lines=[actions.Line(labelled)],
            seals={},
            terms=terms,
            receiver=investigator,
            by=custodian,
        )

    with refused("labelled, not yet sealed"):
        release()

    monkeypatch.setattr(checks, "check_move", lambda move, standing: None)
    with refused("Somebody else holds this now"):
        release()


def test_r07_page_what_is_not_labelled_is_not_sealed(packaged, nurse, browse):
    client, page = browse(nurse), at("seal", packaged)
    typed = {"seal": "S1", "kind": "tape", "note": WORDS}

    turned_away(client, page, typed, "only while it is labelled", kept=[WORDS])
    let_through(client, at("label", packaged), {"scanned": packaged.code})
    let_through(client, page, typed)


def test_r07_page_what_cannot_be_sealed_goes_the_approved_way(
    packaged, shelf, nurse, custodian, coordinator, browse
):
    client = browse(custodian)
    wrong = {"place": shelf.code, "note": WORDS}
    turned_away(
        client, at("store", packaged), wrong, "the exceptional route", kept=[WORDS]
    )

    typed = {"place": shelf.code, "reason": WORDS, "witness": str(nurse.pk)}
    page = at("store_unsealed", packaged)
    turned_away(client, page, typed, "Nobody has approved", kept=[WORDS])
    proposal = drying.propose_unsealed(
        item=packaged, words=WORDS, by=custodian, code="good", link="/"
    )
    approvals.approve(proposal=proposal, by=coordinator, code="good")
    let_through(client, page, typed)


# R8: a seal number is used once


def test_r08_action_control_a_seal_number_is_used_once(
    sealed_item, labelled, nurse, monkeypatch
):
    """Behind the first look stands the database, whose no is told in the same words."""

    def seal():
        actions.seal_item(item=labelled, seal=" a-1", kind="tape", by=nurse)

    with refused("Take a new seal"):
        seal()

    look, seen = checks.check_seal_is_new, iter([False, True])
    monkeypatch.setattr(
        checks,
        "check_seal_is_new",
        lambda number, *, is_used: look(number, is_used=next(seen)),
    )
    with refused("Take a new seal"):
        seal()
    assert list(seen) == []


def test_r08_page_a_seal_number_is_used_once(sealed_item, labelled, nurse, browse):
    client, page = browse(nurse), at("seal", labelled)
    typed = {"seal": "A1", "kind": "tape", "note": WORDS}

    turned_away(client, page, typed, "Take a new seal", kept=[WORDS])
    let_through(client, page, typed | {"seal": "A2"})


# R9: another number at a look


def test_r09_page_another_number_is_never_intact(stored_item, custodian, browse):
    client, page = browse(custodian), at("check_seal", stored_item)
    typed = {
        "seal": "B9",
        "condition": "intact",
        "package_condition": "intact",
        "note": WORDS,
    }

    turned_away(client, page, typed, "a discrepancy is then raised", kept=[WORDS])
    let_through(client, page, typed | {"condition": "number_differs"})
