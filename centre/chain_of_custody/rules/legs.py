"""How long evidence takes from one step to the next: median and nine tenths.

A leg is told only where enough things went it, so that one slow kit is not a person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from centre.chain_of_custody.rules.moves import Move

FEWEST: Final = 5
"""Fewer than this is not told: a number of one is a story."""

_NINE_TENTHS: Final = 0.9

Firsts = Mapping[tuple[UUID, str], datetime]
"""When each move was first made with each thing."""


@dataclass(frozen=True)
class Leg:
    """From the first of some moves to the first of others."""

    words: str
    begins: frozenset[Move]
    ends: frozenset[Move]


LEGS: Final = (
    Leg(
        "Collected to sealed",
        frozenset({Move.COLLECTED}),
        frozenset({Move.SEALED}),
    ),
    Leg(
        "Sealed to put away",
        frozenset({Move.SEALED, Move.KIT_SEALED}),
        frozenset({Move.STORED}),
    ),
    Leg(
        "Put away to released",
        frozenset({Move.STORED}),
        frozenset({Move.RELEASED}),
    ),
    Leg(
        "Released to received",
        frozenset({Move.RELEASED}),
        frozenset({Move.RECEIVED, Move.HANDED_OUT}),
    ),
)


@dataclass(frozen=True)
class Taken:
    """How long one leg took, over many things; hours, or None if too few went it."""

    words: str
    count: int
    median: float | None
    nine_tenths: float | None


def taken(leg: Leg, firsts: Firsts) -> Taken:
    """Median and ninth decile of one leg, in hours, by nearest rank."""
    found = lengths(leg, firsts)
    if len(found) < FEWEST:
        return Taken(leg.words, len(found), None, None)
    return Taken(leg.words, len(found), _rank(found, 0.5), _rank(found, _NINE_TENTHS))


def lengths(leg: Leg, firsts: Firsts) -> list[timedelta]:
    """How long one leg took with each thing that went it, the shortest first."""
    begun = _first_of(leg.begins, firsts)
    ended = _first_of(leg.ends, firsts)
    return sorted(
        ended[thing] - begun[thing]
        for thing in begun.keys() & ended.keys()
        if ended[thing] >= begun[thing]
    )


def _rank(found: Sequence[timedelta], share: float) -> float:
    """The smallest length that at least this share of all does not exceed."""
    at = max(0, -int(-share * len(found) // 1) - 1)
    return round(found[at] / timedelta(hours=1), 1)


def _first_of(moves: Collection[Move], firsts: Firsts) -> dict[UUID, datetime]:
    found: dict[UUID, datetime] = {}
    for (thing, move), at in firsts.items():
        if move in moves:
            found[thing] = min(at, found.get(thing, at))
    return found
