"""The rows that tell where things are say what the events say."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from centre.chain_of_custody import actions, verification
from centre.chain_of_custody.actions.whereabouts import rebuild_all
from centre.chain_of_custody.models import InTransit, Whereabouts
from centre.chain_of_custody.queries.history import contents
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.fold import Condition
from centre.core.errors import RuleError


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


@pytest.fixture
def deeds(stored_item, shelf, fridge, custodian, nurse, investigator, terms):
    """What people do to one item, whether or not it can be done at that moment."""
    item = stored_item
    seen, torn = Seen("A1"), Seen("A1", Condition.DAMAGED)
    own = {"package": item, "by": custodian}

    def release():
        line = actions.Line(item)
        to = {"terms": terms, "receiver": investigator, "by": custodian}
        actions.release_transfer(
            case=item.case, lines=[line], seals={item.code: "A1"}, **to
        )

    def on_the_way(act, **more):
        for mark in InTransit.objects.select_related("transfer"):
            act(transfer=mark.transfer, seen={item.code: seen}, **more)

    return {
        "store": lambda: actions.store(place=shelf, **own),
        "move": lambda: actions.move(place=fridge.parent, reason="Room", **own),
        "take": lambda: actions.check_out(taker=nurse, reason="Photograph", **own),
        "bring": lambda: actions.check_in(place=shelf, seen=seen, **own),
        "look": lambda: actions.check_seal(seen=seen, **own),
        "torn": lambda: actions.check_seal(seen=torn, **own),
        "note": lambda: actions.add_note(words="Seen", **own),
        "release": release,
        "cancel": lambda: on_the_way(
            actions.cancel_transfer, reason="Not today", by=custodian
        ),
        "receive": lambda: on_the_way(actions.receive_transfer, by=investigator),
        "unexpected": lambda: actions.receive_unexpected(
            package=item, seen=seen, words="By post", by=custodian
        ),
    }


WORDS = [
    *("store", "move", "take", "bring", "look", "torn", "note"),
    *("release", "cancel", "receive", "unexpected"),
]


@pytest.mark.usefixtures("monday")
def test_acceptance_20_rows_and_events_agree_after_any_run_of_deeds(
    deeds, stored_item, later
):
    done: set[str] = set()

    def try_all(words):
        for word in words:
            before = stored_item.custody.count()
            later(minutes=5)
            with suppress(RuleError):
                deeds[word]()
            done.update({word} if stored_item.custody.count() > before else ())
        assert list(verification.faults()) == []

    @settings(
        max_examples=6,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.lists(st.sampled_from(WORDS), min_size=4, max_size=10))
    def run(words):
        try_all(words)

    try_all(["take", "bring", "release", "cancel"])
    run()
    assert {"take", "bring", "release", "cancel"} <= done
