"""The rows that tell where things are say what the events say."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from centre.chain_of_custody import actions, verification
from centre.chain_of_custody.actions.whereabouts import rebuild_all
from centre.chain_of_custody.models import InTransit, Whereabouts
from centre.chain_of_custody.queries.history import contents
from centre.chain_of_custody.rules.checks import Seen


def row_of(thing):
    return Whereabouts.objects.get(**{thing.thing.value: thing})


def test_each_event_keeps_the_row_with_it(stored_item, shelf, custodian, fridge):
    row = row_of(stored_item)
    assert (row.state, row.place, row.seal) == ("stored", shelf, "A1")

    actions.move(
        package=stored_item,
        place=fridge.parent,
        reason="Shelf is cleaned",
        by=custodian,
    )

    assert row_of(stored_item).place == fridge.parent
    assert list(verification.faults()) == []


def test_what_lies_in_a_kit_goes_with_it(sealed_kit, shelf, custodian):
    actions.store(package=sealed_kit, place=shelf, by=custodian)

    rows = [row_of(thing) for thing in contents(sealed_kit)]
    assert {(r.place, r.inside) for r in rows} == {(shelf, sealed_kit)}
    assert list(verification.faults()) == []


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"state": "destroyed"}, "not what the events tell: state"),
        ({"place": None}, "not what the events tell: place"),
        ({"seal": "A2"}, "not what the events tell: seal"),
        ({"integrity": "open"}, "not what the events tell: integrity"),
    ],
)
def test_a_row_that_says_otherwise_is_named(stored_item, changed, says):
    Whereabouts.objects.update(**changed)

    found = list(verification.faults())

    assert [(f.table, f.says) for f in found] == [
        ("chain_of_custody_whereabouts", f"is {says}")
    ]
    assert found[0].row == str(row_of(stored_item).pk)


def test_a_row_that_is_gone_is_named(stored_item):
    Whereabouts.objects.all().delete()
    assert [f.says for f in verification.faults()] == [
        "has no row, though its events tell of it"
    ]


def test_an_open_hand_over_nobody_marks_is_named(offered):
    InTransit.objects.all().delete()
    assert "open hand-over" in next(verification.faults()).says


def test_a_mark_of_no_hand_over_is_named(offered, stored_item, custodian):
    seen = {stored_item.code: Seen("A1")}
    actions.cancel_transfer(
        transfer=offered, reason="Not today", seen=seen, by=custodian
    )
    InTransit.objects.create(transfer=offered, item=stored_item)
    assert "open hand-over" in next(verification.faults()).says


def test_all_rows_are_made_anew_from_the_events(sealed_kit, capsys):
    made = Whereabouts.objects.count()
    Whereabouts.objects.all().delete()

    call_command("rebuild_whereabouts")

    assert capsys.readouterr().out == f"{made} rows made from the events.\n"
    assert list(verification.faults()) == []
    assert rebuild_all() == made
