"""Codes on labels: what is printed, what a scanner reads back, what a person types.

The machine part carries no address, no name, no date and no body site: only what kind
of thing it is, a random code and its check character (`O1:I:<code>:<check>`).
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from typing import Final

from centre.core import references
from centre.core.errors import RuleError

PREFIX: Final = "O1"
LENGTH: Final = 12
SEAL_MOST: Final = 40


class Mark(StrEnum):
    """What a label is stuck on."""

    ITEM = "I"
    KIT = "K"
    LOCATION = "L"
    TRANSFER = "T"
    FORM = "F"


def new_code() -> str:
    """A random code with its check character."""
    return references.new(LENGTH)


def payload(mark: Mark, code: str) -> str:
    """What QR and Code 128 hold."""
    return f"{PREFIX}:{mark}:{code[:-1]}:{code[-1]}"


def read_scan(scanned: str) -> str:
    """The code in a scanned payload, or the code as typed with or without dashes."""
    text = references.normalise(scanned)
    return text[len(PREFIX) + 1 :] if text.startswith(PREFIX) else text


def is_whole(code: str) -> bool:
    """Whether no sign of it is lost: a check character alone misses one cut in 27."""
    return len(code) == LENGTH + 1 and references.is_valid(code)


def check_scan(scanned: str, code: str) -> None:
    """The label on the package must be the label of this very thing."""
    read = read_scan(scanned)
    if not is_whole(read):
        raise RuleError("This is not a whole code. Scan the label once more.")
    if read != code:
        raise RuleError(
            "The scanned label belongs to something else. Check what lies before you, "
            "and scan the label on this package."
        )


def seal_number(typed: str) -> str:
    """A seal number as it is compared and kept: capitals and digits alone."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    signs = "".join(_plain_digit(c) for c in plain if c.isalnum())
    if not signs or not signs.isascii():
        raise RuleError(
            "Type the seal number as it is printed on the seal, in letters and digits."
        )
    if len(signs) > SEAL_MOST:
        raise RuleError(f"A seal number has at most {SEAL_MOST} letters and digits.")
    return signs


def _plain_digit(sign: str) -> str:
    """Digits of any script as 0 to 9, since keyboards differ and seals do not."""
    digit = unicodedata.digit(sign, None)
    return sign if digit is None else str(digit)
