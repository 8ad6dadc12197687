"""Documents as canonical JSON: one document, one sequence of bytes (RFC 8785).

The profile: ASCII keys, text, whole numbers below 2^53, true, false, null, lists and
objects; no floats, whose text differs between programs. Text is kept exactly as it
was typed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from centre.vault.errors import ContentError

MOST_DEPTH: Final = 16
INTEGER_LIMIT: Final = 2**53

_ENCODER: Final = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)
_DECODER: Final = json.JSONDecoder()


def encode(value: Any) -> bytes:
    """The canonical bytes of a document; what the profile leaves out is refused."""
    if not isinstance(value, dict | list):
        raise ContentError("A document is an object or a list.")
    _check(value)
    return text_bytes(_ENCODER.encode(value))


def decode(document: bytes) -> Any:
    """The document behind its bytes."""
    text = document.decode()
    value, end = _DECODER.raw_decode(text)
    if end != len(text):
        raise ValueError("Something stands behind the document.")
    return value


def text_bytes(text: str) -> bytes:
    """Text as UTF-8; half of a surrogate pair is no text and is refused."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise ContentError("The text holds half a character.") from error


def _check(document: Any) -> None:
    level = [document]
    for _ in range(MOST_DEPTH):
        inner: list[Any] = []
        for value in level:
            if isinstance(value, str) or value is None:
                continue
            if isinstance(value, dict):
                _check_keys(value)
                inner.extend(value.values())
            elif isinstance(value, list):
                inner.extend(value)
            else:
                _check_number(value)
        if not inner:
            return
        level = inner
    raise ContentError("The document is nested too deeply.")


def _check_number(value: Any) -> None:
    if not isinstance(value, int):
        kind = type(value).__name__
        raise ContentError(f"A document cannot hold a value of type {kind}.")
    if abs(value) >= INTEGER_LIMIT:
        raise ContentError("A whole number in a document is below 2^53.")


def _check_keys(keys: Iterable[Any]) -> None:
    try:
        fit = "".join(keys).isascii()
    except TypeError:
        fit = False
    if not fit:
        raise ContentError("The keys of a document are ASCII text.")
