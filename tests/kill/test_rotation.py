"""Keys are replaced under load and the run is killed; nothing becomes unreadable."""

from __future__ import annotations

from tests.kill.test_kill import told_by

KILLS = "5"


def test_five_kills_of_a_rotation_leave_nothing_unreadable_and_no_old_key():
    told = told_by("tools.rotation_rounds", KILLS, "none")

    assert told["acknowledged"] > 0
    assert told["replaced_at_the_end"] > 0
    assert (told["unreadable"], told["faults"]) == (0, [])


def test_cases_left_on_an_old_key_are_found():
    """The negative control: a centre's key is made and nothing taken over to it."""
    told = told_by("tools.rotation_rounds", "0", "left_behind")

    assert any("old key of its centre" in fault for fault in told["faults"])
