"""What is refused whatever happens: a changed record, a code twice, a life after death.

Each act is refused, then done once more with that one guard switched off: so the test
shows that the guard refuses, and which line of defence stands behind it.
"""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Min
from django.urls import reverse

from centre.chain_of_custody import actions
from centre.chain_of_custody.actions import docket, items
from centre.chain_of_custody.models import CustodyEvent, InTransit, Item, Kit
from centre.chain_of_custody.queries.history import standing
from centre.chain_of_custody.rules import checks
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.fold import Integrity
from centre.chain_of_custody.rules.moves import Move, State
from centre.core import clock
from tests.chain_of_custody.refusing import let_through, refused, turned_away, written
from tests.core.test_verification import _key, behind_the_back

IS_SQLITE = settings.DATABASES["default"]["ENGINE"] == "centre.ledger.sqlite"
pytestmark = pytest.mark.usefixtures("monday")


# R1: no event is ever changed


@pytest.mark.parametrize("way", ["save", "delete", "update", "delete all"])
def test_r01_action_no_program_changes_an_event(stored_item, way):
    rows, event = CustodyEvent.objects.all(), stored_item.custody.first()
    event.seq = 9
    acts = {
        "save": event.save,
        "delete": event.delete,
        "update": lambda: rows.update(seq=9),
        "delete all": rows.delete,
    }

    with refused(None, (DatabaseError, TypeError)), transaction.atomic():
        acts[way]()
    assert stored_item.custody.count() == 5


@pytest.mark.postgres
@pytest.mark.skipif(IS_SQLITE, reason="SQLite knows no word that empties a table.")
def test_r01_action_nobody_empties_the_table(stored_item):
    table = CustodyEvent._meta.db_table

    with (
        refused(None, DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {table} CASCADE")


def test_r01_control_without_its_guard_the_table_takes_the_change(stored_item):
    event = stored_item.custody.first()

    behind_the_back(
        "chain_of_custody_custodyevent",
        "UPDATE chain_of_custody_custodyevent SET seal_after = 'B9' WHERE id = %s",
        _key(event),
    )

    event.refresh_from_db()
    assert event.seal_after == "B9"


@pytest.mark.parametrize("way", ["put", "patch", "delete"])
def test_r01_page_no_address_takes_a_change_of_an_event(
    stored_item, nurse, browse, way
):
    """There is no page for it: what reaches an event adds a correction, or nothing."""
    event, client = stored_item.custody.first(), browse(nurse)
    before = written()

    pages = [
        stored_item.get_absolute_url(),
        reverse("correct_event", args=[event.pk]),
        reverse("void_event", args=[event.pk]),
        reverse("amend_event", args=[event.pk, "note"]),
    ]
    answers = {getattr(client, way)(page).status_code for page in pages}

    assert answers == {405}
    assert client.post(pages[0], {"seq": "9"}).status_code == 405
    assert written() == before


# R18: after the end, words alone


@pytest.fixture
def ended(stored_item, custodian):
    """Destroyed, as far as its record goes."""
    held = docket.take(stored_item, by=custodian, at=clock.now())
    held.write(Move.DESTROYED, reason_code="incinerated", details={"things": []})
    return stored_item


def test_r18_action_control_nothing_happens_to_what_has_ended(
    ended, custodian, shelf, monkeypatch
):
    def question():
        return actions.raise_discrepancy(
            package=ended, question="other", words="A stain", by=custodian
        )

    with refused("Only notes and documents"):
        question()
    with refused("Only notes and documents"):
        actions.move(package=ended, place=shelf, reason="Order", by=custodian)

    monkeypatch.setattr(checks, "check_move", lambda move, standing: None)
    assert question().move == Move.DISCREPANCY_RAISED


def test_r18_page_a_note_is_added_and_nothing_else(ended, custodian, browse):
    client = browse(custodian)
    typed = {"question": "other", "words": "It lay there again"}
    page = reverse("raise_discrepancy_item", args=[ended.code])

    turned_away(client, page, typed, "unexpected receipt", kept=["It lay there again"])

    let_through(client, reverse("add_note_item", args=[ended.code]), typed)
    assert standing(ended).state is State.DESTROYED


def test_r18_page_what_turns_up_all_the_same_is_received_and_in_question(
    ended, lab, browse, signs
):
    typed = {
        "scanned": ended.code,
        "seal": "A1",
        "condition": "intact",
        "package_condition": "intact",
        "words": "It came in a box",
        "code": "good",
    }

    let_through(browse(lab), reverse("receive_unexpected"), typed)

    held = standing(ended)
    assert (held.state, held.integrity) == (State.RECEIVED, Integrity.IN_QUESTION)


# R20: no code and no number twice


def test_r20_action_control_an_item_never_bears_a_number_twice(
    collect, consented, monkeypatch
):
    """Whoever collects gives neither code nor number; behind it stands the database."""
    first, second = collect(), collect()
    assert (first.index, second.index) == (1, 2)
    assert first.code != second.code

    with monkeypatch.context() as patched:
        patched.setattr(items, "new_code", lambda: first.code)
        with refused(None, IntegrityError):
            collect()
    monkeypatch.setattr(items, "Max", lambda column: Min(column) - 1)
    with refused(None, IntegrityError):
        collect()


def test_r20_action_control_a_kit_is_issued_once(
    kit, consented, centre, custodian, nurse, monkeypatch
):
    def again():
        actions.issue_kit(kit=kit, case=consented, is_intact=True, by=nurse)

    with refused("issued"):
        again()
    monkeypatch.setattr(checks, "check_move", lambda move, standing: None)
    with refused(None, IntegrityError):
        again()


def test_r20_page_a_kit_s_code_serves_once(
    kit, stocked_kit, consented, centre, custodian, nurse, browse
):
    client, page = browse(nurse), reverse("issue_kit", args=[consented.reference])
    typed = {"kit": kit.code, "is_intact": "yes", "note": "The first box"}

    turned_away(client, page, typed, "No kit in stock has this code", kept=[kit.code])

    other = actions.stock_kit(centre=centre, kind="adult", lot="L-8", by=custodian)
    let_through(client, page, typed | {"kit": other.code})
    assert Kit.objects.count() == 2


def test_r20_page_the_next_of_its_kind_bears_the_next_number(consented, nurse, browse):
    page = reverse("collect_item", args=[consented.reference])
    typed = {
        "specimen": "VULV-SW",
        "site": "Vulva",
        "method": "wet_dry",
        "collected_at": "2026-06-01T12:00",
        "count": "1",
        "index": "1",
        "code": "AAAAAAAAAAAAA",
    }

    client = browse(nurse)
    for _ in range(2):
        let_through(client, page, typed)

    assert set(Item.objects.values_list("index", flat=True)) == {1, 2}
    assert not Item.objects.filter(code="AAAAAAAAAAAAA").exists()


# R24: a hand-over that nobody confirms stays open


@pytest.fixture
def forgotten(offered, centre, later):
    """A hand-over of which nobody has heard for more than a year."""
    later(days=400)
    assert actions.mark_overdue(centre) == 1
    return offered


def test_r24_action_a_hand_over_never_ends_by_itself(
    forgotten, stored_item, investigator, again
):
    with refused("already being handed over"):
        again()

    seen = {stored_item.code: Seen("A1")}
    actions.receive_transfer(transfer=forgotten, seen=seen, by=investigator)
    assert standing(stored_item).holder == investigator.pk


def test_r24_control_were_its_mark_of_the_road_gone_the_events_still_tell(
    forgotten, again
):
    InTransit.objects.all().delete()

    with refused("already being handed over"):
        again()
