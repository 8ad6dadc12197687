"""State is computed from events, never typed: the fold over a thing's history.

Four facets stand side by side: custody (where in its life), integrity (of the seal),
process (what is done with it) and reporting (what the survivor decided). Beside them
the fold tells who holds the thing, where it lies and which transfer is open.

What happens to a sealed kit happens to every item in it: such facts carry `via_kit`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from centre.chain_of_custody.rules.facets import (
    Condition,
    Integrity,
    Outcome,
    Process,
    Reporting,
)
from centre.chain_of_custody.rules.moves import (
    ALONE,
    BIRTH,
    STEPS,
    Move,
    State,
    Thing,
)
from centre.core.permissions import Role

__all__ = [
    "EXPIRED",
    "OUTSIDE",
    "Condition",
    "Fact",
    "Integrity",
    "Outcome",
    "Process",
    "Reporting",
    "Standing",
    "apply",
    "fold",
    "reporting_of",
]


@dataclass(frozen=True)
class Fact:
    """What the fold needs to know of one event."""

    id: UUID
    move: Move
    at: datetime
    by: UUID
    to: UUID | None = None
    place: UUID | None = None
    transfer: UUID | None = None
    kit: UUID | None = None
    about: UUID | None = None
    seal: str = ""
    condition: str = ""
    code: str = ""
    role: str = ""
    via_kit: bool = False


@dataclass(frozen=True)
class Standing:
    """How one thing stands after all its events."""

    thing: Thing
    state: State
    seal: str = ""
    holder: UUID | None = None
    place: UUID | None = None
    transfer: UUID | None = None
    kit: UUID | None = None
    process: Process = Process.NONE
    questions: tuple[UUID, ...] = ()
    holds: tuple[UUID, ...] = ()
    is_broken: bool = False
    is_compromised: bool = False
    is_away: bool = False
    last_at: datetime | None = None
    held: tuple[State, UUID | None, UUID | None] | None = None

    @property
    def integrity(self) -> Integrity:
        """The graver word wins: compromised, in question, broken, sealed, open."""
        if self.is_compromised:
            return Integrity.COMPROMISED
        if self.questions:
            return Integrity.IN_QUESTION
        if self.is_broken:
            return Integrity.BROKEN
        return Integrity.SEALED if self.seal else Integrity.OPEN

    @property
    def is_in_kit(self) -> bool:
        """Whether it lies in a kit and so cannot move by itself."""
        return self.kit is not None


OUTSIDE: Final = frozenset({Role.INVESTIGATOR, Role.LAB})
"""Who receives for another organisation; from then on it is not in our hands."""

EXPIRED: Final = "expired"
"""The reason that makes a withdrawn kit an expired one."""

Effect = Callable[[Standing, Fact], Standing]


def fold(thing: Thing, facts: Iterable[Fact]) -> Standing:
    """Run through the events in their order and say how the thing stands."""
    standing = Standing(thing, BIRTH[thing])
    for fact in facts:
        standing = apply(standing, fact)
    return standing


def apply(standing: Standing, fact: Fact) -> Standing:
    """One event more."""
    if fact.via_kit and fact.move in _OF_THE_KIT_ALONE:
        return standing
    step = STEPS[standing.thing].get(fact.move)
    moved = replace(standing, last_at=_last(standing, fact))
    if step is not None and step.ends is not None and not _stays(fact):
        moved = replace(moved, state=step.ends)
    if fact.move is Move.RELEASED:
        held = (standing.state, standing.holder, standing.place)
        moved = replace(moved, held=held)
    effect = _EFFECTS.get(fact.move)
    return effect(moved, fact) if effect else moved


def reporting_of(*, is_anonymous: bool, has_reported: bool) -> Reporting:
    """The reporting facet, from the case cover and the survivor's decision."""
    if has_reported:
        return Reporting.REPORTED
    return Reporting.ANONYMOUS if is_anonymous else Reporting.UNREPORTED


_OF_THE_KIT_ALONE: Final = frozenset(
    {
        Move.KIT_ISSUED,
        Move.KIT_OPENED,
        Move.KIT_SEALED,
        Move.SEAL_CHECKED,
        Move.NOTE_ADDED,
        Move.DOCUMENT_ATTACHED,
        Move.RESEALED,
    }
)


def _stays(fact: Fact) -> bool:
    """Opening the kit does not open the items in it."""
    return fact.via_kit and fact.move is Move.SEAL_BROKEN


def _last(standing: Standing, fact: Fact) -> datetime | None:
    """When something last moved it; notes and questions do not count."""
    if fact.move not in ALONE:
        return standing.last_at
    return fact.at if standing.last_at is None else max(standing.last_at, fact.at)


def _withdrawn(standing: Standing, fact: Fact) -> Standing:
    """A kit past its date is told apart from one that is damaged or used to teach."""
    state = State.EXPIRED if fact.code == EXPIRED else standing.state
    return replace(standing, state=state, holder=None, place=None)


def _in_hand(standing: Standing, fact: Fact) -> Standing:
    return replace(standing, holder=fact.by, place=None)


def _held(standing: Standing, fact: Fact) -> Standing:
    return replace(standing, holder=fact.by)


def _drying(standing: Standing, fact: Fact) -> Standing:
    return replace(standing, holder=fact.by, place=fact.place)


def _sealed(standing: Standing, fact: Fact) -> Standing:
    """Whoever seals has it in hand, an old thing that lay openly on a shelf too."""
    return replace(_in_hand(standing, fact), seal=fact.seal, is_broken=False)


def _added(standing: Standing, fact: Fact) -> Standing:
    return replace(standing, kit=fact.kit, holder=fact.by)


def _stored(standing: Standing, fact: Fact) -> Standing:
    return replace(standing, holder=None, place=fact.place)


def _taken_over(standing: Standing, fact: Fact) -> Standing:
    """It lies in the store under the seal it bears, or openly under none."""
    return replace(standing, holder=None, place=fact.place, seal=fact.seal)


def _checked_in(standing: Standing, fact: Fact) -> Standing:
    return _seen(_stored(standing, fact), fact)


def _taken(standing: Standing, fact: Fact) -> Standing:
    return replace(standing, holder=fact.to, place=None)


def _seen(standing: Standing, fact: Fact) -> Standing:
    if fact.via_kit or fact.condition not in {Condition.DAMAGED, Condition.MISSING}:
        return standing
    return replace(standing, is_broken=True)


def _opened(standing: Standing, fact: Fact) -> Standing:
    if fact.via_kit:
        return replace(
            standing, state=State.RECEIVED, kit=None, holder=fact.by, place=None
        )
    return replace(standing, holder=fact.by, place=None, seal="")


def _released(standing: Standing, fact: Fact) -> Standing:
    return replace(
        standing,
        holder=fact.by,
        place=None,
        transfer=fact.transfer,
    )


def _received(standing: Standing, fact: Fact) -> Standing:
    return replace(
        _seen(standing, fact),
        holder=fact.by,
        place=None,
        transfer=None,
        held=None,
        is_away=fact.role in OUTSIDE,
    )


def _handed_out(standing: Standing, fact: Fact) -> Standing:
    return replace(
        _seen(standing, fact),
        holder=None,
        place=None,
        transfer=None,
        held=None,
        is_away=True,
    )


def _picked_up(standing: Standing, fact: Fact) -> Standing:
    """From then on the courier answers for it, who has no account here."""
    del fact
    return replace(standing, holder=None)


def _refused(standing: Standing, fact: Fact) -> Standing:
    """Who released it answers for it again, on its way back."""
    return replace(standing, holder=fact.to)


def _cancelled(standing: Standing, fact: Fact) -> Standing:
    state, holder, place = standing.held or (State.RECEIVED, fact.by, None)
    return replace(
        _seen(standing, fact),
        state=state,
        holder=holder,
        place=place,
        transfer=None,
        held=None,
    )


def _gone(standing: Standing, fact: Fact) -> Standing:
    return replace(standing, holder=None, place=None, transfer=None, held=None)


def _questioned(standing: Standing, fact: Fact) -> Standing:
    return replace(standing, questions=(*standing.questions, fact.id))


def _answered(standing: Standing, fact: Fact) -> Standing:
    return replace(
        standing,
        questions=tuple(q for q in standing.questions if q != fact.about),
        is_compromised=standing.is_compromised or fact.code == Outcome.COMPROMISED,
    )


def _held_back(standing: Standing, fact: Fact) -> Standing:
    return replace(standing, holds=(*standing.holds, fact.id))


def _let_go(standing: Standing, fact: Fact) -> Standing:
    return replace(standing, holds=tuple(h for h in standing.holds if h != fact.about))


def _processed(process: Process) -> Effect:
    return lambda standing, _fact: replace(standing, process=process)


_EFFECTS: Final[dict[Move, Effect]] = {
    Move.KIT_ISSUED: _held,
    Move.KIT_OPENED: _held,
    Move.KIT_VOIDED: _withdrawn,
    Move.COLLECTED: _held,
    Move.DRYING_STARTED: _drying,
    Move.DRYING_ENDED: _in_hand,
    Move.HOLD_PLACED: _held_back,
    Move.HOLD_LIFTED: _let_go,
    Move.PACKAGED: _held,
    Move.LABELLED: _held,
    Move.SEALED: _sealed,
    Move.KIT_SEALED: _sealed,
    Move.ADDED_TO_KIT: _added,
    Move.STORED: _stored,
    Move.MOVED: _stored,
    Move.CHECKED_OUT: _taken,
    Move.CHECKED_IN: _checked_in,
    Move.SEAL_CHECKED: _seen,
    Move.SEAL_BROKEN: _opened,
    Move.RESEALED: _sealed,
    Move.RELEASED: _released,
    Move.RECEIVED: _received,
    Move.UNEXPECTED_RECEIPT: _received,
    Move.PICKED_UP: _picked_up,
    Move.RECEIPT_REFUSED: _refused,
    Move.HANDED_OUT: _handed_out,
    Move.TRANSFER_CANCELLED: _cancelled,
    Move.FOUND: _in_hand,
    Move.MISSING_DECLARED: _gone,
    Move.CONSUMED: _gone,
    Move.DESTROYED: _gone,
    Move.RETURNED_TO_OWNER: _gone,
    Move.DISCREPANCY_RAISED: _questioned,
    Move.DISCREPANCY_RESOLVED: _answered,
    Move.LAB_SUBMITTED: _processed(Process.SUBMITTED),
    Move.LAB_ACCEPTED: _processed(Process.AT_LAB),
    Move.LAB_REJECTED: _processed(Process.NONE),
    Move.LAB_ANALYSED: _processed(Process.ANALYSED),
    Move.COURT_PRODUCED: _processed(Process.IN_COURT),
    Move.COURT_RETURNED: _processed(Process.NONE),
    Move.TAKEN_OVER: _taken_over,
}
