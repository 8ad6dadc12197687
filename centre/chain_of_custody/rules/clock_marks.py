"""What the events of a kit or an item mean to its clocks.

An event may mean several words: what the police receive is handed over, and what a
court gives back waits to be put away again. Words are those the policies name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from centre.chain_of_custody.rules.clocks import Mark
from centre.chain_of_custody.rules.fold import Reporting
from centre.chain_of_custody.rules.moves import Move
from centre.core.permissions import Role

COLD: Final = frozenset({"REF", "FRZ"})
"""The storage classes in which what is wet may wait."""

AWAY: Final = frozenset({"handed_over", "at_lab"})

_WORDS: Final[Mapping[Move, tuple[str, ...]]] = MappingProxyType(
    {
        Move.SEALED: ("to_put_away",),
        Move.KIT_SEALED: ("to_put_away",),
        Move.RESEALED: ("to_put_away",),
        Move.COURT_RETURNED: ("to_put_away",),
        Move.UNEXPECTED_RECEIPT: ("to_put_away",),
        Move.ADDED_TO_KIT: ("added_to_kit",),
        Move.STORED: ("stored",),
        Move.MOVED: ("stored",),
        Move.CHECKED_IN: ("stored",),
        Move.TAKEN_OVER: ("stored",),
        Move.DRYING_STARTED: ("drying",),
        Move.CHECKED_OUT: ("checked_out",),
        Move.RELEASED: ("released",),
        Move.COURT_PRODUCED: ("released", "in_court"),
        Move.HANDED_OUT: ("handed_over",),
        Move.LAB_SUBMITTED: ("lab_submitted",),
        Move.LAB_ACCEPTED: ("lab_accepted",),
        Move.LAB_REJECTED: ("lab_rejected",),
        Move.LAB_RESULT_ISSUED: ("result_issued",),
        Move.POLICE_TOLD: ("police_told",),
        Move.DESTRUCTION_NOTICE_ISSUED: ("notice_issued",),
        Move.DESTROYED: ("ended",),
        Move.RETURNED_TO_OWNER: ("ended",),
        Move.CONSUMED: ("ended",),
        Move.KIT_VOIDED: ("ended",),
    }
)
_OUTSIDE: Final = frozenset({Role.INVESTIGATOR, Role.LAB})


@dataclass(frozen=True)
class Happened:
    """What the clocks need to know of one event; `due` is an end it names itself."""

    move: Move
    at: datetime
    role: str = ""
    code: str = ""
    storage: str = ""
    transfer: object = None
    is_wet: bool = False
    due: datetime | None = None


def marks(events: Iterable[Happened], reported: datetime | None) -> list[Mark]:
    """The marks of one thing, in their order.

    `reported` is when the survivor reported before anything was collected or in the
    talk itself; a later change stands among the events.
    """
    found: list[Mark] = []
    submitted: set[object] = set()
    is_away = was_stored = False
    for event in events:
        if event.move is Move.LAB_SUBMITTED:
            submitted.add(event.transfer)
        if event.move is Move.TRANSFER_CANCELLED and not was_stored:
            found.append(Mark("to_put_away", event.at))
        for mark in _marks(event, submitted, is_away=is_away):
            found.append(mark)
            is_away = mark.event in AWAY or (is_away and mark.event != "back")
        was_stored = event.move in _LAID or (was_stored and event.move not in _TAKEN)
    return _with_report(found, reported)


def _marks(event: Happened, submitted: set[object], *, is_away: bool) -> Iterator[Mark]:
    yield from _standing_still(event)
    if event.move is Move.REPORTING_CHANGED:
        yield from _reporting(event, is_away=is_away)
    if event.move is Move.COLLECTED and event.is_wet:
        yield Mark("collected_wet", event.at, due=event.due)
    if event.move in _ARRIVING:
        yield from _arrivals(event, submitted)
    elif event.role not in _OUTSIDE or event.move not in _AT_HOME:
        due = event.due if event.move is Move.CHECKED_OUT else None
        for word in _WORDS.get(event.move, ()):
            yield Mark(word, event.at, due=due)
    if event.move in _LAID and event.storage in COLD:
        yield Mark("cold", event.at)


def _standing_still(event: Happened) -> Iterator[Mark]:
    """Where a pause begins or ends."""
    if event.move in {Move.MISSING_DECLARED, Move.FOUND}:
        yield Mark("missing", event.at, ends=event.move is Move.FOUND)
    if event.move in {Move.HOLD_PLACED, Move.HOLD_LIFTED}:
        yield Mark("hold", event.at, ends=event.move is Move.HOLD_LIFTED)


_ARRIVING: Final = frozenset({Move.RECEIVED, Move.FOUND, Move.HANDED_OUT})
_LAID: Final = frozenset({Move.STORED, Move.MOVED, Move.CHECKED_IN, Move.TAKEN_OVER})
_TAKEN: Final = frozenset({Move.RECEIVED, Move.CHECKED_OUT, Move.SEAL_BROKEN})
_AT_HOME: Final = frozenset({Move.SEALED, Move.RESEALED, Move.UNEXPECTED_RECEIPT})
"""What another organisation seals or finds is not ours to put away."""


def _arrivals(event: Happened, submitted: set[object]) -> Iterator[Mark]:
    is_ours = event.role not in _OUTSIDE and event.move is not Move.HANDED_OUT
    if is_ours:
        yield Mark("back", event.at)
        yield Mark("to_put_away", event.at)
        return
    to_lab = event.role == Role.LAB or event.transfer in submitted
    yield Mark("at_lab" if to_lab else "handed_over", event.at)


def _reporting(event: Happened, *, is_away: bool) -> Iterator[Mark]:
    """What is with the police already waits for nobody to fetch it."""
    if event.code != Reporting.REPORTED:
        yield Mark("unreported", event.at)
    elif not is_away:
        yield Mark("reported", event.at)


def _with_report(found: list[Mark], reported: datetime | None) -> list[Mark]:
    """A report made at the examination counts from when the first thing was sealed."""
    if reported is None or any(m.event in {"reported", "unreported"} for m in found):
        return found
    for number, mark in enumerate(found):
        if mark.event in {"to_put_away", "stored"}:
            told = Mark("reported", max(mark.at, reported))
            later = [m for m in found[number + 1 :] if m.at >= told.at]
            return [*found[: len(found) - len(later)], told, *later]
    return found
