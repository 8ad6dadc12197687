"""Figures are held against their goals, and no run fails for what it measured."""

from __future__ import annotations

import pytest

from tools import goals
from tools.goals import Goal

APPEND = {"figure": "ledger_append_1_writer_mean", "database": "postgresql"}


@pytest.mark.parametrize(
    ("goal", "found", "is_met"),
    [
        (Goal("L", "f", "ratio", most=1.25), 1.25, True),
        (Goal("L", "f", "ratio", most=1.25), 1.26, False),
        (Goal("L", "f", "per_second", least=10), 10, True),
        (Goal("L", "f", "per_second", least=10), 9, False),
        (Goal("L", "f", "faults", most=0), 1, False),
    ],
)
def test_a_goal_is_met_up_to_its_bound(goal, found, is_met):
    assert goal.is_met(found) is is_met


def test_a_line_is_held_against_the_goal_of_its_database():
    [told] = goals.judged(APPEND | {"ratio": 1.3})
    [other] = goals.judged(APPEND | {"database": "sqlite", "ratio": 1.3})

    assert (told["goal"], told["is_met"]) == ("≤ 1.25", False)
    assert (other["goal"], other["is_met"]) == ("≤ 1.35", True)


def test_a_line_with_two_goals_stands_twice_and_one_without_stands_once():
    both = {"figure": "verify_chain", "database": "sqlite", "ratio": 3.0}

    assert len(goals.judged(both | {"cpu_s_per_million": 5.0})) == 2
    assert goals.judged({"figure": "x", "database": "sqlite", "ratio": 1.0}) == [
        {"figure": "x", "database": "sqlite", "ratio": 1.0}
    ]


def test_a_goal_given_where_it_was_measured_is_kept():
    line = APPEND | {"ratio": 9.0, "goal": 10.0, "is_met": True}

    assert goals.judged(line) == [line]


def test_the_table_says_what_was_not_met():
    lines = goals.judged(APPEND | {"ratio": 1.3})

    assert "NOT MET" in goals.table(lines)
    assert goals.summary(lines) == "0 of 1 goals met."


def test_what_was_not_measured_is_named():
    missing = goals.unmeasured([APPEND], ["postgresql"])

    assert "ledger_append_1_writer_mean" not in {one.figure for one in missing}
    assert "verify_chain" in {one.figure for one in missing}
