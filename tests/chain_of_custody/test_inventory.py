"""Inventory: what was scanned is held against the record; nothing is moved by it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from centre.chain_of_custody import actions, verification
from centre.chain_of_custody.actions.inventory import (
    begin_inventory,
    close_inventory,
    keep_scans,
)
from centre.chain_of_custody.models import CustodyEvent, Inventory
from centre.chain_of_custody.queries.history import standing
from centre.chain_of_custody.queries.inventory import progress
from centre.chain_of_custody.rules.codes import Mark, new_code, payload
from centre.chain_of_custody.rules.fold import Integrity
from centre.chain_of_custody.rules.moves import Move, State
from centre.core.errors import AccessError, RuleError
from centre.core.verification import faults

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def room(centre, custodian):
    return actions.open_location(
        centre=centre, name="Dry room", kind="room", storage_class="AMB", by=custodian
    )


@pytest.fixture
def box(centre, custodian, room):
    return actions.open_location(
        centre=centre, name="Box 1", kind="box", parent=room, by=custodian
    )


@pytest.fixture
def stored(collect, seal_up, box, custodian):
    """Two items in the box."""
    found = [
        seal_up(collect(), "A1"),
        seal_up(collect("ORAL-SW", "mouth"), "A2"),
    ]
    for item in found:
        actions.store(package=item, place=box, by=custodian)
    return found


@pytest.fixture
def begun(room, stored, custodian):
    return begin_inventory(place=room, by=custodian)


def last(thing):
    return thing.custody.order_by("-number").first()


def moves(thing):
    return [e.move for e in thing.custody.order_by("number")]


def test_what_is_seen_where_it_belongs_is_written_and_nothing_else(
    begun, stored, box, custodian
):
    keep_scans(
        inventory=begun,
        lines=[payload(Mark.LOCATION, box.code), *(i.code for i in stored)],
        by=custodian,
    )

    end = close_inventory(inventory=begun, by=custodian)

    assert (end.seen, end.not_seen, end.elsewhere, end.unknown) == (2, 0, 0, 0)
    assert [last(i).move for i in stored] == [Move.INVENTORY_SEEN] * 2
    assert {standing(i).place for i in stored} == {box.pk}
    assert list(verification.faults()) == []
    assert list(faults()) == []


def test_a_room_scanned_as_a_whole_counts_for_its_boxes(begun, stored, custodian):
    keep_scans(inventory=begun, lines=[i.code for i in stored], by=custodian)
    assert close_inventory(inventory=begun, by=custodian).seen == 2


def test_what_is_not_seen_is_a_discrepancy(begun, stored, custodian):
    keep_scans(inventory=begun, lines=[stored[0].code], by=custodian)

    end = close_inventory(inventory=begun, by=custodian)

    assert end.not_seen == 1
    assert moves(stored[1])[-2:] == ["inventory.not_seen", "discrepancy.raised"]
    assert standing(stored[1]).integrity is Integrity.IN_QUESTION
    assert standing(stored[0]).integrity is Integrity.SEALED
    assert list(verification.faults()) == []


def test_what_is_seen_on_another_shelf_is_a_discrepancy_and_stays_on_record(
    begun, stored, shelf, box, custodian
):
    elsewhere = begin_inventory(place=shelf, by=custodian)
    keep_scans(inventory=elsewhere, lines=[stored[0].code], by=custodian)

    end = close_inventory(inventory=elsewhere, by=custodian)

    assert (end.seen, end.elsewhere) == (0, 1)
    seen, question = stored[0].custody.order_by("-number")[:2][::-1]
    assert (seen.move, seen.place, seen.place_from) == ("inventory.seen", shelf, box)
    assert question.reason_code == "not_where_recorded"
    assert standing(stored[0]).place == box.pk


def test_what_lies_loose_though_its_kit_is_sealed_is_a_discrepancy(
    sealed_kit, room, custodian
):
    actions.store(package=sealed_kit, place=room, by=custodian)
    inside = sealed_kit.items.first()
    begun = begin_inventory(place=room, by=custodian)
    keep_scans(inventory=begun, lines=[sealed_kit.code, inside.code], by=custodian)

    end = close_inventory(inventory=begun, by=custodian)

    assert (end.seen, end.elsewhere) == (1, 1)
    assert last(inside).move == Move.DISCREPANCY_RAISED


def test_what_is_under_way_but_lies_here_is_questioned(offered, stored_item, custodian):
    place = stored_item.custody.get(move=Move.STORED).place
    begun = begin_inventory(place=place, by=custodian)
    keep_scans(inventory=begun, lines=[stored_item.code], by=custodian)

    close_inventory(inventory=begun, by=custodian)

    assert moves(stored_item)[-2:] == ["note.added", "discrepancy.raised"]
    assert standing(stored_item).state is State.IN_TRANSIT


def test_what_has_ended_is_noted_and_counted(begun, consented, nurse, custodian):
    ended = actions.note_not_taken(
        case=consented, kit=None, specimen="ANAL-SW", site="anus", reason="declined",
        by=nurse,
    )  # fmt: skip
    keep_scans(inventory=begun, lines=[ended.code], by=custodian)

    assert close_inventory(inventory=begun, by=custodian).elsewhere == 1
    assert last(ended).move == Move.NOTE_ADDED


def test_what_is_put_away_meanwhile_is_not_missed(
    begun, stored, box, collect, seal_up, custodian, later
):
    keep_scans(inventory=begun, lines=[i.code for i in stored], by=custodian)
    later(minutes=10)
    fresh = seal_up(collect("VULV-SW", "vulva"), "A3")
    actions.store(package=fresh, place=box, by=custodian)

    assert close_inventory(inventory=begun, by=custodian).not_seen == 0


def test_unknown_codes_are_counted_and_others_told_at_once(begun, custodian):
    keep_scans(inventory=begun, lines=[new_code()], by=custodian)
    with pytest.raises(RuleError, match="Line 2 is not a whole code"):
        keep_scans(inventory=begun, lines=[new_code(), "A1"], by=custodian)

    assert begun.scans.count() == 1
    assert close_inventory(inventory=begun, by=custodian).unknown == 1


def test_a_code_scanned_twice_counts_once(begun, stored, custodian):
    lines = [stored[0].code, stored[0].code]
    keep_scans(inventory=begun, lines=lines, by=custodian)
    keep_scans(inventory=begun, lines=lines, by=custodian)

    told = progress(begun)
    assert (told.seen, told.due, told.missing) == (1, 2, (stored[1].code,))


def test_a_closed_inventory_takes_nothing_more(begun, custodian):
    close_inventory(inventory=begun, by=custodian)
    with pytest.raises(RuleError, match="closed"):
        keep_scans(inventory=begun, lines=[new_code()], by=custodian)
    with pytest.raises(RuleError, match="closed"):
        close_inventory(inventory=begun, by=custodian)


@pytest.mark.parametrize("person", ["nurse", "coordinator", "custodian_elsewhere"])
def test_others_take_no_inventory(room, person, request):
    with pytest.raises(AccessError):
        begin_inventory(place=room, by=request.getfixturevalue(person))


def test_the_auditor_takes_one_too(room, stored, auditor):
    begun = begin_inventory(place=room, by=auditor)
    assert close_inventory(inventory=begun, by=auditor).not_seen == 2


def test_the_pages_lead_from_the_scanner_to_the_differences(
    room, stored, browse, custodian
):
    browser = browse(custodian)
    begun = browser.post(reverse("inventories"), {"place": room.code})
    where = begun.headers["Location"]
    wrong = browser.post(where, {"lines": f"{stored[0].code}\nXYZ"})
    assert "Line 2 is not a whole code" in wrong.content.decode()
    assert stored[0].code in wrong.content.decode()
    browser.post(where, {"lines": stored[0].code})
    assert "1 of 2" in browser.get(where).content.decode()

    browser.post(reverse("close_inventory", args=[Inventory.objects.get().pk]))

    page = browser.get(where).content.decode()
    assert "Differences" in page
    assert stored[1].get_absolute_url() in page


def test_closing_asks_as_often_for_many_as_for_few(
    centre, collect, seal_up, box, room, custodian
):
    """What the log itself does for a batch is its own matter, by database."""

    def asked():
        begun = begin_inventory(place=room, by=custodian)
        with CaptureQueriesContext(connection) as found:
            close_inventory(inventory=begun, by=custodian)
        said = [q["sql"] for q in found.captured_queries]
        return len([sql for sql in said if "ledger_" not in sql])

    for number in range(2):
        one = seal_up(collect(), f"B{number}")
        actions.store(package=one, place=box, by=custodian)
    few = asked()
    for number in range(2, 7):
        one = seal_up(collect(), f"B{number}")
        actions.store(package=one, place=box, by=custodian)

    assert asked() == few
    assert CustodyEvent.objects.filter(move=Move.INVENTORY_NOT_SEEN).count() == 9
