"""Whether a sample is still worth taking: windows advise and never block.

Each window is a maximum from published cases with its source. Where sources differ
both are told; beyond all of them the advice is still to collect when in doubt.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol


class Term(Protocol):
    """What the advice needs of one window."""

    @property
    def hours(self) -> int:
        """When it closes, in hours after the act."""

    @property
    def since(self) -> int:
        """When it opens, in hours after the act."""

    @property
    def act(self) -> str:
        """The one act it is for; empty for any."""

    @property
    def age(self) -> str:
        """The one age it is for; empty for any."""

    @property
    def jurisdiction(self) -> str:
        """Where its source is from; empty if nowhere in particular."""

    @property
    def source(self) -> str:
        """Who says so."""

    @property
    def verified(self) -> bool:
        """Whether the source itself was read."""


class Worth(StrEnum):
    """What the windows say together."""

    INSIDE = "inside"
    DIFFERS = "differs"
    BEYOND = "beyond"
    EARLY = "early"
    UNKNOWN = "unknown"

    @property
    def words(self) -> str:
        """As the plan says it."""
        return _WORDS[self]


_WORDS: Final[dict[Worth, str]] = {
    Worth.INSIDE: "Within the published time",
    Worth.DIFFERS: "Sources differ: within one, beyond another",
    Worth.BEYOND: "Longer ago than published cases; collect when in doubt",
    Worth.EARLY: "Better later",
    Worth.UNKNOWN: "No published limit; collect when in doubt",
}


@dataclass(frozen=True)
class Advice:
    """The advice on one specimen, with the windows it rests on."""

    worth: Worth
    terms: tuple[Term, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """Each window as a phrase with its source."""
        return tuple(phrase(term) for term in self.terms)


def advise(
    terms: Sequence[Term],
    *,
    hours: tuple[float, float] | None,
    acts: Collection[str] = (),
    age: str = "",
    jurisdiction: str = "",
) -> Advice:
    """Weigh the windows that fit; the own jurisdiction's stand first.

    `hours` are the least and most hours since the act. A window counts as open up to
    and including its last hour, and while the least hours may still lie in it.
    """
    fitting = [t for t in terms if _fits(t, acts, age)]
    own_first = sorted(fitting, key=lambda t: (t.jurisdiction != jurisdiction, t.hours))
    kept = tuple(own_first)
    if not kept or hours is None:
        return Advice(Worth.UNKNOWN, kept)
    least, most = hours
    if all(most < t.since for t in kept):
        return Advice(Worth.EARLY, kept)
    open_now = [least <= t.hours and most >= t.since for t in kept]
    if all(open_now):
        return Advice(Worth.INSIDE, kept)
    return Advice(Worth.DIFFERS if any(open_now) else Worth.BEYOND, kept)


def phrase(term: Term) -> str:
    """One window in words: how long, for what, and who says so."""
    length = f"{term.hours} h"
    if term.since:
        length = f"{term.since} to {length}"
    for words in (term.act, term.age):
        length += f", {words}" if words else ""
    mark = "" if term.verified else ", unverified"
    return f"{length} ({term.source}{mark})"


def _fits(term: Term, acts: Collection[str], age: str) -> bool:
    is_act = not term.act or not acts or term.act in acts
    return is_act and (not term.age or term.age == age)
