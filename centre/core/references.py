"""References people read aloud: random, with a check character, no look-alikes.

The check character is ISO 7064 hybrid MOD n+1,n over our own 26 signs, which finds
every single wrong sign and nearly every swap of two neighbours.
"""

import secrets
from typing import Final

ALPHABET: Final = "34789ABCDEFGHJKLMNPQRTUWXY"
"""Without the pairs that are mistaken on labels: 0 O, 1 I, 2 Z, 5 S, 6 and V.

Their number is even, as the doubling of the check needs."""

_SIGNS: Final = len(ALPHABET)


def new(length: int = 8) -> str:
    """A random reference of so many signs, plus its check character."""
    return with_check("".join(secrets.choice(ALPHABET) for _ in range(length)))


def with_check(body: str) -> str:
    """The signs with their check character behind them."""
    return body + _check_character(body)


def normalise(typed: str) -> str:
    """What was typed or scanned, without spaces and dashes, in capitals."""
    return "".join(c for c in typed.upper() if c.isalnum())


def is_valid(reference: str) -> bool:
    """Whether the check character fits."""
    if not reference[1:] or any(c not in ALPHABET for c in reference):
        return False
    return _check_character(reference[:-1]) == reference[-1]


def grouped(reference: str, size: int = 3) -> str:
    """In groups for the eye: K7X-HQM-T3B."""
    starts = range(0, len(reference), size)
    return "-".join(reference[i : i + size] for i in starts)


def _check_character(body: str) -> str:
    product = _SIGNS
    for sign in body:
        total = (product + ALPHABET.index(sign)) % _SIGNS or _SIGNS
        product = (total * 2) % (_SIGNS + 1)
    return ALPHABET[(_SIGNS + 1 - product) % _SIGNS]
