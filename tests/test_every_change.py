"""Whatever is changed at a random place, the check of all records names the place.

Every kind of `tools.mutations` falls once on the furnished centre; `make fuzz` goes on
for long. The seed is printed with what was missed, so that it can be looked at again.
"""

from __future__ import annotations

import secrets

import pytest

from centre.core.actions import verifying
from centre.core.actions.upkeep import tick
from tests.world import world
from tools import mutations
from tools.mutations.scene import Scene, chance_of, opened

__all__ = ["world"]


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


@pytest.mark.parametrize("kind", mutations.KINDS)
def test_change_is_found_and_placed(guards_down, kind):
    seed = secrets.randbelow(10**9)
    outcome = mutations.trial(kind, Scene(chance_of(seed)))

    assert outcome is not None, "the centre of the tests holds something to change"
    assert (outcome.is_found, outcome.is_placed) == (True, True), (seed, outcome)
