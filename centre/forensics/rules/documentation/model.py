"""What the index looks at, what it finds, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any


class State(StrEnum):
    """What a topic comes to."""

    MET = "met"
    OPEN = "open"
    NOT_HERE = "not_here"
    """Nothing of it belongs to this examination; it counts neither way."""


class Room(StrEnum):
    """The page where a topic is met that no question of the form meets."""

    BODY_MAP = "body_map"
    PHOTOGRAPHS = "photographs"
    SAMPLES = "samples"
    CONSENT = "consent"

    @property
    def words(self) -> str:
        """The page as its links call it."""
        return self.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Package:
    """What became of one sample: sealed or not, handed on with a signature or not."""

    is_sealed: bool
    is_handed_on: bool


@dataclass(frozen=True)
class Found:
    """An examination as the index sees it: plain values, no names.

    `answers` and `asked` by code of question; injuries and photographs as their
    details, injuries with their `number`; `consents` as items in force.
    """

    answers: Mapping[str, Mapping[str, Any]]
    asked: frozenset[str]
    consents: frozenset[str] = frozenset()
    injuries: Sequence[Mapping[str, Any]] = ()
    photographs: Sequence[Mapping[str, Any]] = ()
    packages: Sequence[Package] = ()


@dataclass(frozen=True)
class Look:
    """What one look found, and where what is missing can be written down."""

    state: State
    codes: tuple[str, ...] = ()
    injuries: tuple[int, ...] = ()
    room: Room | None = None


@dataclass(frozen=True)
class Topic:
    """One of the 26: what it is called, what would meet it, and how it is looked at."""

    code: str
    group: str
    words: str
    raises: str
    look: Callable[[Found], Look]


@dataclass(frozen=True)
class Point:
    """A topic with what was found of it."""

    topic: Topic
    found: Look

    @property
    def is_open(self) -> bool:
        """Whether something would still raise it."""
        return self.found.state is State.OPEN

    @property
    def belongs(self) -> bool:
        """Whether the topic belongs to this examination."""
        return self.found.state is not State.NOT_HERE


@dataclass(frozen=True)
class Score:
    """The whole index over one examination."""

    points: tuple[Point, ...] = field(default=())

    @cached_property
    def met(self) -> int:
        """How many topics are met."""
        return sum(p.found.state is State.MET for p in self.points)

    @cached_property
    def of(self) -> int:
        """How many topics belong to this examination."""
        return sum(p.belongs for p in self.points)

    @property
    def not_here(self) -> int:
        """How many do not."""
        return len(self.points) - self.of

    @property
    def open_points(self) -> list[Point]:
        """What would raise it, in the order of the index."""
        return [p for p in self.points if p.is_open]
