"""What became of each line that was handed over: back, kept, or used up."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from centre.core.errors import RuleError


class Fate(StrEnum):
    """How a line that was handed over ended."""

    BACK = "back"
    KEPT = "kept"
    USED_UP = "used_up"

    @property
    def words(self) -> str:
        """As the form and the summary say it."""
        return {
            Fate.BACK: "It came back",
            Fate.KEPT: "It stays with the holder",
            Fate.USED_UP: "It was used up",
        }[self]


@dataclass(frozen=True)
class Ending:
    """What somebody says became of one line; the words say who keeps it, and why."""

    fate: str
    words: str = ""


def check_every_line(lines: Collection[int], told: Collection[int]) -> None:
    """A return names each line that was handed over, and no other."""
    if set(lines) != set(told):
        raise RuleError("Say for each line that was handed over what became of it.")


def check_ending(number: int, ending: Ending, *, is_away: bool, is_open: bool) -> None:
    """What is said about a line agrees with where the record says it is.

    `is_away`: it was received for another organisation and not received back since;
    `is_open`: it is on the way or missing, so nobody can say yet how it ended.
    """
    if ending.fate not in set(Fate):
        raise RuleError(f"Choose for line {number} what became of it.")
    if is_open:
        raise RuleError(
            f"The item of line {number} is on its way or missing. Receive or find it "
            "first."
        )
    if ending.fate == Fate.BACK and is_away:
        raise RuleError(
            f"The item of line {number} is still with another organisation. Receive it "
            "first, or say that it stays there or was used up."
        )
    if ending.fate != Fate.BACK and not is_away:
        raise RuleError(
            f"The item of line {number} is back here. Choose “{Fate.BACK.words}”."
        )
    if ending.fate != Fate.BACK and not ending.words.strip():
        raise RuleError(
            f"Write for line {number} who keeps it or used it up, and on which ground "
            "or by which report."
        )


def sentence(number: int, told: Mapping[str, str]) -> str:
    """What became of a line, in one sentence, as pages and papers say it."""
    words = told.get("words", "")
    said = Fate(told["fate"]).words
    return f"Line {number}: {said}{f' ({words})' if words else ''}"
