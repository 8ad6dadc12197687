"""The seal log: which numbers of a roll were used, spoilt, or never accounted for."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from centre.core.errors import RuleError

MOST: Final = 10_000
"""A longer roll is most likely a slip of the hand."""

SPOILT: Final[dict[str, str]] = {
    "torn": "Torn or damaged while taken off",
    "misprinted": "Misprinted or unreadable",
    "lost": "Lost unused",
}
_NUMBER: Final = re.compile(r"([A-Z0-9]*?)([0-9]{1,18})")


@dataclass(frozen=True)
class Run:
    """Consecutive numbers that are not accounted for."""

    first: int
    last: int


def parted(number: str) -> tuple[str, int, int]:
    """Prefix, value and count of digits of a seal's number."""
    found = _NUMBER.fullmatch(number)
    if found is None:
        raise RuleError(
            "The number of a roll ends in digits. Type it as it is printed."
        )
    prefix = found[1]
    return prefix, int(found[2]), len(found[2])


def check_roll(first: str, last: str) -> tuple[str, int, int, int]:
    """Prefix, first, last and digits of a roll, if both numbers are of one roll."""
    prefix, begins, digits = parted(first)
    other, ends, more = parted(last)
    if prefix != other or digits != more:
        raise RuleError(
            "The first and the last number are not of one roll: letters and the count "
            "of digits must be the same."
        )
    if not 0 <= ends - begins < MOST:
        raise RuleError(
            f"A roll goes up from its first number, by at most {MOST}. Check both."
        )
    return prefix, begins, ends, digits


def gaps(first: int, last: int, known: Collection[int]) -> list[Run]:
    """Numbers before the last one known that nobody has accounted for.

    What comes after the last known number is still on the roll.
    """
    inside = sorted(n for n in set(known) if first <= n <= last)
    found: list[Run] = []
    expected = first
    for number in inside:
        if number > expected:
            found.append(Run(expected, number - 1))
        expected = number + 1
    return found


def left(first: int, last: int, known: Collection[int]) -> int:
    """How many seals are still on the roll."""
    inside = [n for n in known if first <= n <= last]
    return last - max(inside, default=first - 1)


def check_spoilt(reason: str) -> None:
    """One of the known reasons (R27)."""
    if reason not in SPOILT:
        raise RuleError("Choose what happened to the seal.")
