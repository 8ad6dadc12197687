"""Counselling sessions: what a note can be, and who may supervise."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from centre.core.errors import RuleError

LONGEST: Final = 480
OLDEST: Final = timedelta(days=366)


class Mode(StrEnum):
    """How the session was held."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    VIDEO = "video"
    VISIT = "visit"
    GROUP = "group"


MODE_WORDS: Final = (
    (Mode.IN_PERSON, "Here, in person"),
    (Mode.PHONE, "By phone"),
    (Mode.VIDEO, "By video"),
    (Mode.VISIT, "At a place of her choice"),
    (Mode.GROUP, "In a group"),
)


def check_note(*, content: str, held_at: datetime, minutes: int, at: datetime) -> None:
    """A note tells something of a session that has been held."""
    if not content.strip():
        raise RuleError("Write the note before you keep it.")
    if held_at > at:
        raise RuleError("A session that has not been held yet has no note.")
    if held_at < at - OLDEST:
        raise RuleError("This session lies more than a year back. Check the date.")
    if not 1 <= minutes <= LONGEST:
        raise RuleError(f"A session lasts between 1 and {LONGEST} minutes.")


def check_supervisor(
    *, counsellor: object, supervisor: object | None, by: object
) -> None:
    """Nobody supervises herself, and nobody gives herself the reading of notes."""
    if supervisor is not None and supervisor == counsellor:
        raise RuleError("Nobody supervises herself. Choose another person.")
    if supervisor is not None and supervisor == by:
        raise RuleError("Nobody names herself. Ask another coordinator.")
