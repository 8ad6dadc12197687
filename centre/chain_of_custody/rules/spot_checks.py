"""A spot check nobody chose: drawn by the log's own head, for anyone to draw again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Final

from centre.core import references
from centre.core.errors import RuleError

MOST: Final = 200


def draw(root: bytes, codes: Collection[str], count: int) -> list[str]:
    """So many of these codes: those whose SHA-256 behind the root hash is smallest.

    Nobody knows the root hash of a log before its last entry is in it, and whoever
    knows it and the codes of the store can draw again and compare.
    """

    def rank(code: str) -> bytes:
        return hashlib.sha256(root + code.encode()).digest()

    return sorted(codes, key=rank)[:count]


def check_count(count: int, *, of: int) -> None:
    """What is drawn lies in the store, and can be looked for in a day."""
    if not of:
        raise RuleError("Nothing lies in the store, so there is nothing to draw from.")
    if not 1 <= count <= min(of, MOST):
        raise RuleError(
            f"Draw between 1 and {min(of, MOST)}: {of} kits and loose items lie in the "
            f"store, and at most {MOST} are drawn at once."
        )


def check_open(*, is_ended: bool) -> None:
    """What was seen is written down once."""
    if is_ended:
        raise RuleError(
            "What was seen is written down already. Draw a new spot check to look "
            "again."
        )


def check_drawn(codes: Collection[str], drawn: Collection[str]) -> None:
    """Only what was drawn is answered."""
    strange = [code for code in codes if code not in drawn]
    if strange:
        raise RuleError(
            f"{references.grouped(strange[0])} was not drawn, so it is not asked for "
            "here; nothing was kept yet. Take its line out."
        )
