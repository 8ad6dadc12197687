"""Her own page: numbers nobody guesses at once, tries, and what she can ask for.

A code is random; whoever holds it still has to find six digits. After five wrong ones
the next counts only after a wait that grows to an hour and never ends for ever: a
million numbers at 24 a day take more than a hundred years.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from centre.core import references
from centre.core.errors import RuleError

CODE_LENGTH: Final = 11
"""Random signs of 26: 51 bits; the check character comes behind them."""

PIN_DIGITS: Final = 6
FREE_TRIES: Final = 5
SOURCE_TRIES: Final = 100
"""A whole office or network may share one source."""

TRIES_AN_HOUR: Final = 2000
"""Of everybody together: far above honest use, far below a search through codes."""

MOST_WORDS: Final = 2000
KEPT: Final = timedelta(days=1)
"""Tries older than this are forgotten; every wait is shorter."""

_WAITS: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
)
_FEWEST_DIGITS: Final = 3


class Wish(StrEnum):
    """What she can ask for."""

    QUESTION = "question"
    NOTICES = "notices"
    REPORT = "report"
    LONGER = "longer"
    END = "end"

    @property
    def words(self) -> str:
        """As her page says it; nothing that tells what this is about."""
        return {
            Wish.QUESTION: "I have a question",
            Wish.NOTICES: "Change how I am told things",
            Wish.REPORT: "I want to talk about reporting",
            Wish.LONGER: "Keep everything for longer",
            Wish.END: "Give back or destroy what is mine",
        }[self]


def check_pin(pin: str, again: str) -> None:
    """Six digits that are not the first ones anybody would try."""
    if len(pin) != PIN_DIGITS or not (pin.isascii() and pin.isdigit()):
        raise RuleError(f"The number has {PIN_DIGITS} digits.")
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    if len(set(pin)) < _FEWEST_DIGITS or steps in ({1}, {9}):
        raise RuleError(
            "This number is among the first that others would try. Choose one with "
            "more different digits, not in a row."
        )
    if pin != again:
        raise RuleError("The two numbers are not the same. Type them once more.")


def check_wish(wish: str, words: str) -> None:
    """One of the things she can ask for, in words that fit."""
    if wish not in set(Wish):
        raise RuleError("Choose what you would like.")
    if wish == Wish.QUESTION and not words.strip():
        raise RuleError("Write your question, or choose something else.")
    if len(words) > MOST_WORDS:
        raise RuleError(f"Write at most {MOST_WORDS} letters. You can write again.")


def check_live(*, is_ended: bool) -> None:
    """A card ends once."""
    if is_ended:
        raise RuleError("This card counts no longer already.")


def code_of(typed: str) -> str:
    """The code as it is hashed; whatever was typed, something comes of it."""
    return references.normalise(typed)[:40]


def waits_until(failures: int, last_at: datetime, *, free: int) -> datetime | None:
    """When the next try counts; None if at once."""
    if failures < free:
        return None
    return last_at + _WAITS[min(failures - free, len(_WAITS) - 1)]
