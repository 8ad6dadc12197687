"""No number that leaves the centre tells of one person."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centre.insight import suppression
from centre.insight.suppression import FEWEST, HIDDEN, Group, group, span

MANY = 40
counts = st.lists(st.integers(0, 12), min_size=1, max_size=4)


def told(parts):
    return group("All", {str(n): count for n, count in enumerate(parts)})


def possible(shown: Group) -> list[tuple[int, ...]]:
    """Every table that would be told like this one."""
    per_cell = [
        range(1, FEWEST) if cell.told == HIDDEN else [int(cell.told)]
        for cell in shown.cells
    ]
    return [parts for parts in product(*per_cell) if told(parts) == shown]


@given(counts)
def test_nobody_can_work_out_a_hidden_number(parts):
    """Whoever knows how numbers are hidden is left with every small number."""
    found = possible(told(parts))

    for place, count in enumerate(parts):
        could_be = {one[place] for one in found}
        assert could_be == (set(range(1, FEWEST)) if 0 < count < FEWEST else {count})


def test_an_exact_total_would_give_a_hidden_number_away(monkeypatch):
    """The negative control: the total as it is, beside one hidden part."""
    monkeypatch.setattr(suppression, "_total", lambda parts: str(sum(parts)))
    found = possible(told([7, 3]))

    assert {one[1] for one in found} == {3}


@pytest.mark.parametrize(
    ("parts", "total"),
    [([7, 8], "15"), ([7, 3], "8 or more"), ([2, 1], "2 or more"), ([0, 0], "0")],
)
def test_a_total_is_exact_only_where_nothing_is_hidden(parts, total):
    assert told(parts).total == total


def test_nothing_is_told_of_how_long_few_took():
    assert span("Leg", [timedelta(days=1)] * (FEWEST - 1)).median == ""


def test_how_long_many_took_is_told_in_whole_days():
    lengths = [timedelta(days=1)] * 9 + [timedelta(days=31)]
    found = span("Leg", lengths)

    assert (found.mean, found.median, found.nine_tenths) == ("4", "1", "1")
    assert found.how_many == "5 to 19"


def test_how_many_went_a_leg_is_told_only_roughly():
    told_of = {span("Leg", [timedelta(days=1)] * n).how_many for n in range(MANY)}

    assert told_of == {"fewer than 5", "5 to 19", "20 to 99"}
