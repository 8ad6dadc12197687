"""A scanned shelf against the record: seen, not seen, seen where it should not be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from centre.chain_of_custody.rules.fold import Standing
from centre.chain_of_custody.rules.moves import FINAL, HELD, State
from centre.core.errors import RuleError

LINES_MOST: Final = 5000


class Finding(StrEnum):
    """What an inventory says of one thing."""

    SEEN = "seen"
    NOT_SEEN = "not_seen"
    ELSEWHERE = "elsewhere"
    ENDED = "ended"

    @property
    def words(self) -> str:
        """As the page of the result says it."""
        return _WORDS[self]


_WORDS: Final[dict[Finding, str]] = {
    Finding.SEEN: "Seen where the record says",
    Finding.NOT_SEEN: "Not seen",
    Finding.ELSEWHERE: "Seen where the record does not say",
    Finding.ENDED: "Seen, though the record says it has ended",
}


@dataclass(frozen=True)
class Scan:
    """A code as it was scanned: at which place, and when."""

    place: UUID
    at: datetime


@dataclass(frozen=True)
class Told:
    """What is to be written of one thing."""

    finding: Finding
    is_question: bool
    is_held: bool


def found(
    standing: Standing, scan: Scan | None, *, above: Mapping[UUID, Collection[UUID]]
) -> Told:
    """What a scan, or its absence, says of a thing that stands so.

    `above` names for each place the places around it: a thing on a shelf was seen
    where it belongs when the room of that shelf was scanned as a whole.
    """
    is_held = standing.state in HELD
    if scan is None:
        return Told(Finding.NOT_SEEN, is_question=True, is_held=is_held)
    if standing.state in FINAL:
        return Told(Finding.ENDED, is_question=False, is_held=False)
    if _moved_since(standing, scan):
        return Told(Finding.SEEN, is_question=False, is_held=is_held)
    here = standing.place is not None and scan.place in {
        standing.place,
        *above.get(standing.place, ()),
    }
    if standing.state is State.STORED and here and not standing.is_in_kit:
        return Told(Finding.SEEN, is_question=False, is_held=True)
    return Told(Finding.ELSEWHERE, is_question=True, is_held=is_held)


def is_due(standing: Standing, begun_at: datetime) -> bool:
    """Whether a thing should have been seen: it lay there when the scanning began."""
    return standing.last_at is None or standing.last_at <= begun_at


def check_open(*, is_closed: bool) -> None:
    """A closed inventory takes no more scans."""
    if is_closed:
        raise RuleError(
            "This inventory is closed. Begin a new one for what was scanned since."
        )


def check_lines(lines: Collection[str]) -> None:
    """A scanner's lines, not a book."""
    if not lines:
        raise RuleError("Scan at least one label, one code on each line.")
    if len(lines) > LINES_MOST:
        raise RuleError(f"Keep at most {LINES_MOST} scans at once; keep these first.")


def _moved_since(standing: Standing, scan: Scan) -> bool:
    return standing.last_at is not None and standing.last_at > scan.at
