"""Small numbers hidden, so that a figure cannot tell of one person.

A count from 1 to 4 is not told. Parts stand in one group with their total; where a part
is hidden, the total is told as a lower bound only, for the exact one would give the
hidden part away. Zero is told: it counts nobody. How long something took is told only
over five or more, in whole days, and how many they were only roughly.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from statistics import fmean
from typing import Final

FEWEST: Final = 5
"""Counts below this, but for zero, do not leave the centre."""

HIDDEN: Final = "1 to 4"
_BANDS: Final = ((100, "100 or more"), (20, "20 to 99"), (FEWEST, "5 to 19"))
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Cell:
    """One number as it may be told."""

    words: str
    told: str


@dataclass(frozen=True)
class Group:
    """Parts of one whole."""

    title: str
    cells: tuple[Cell, ...]
    total: str


@dataclass(frozen=True)
class Span:
    """How long something took, in whole days; empty where too few did it."""

    words: str
    how_many: str
    mean: str
    median: str
    nine_tenths: str


@dataclass(frozen=True)
class Figures:
    """Everything a return tells, as it may leave the centre."""

    groups: tuple[Group, ...]
    spans: tuple[Span, ...]

    def as_json(self) -> str:
        """For keeping."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


def figures_of(kept: str) -> Figures:
    """What `as_json` made."""
    told = json.loads(kept)
    groups = tuple(
        Group(g["title"], tuple(Cell(**c) for c in g["cells"]), g["total"])
        for g in told["groups"]
    )
    return Figures(groups, tuple(Span(**s) for s in told["spans"]))


def group(title: str, parts: Mapping[str, int]) -> Group:
    """Parts of one whole and their total, small ones hidden."""
    cells = tuple(Cell(words, _told(count)) for words, count in parts.items())
    return Group(title, cells, _total(list(parts.values())))


def span(words: str, lengths: Sequence[timedelta]) -> Span:
    """Mean, median and ninth decile (nearest rank) of lengths in ascending order."""
    if len(lengths) < FEWEST:
        return Span(words, f"fewer than {FEWEST}", "", "", "")
    days = [length / _DAY for length in lengths]
    return Span(
        words,
        next(told for least, told in _BANDS if len(days) >= least),
        f"{fmean(days):.0f}",
        f"{_rank(days, 1, 2):.0f}",
        f"{_rank(days, 9, 10):.0f}",
    )


def is_small(count: int) -> bool:
    """Whether this count may not be told."""
    return 0 < count < FEWEST


def _told(count: int) -> str:
    return HIDDEN if is_small(count) else str(count)


def _total(counts: Sequence[int]) -> str:
    """The sum; where a part is hidden, what is known of it without that part."""
    hidden = sum(map(is_small, counts))
    seen = sum(count for count in counts if not is_small(count))
    return f"{seen + hidden} or more" if hidden else _told(seen)


def _rank(values: Sequence[float], share: int, of: int) -> float:
    """The smallest value that at least this share of all does not exceed."""
    return values[-(-share * len(values) // of) - 1]
