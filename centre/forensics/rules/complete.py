"""When an examination can be completed, and what it cannot be once it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from centre.core.errors import RuleError

PACKS: Final[tuple[str, ...]] = ("ke-moh-363", "who-core-adult", "who-core-child")
"""The forms an examination can be made with, the usual one first."""

COMPLETE: Final = "This examination is complete. Add an addendum instead."
OPEN: Final = (
    "This examination is not complete yet. Change the examination itself; an addendum "
    "comes afterwards."
)


def suggested(packs: Sequence[str], *, is_child: bool) -> str:
    """The form to begin with: a child's own form where there is one."""
    child = [name for name in packs if name.endswith("-child")]
    others = [name for name in packs if name not in child]
    wanted = child + others if is_child else others + child
    return wanted[0] if wanted else ""


def check_pack(name: str, packs: Sequence[str]) -> None:
    """One of the forms made for examinations."""
    if name not in packs:
        raise RuleError("There is no such form for an examination. Choose another.")


def check_none_open(*, is_open: bool) -> None:
    """One examination at a time."""
    if is_open:
        raise RuleError(
            "An examination of this case is under way. Go on with it, or complete it "
            "before you begin another."
        )


def check_open(*, is_complete: bool) -> None:
    """Nothing in a completed examination changes."""
    if is_complete:
        raise RuleError(COMPLETE)


def check_completed(*, is_complete: bool) -> None:
    """An addendum and a paper need a completed examination."""
    if not is_complete:
        raise RuleError(OPEN)


def check_complete(lacking: int, faults: Sequence[str]) -> None:
    """A value or a reason everywhere, and nothing that contradicts itself."""
    if lacking:
        many = "1 answer is" if lacking == 1 else f"{lacking} answers are"
        raise RuleError(
            f"{many} still without a value or a reason. What is missing is listed "
            "below; each line leads to its place."
        )
    if faults:
        raise RuleError(" ".join(faults))


def check_addendum(reason: str, text: str) -> None:
    """An addendum says what is added, and why only now."""
    if not reason.strip():
        raise RuleError("Say why this is added after completion.")
    if not text.strip():
        raise RuleError("Write what is to be added.")
