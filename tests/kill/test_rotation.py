"""Keys are replaced under load and the run is killed; nothing becomes unreadable."""

from __future__ import annotations

import pytest

from tests.kill.test_kill import told_by

KILLS = "3"
pytestmark = pytest.mark.stored


@pytest.fixture(scope="module")
def told():
    return told_by("tools.rotation_rounds", KILLS)


def test_kills_of_a_rotation_leave_nothing_unreadable_and_no_old_key(told):
    assert told["acknowledged"] > 0
    assert told["replaced_at_the_end"] > 0
    assert (told["unreadable"], told["faults"]) == (0, [])


def test_cases_left_on_an_old_key_would_be_found(told):
    """The negative control: a centre's key was made and nothing taken over to it."""
    assert told["control_found"] > 0
