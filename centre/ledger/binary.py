"""Bytes as text: standard base64 with padding, one spelling per value (RFC 4648 §4)."""

import binascii
from base64 import b64decode, b64encode
from typing import Any

from centre.ledger.errors import FormatError


def text_of(content: bytes) -> str:
    """Bytes as base64."""
    return b64encode(content).decode()


def bytes_of(text: Any, size: int) -> bytes:
    """The bytes behind base64 of a known size; any other spelling is refused."""
    try:
        content = b64decode(text, validate=True)
    except (binascii.Error, ValueError, TypeError):
        raise FormatError("A binary value is not base64.") from None
    if len(content) != size or text_of(content) != text:
        raise FormatError(f"A binary value is not the base64 of {size} bytes.")
    return content


def some_bytes_of(text: Any) -> bytes:
    """The bytes behind base64 of any size but none; other spellings are refused."""
    if not isinstance(text, str) or not text:
        raise FormatError("A binary value is not base64.")
    return bytes_of(text, len(text) // 4 * 3 - text.count("="))


def stored(value: Any) -> bytes:
    """The bytes of a binary column; none if something else was put there.

    SQLite keeps whatever type it is given, so a column may hold text or a number.
    """
    return bytes(value) if isinstance(value, bytes | memoryview) else b""
