"""Whatever is changed at a random place, the check of all records names the place.

Changes that do not hide each other fall on the furnished centre at once; of changes to
the log itself, each of which hides others, some are tried. `make fuzz` tries them all,
each by itself, for as long as it is given. The seed stands in what is missed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Final
from uuid import uuid4

import pytest
from django.db import connection

from centre.core import verification
from centre.core.actions import verifying
from centre.core.actions.upkeep import tick
from centre.core.models import AccessNote
from centre.ledger.guards import unguarded
from centre.ledger.models import Checkpoint
from centre.ledger.sqlite import altering
from tests.test_every_byte import NOT_COVERED
from tests.world import world
from tools import fuzz_bundles, mutations
from tools.mutations import ledger
from tools.mutations.scene import (
    Scene,
    chance_of,
    copied,
    opened,
    put,
    remove,
    undone,
)

__all__ = ["world"]

OF_THE_LOG: Final = [
    k for k, how in mutations.KINDS.items() if how in vars(ledger).values()
]
OTHERS: Final = [kind for kind in mutations.KINDS if kind not in OF_THE_LOG]
AT_ONCE: Final = 14
OF_THE_LOG_EACH_RUN: Final = 6


@pytest.fixture(scope="module")
def settled(world, django_db_blocker):
    """The furnished centre with its notes sequenced and one check kept."""
    with django_db_blocker.unblock():
        while tick(world.things["centre"]):
            pass
        verifying.remember([], sizes=verifying.newest_sizes(), is_full=True)
    return world


@pytest.fixture
def guards_down(settled, db):
    """The database as whoever owns it can have it."""
    with opened():
        yield settled


def missed(kinds: list[str], tries: Callable[..., object]) -> list[object]:
    """What of these changes was not found or not placed, with the seed."""
    seed = secrets.randbelow(10**9)
    outcomes = tries(kinds, Scene(chance_of(seed)))
    return [(seed, o) for o in outcomes if not (o.is_found and o.is_placed)]


@pytest.mark.parametrize("first", range(0, len(OTHERS), AT_ONCE))
def test_changes_of_rows_keys_and_files_are_found_and_placed(guards_down, first):
    assert missed(OTHERS[first : first + AT_ONCE], mutations.trials) == []


def test_changes_of_the_log_are_found_and_placed(guards_down):
    def each(kinds, scene):
        chosen = scene.chance.sample(kinds, OF_THE_LOG_EACH_RUN)
        return [one for one in (mutations.trial(k, scene) for k in chosen) if one]

    assert missed(OF_THE_LOG, each) == []


def test_there_are_changes_of_many_kinds():
    assert len(mutations.KINDS) >= 40
    assert set(NOT_COVERED) <= Scene(chance_of(1)).free


def test_nothing_is_found_where_nothing_was_changed(settled, db):
    assert list(verification.faults()) == []


def test_checkpoint_deleted_that_nothing_names_passes(guards_down):
    """It is a convenience: what it said is proven by any later one, or by paper."""
    with undone():
        oldest = Checkpoint.objects.order_by("size").first()
        remove(Checkpoint, oldest.pk)

        assert mutations.faults() == []


def test_note_of_a_reading_that_was_planted_waits_as_an_honest_one(guards_down):
    """It passes, as the threat model says; taken in, it is held as any other."""
    with undone():
        note = AccessNote.objects.order_by("pk").first()
        planted = uuid4()
        copied(AccessNote, note.pk, planted)
        assert mutations.faults() == []
        tick(guards_down.things["centre"])
        put(AccessNote, "what", planted, "another")
        found = mutations.faults()

    assert str(planted) in {fault.row for fault in found}


def test_bits_of_bundles_are_found_turned():
    """`make fuzz` turns every one of them."""
    seed = secrets.randbelow(10**9)
    passed = [one for one in fuzz_bundles.rounds(chance_of(seed), 4) if one]

    assert passed == [], seed


@pytest.mark.parametrize("table", ["core_opening", "ledger_entry", "core_case"])
def test_guard_that_was_taken_off_one_table_is_named(settled, db, table):
    with altering(connection), connection.cursor() as cursor:
        for statement in _without_guards(cursor, table):
            cursor.execute(statement)

    assert table in unguarded(connection, [table])


def _without_guards(cursor, table: str) -> list[str]:
    if connection.vendor == "sqlite":
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
            [table],
        )
        return [f'DROP TRIGGER "{name}"' for (name,) in cursor.fetchall()]
    return [
        "SET CONSTRAINTS ALL IMMEDIATE",
        f"ALTER TABLE {table} DISABLE TRIGGER USER",
    ]
