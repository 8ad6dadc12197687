"""Text as it can be kept, hashed and printed: what cannot is shown, never swallowed.

Both databases, the ledger's canonical form (NFC, no lone surrogates) and PDF agree on
what is left. Emoji and every script pass.
"""

from __future__ import annotations

import unicodedata
from typing import Final

MARK: Final = "\N{REPLACEMENT CHARACTER}"
_KEPT_CONTROLS: Final = frozenset("\n\t")
_HIDDEN_DIRECTION: Final = dict.fromkeys(
    map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)
UNKEEPABLE: Final = (
    f"It held a character that cannot be kept; it now stands as {MARK}. "
    "Look at it and keep it again."
)


def tidy(raw: str) -> tuple[str, bool]:
    """The text as it can be kept, and whether a character had to be replaced."""
    text = raw.replace("\r\n", "\n").replace("\r", "\n").translate(_HIDDEN_DIRECTION)
    kept = "".join(char if _is_keepable(char) else MARK for char in text)
    return unicodedata.normalize("NFC", kept), kept != text


def is_tidy(text: str) -> bool:
    """Whether this text can be kept just as it is."""
    return tidy(text) == (text, False)


def _is_keepable(char: str) -> bool:
    return char in _KEPT_CONTROLS or unicodedata.category(char) not in {"Cc", "Cs"}
