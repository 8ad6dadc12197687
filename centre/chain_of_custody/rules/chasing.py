"""How firmly a letter asks that evidence is fetched, and how soon the next may follow.

The times are a house default, to be agreed locally.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from centre.core.errors import RuleError

UNFETCHED: Final = timedelta(days=30)
"""A reported thing that nobody fetched this long is chased."""

UNASSIGNED: Final = timedelta(days=7)
"""So long after the report a police unit should be on record."""

BETWEEN: Final = timedelta(days=7)
"""So long an agency has to answer before the next letter."""

FIRMEST: Final = 3

WORDS: Final[dict[int, tuple[str, str]]] = {
    1: (
        "Evidence waits to be fetched",
        "The package named below was reported and is ready to be fetched. Please tell "
        "us within seven days when an officer will come, and who that will be.",
    ),
    2: (
        "Second letter: evidence still waits to be fetched",
        "We have written before and have had no answer that led to a pick-up. Please "
        "name an officer and a day within seven days. If your unit is not the one to "
        "fetch it, tell us which unit is.",
    ),
    3: (
        "Third letter: evidence is not being fetched",
        "Two letters have not led to a pick-up. We ask whoever is in charge of your "
        "unit to see to it within three days and to give us the reason for the delay "
        "in writing. We keep this letter with the record of the package, where a "
        "court or an oversight body may read it.",
    ),
}


def next_step(letters: int) -> int:
    """How firm the next letter is after so many."""
    return min(letters + 1, FIRMEST)


def check_time(newest: datetime | None, now: datetime) -> None:
    """An agency has time to answer before the next letter."""
    if newest is not None and now < newest + BETWEEN:
        free = newest + BETWEEN
        raise RuleError(
            f"A letter about this went out on {newest:%d %b %Y}. Wait for an answer "
            f"until {free:%d %b %Y}, then write again."
        )
