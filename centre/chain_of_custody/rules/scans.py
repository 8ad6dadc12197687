"""Which files are taken in as the scan of a letter or an order."""

from __future__ import annotations

from typing import Final

from centre.core.errors import RuleError

MOST_BYTES: Final = 10 * 1024 * 1024
_BEGINNINGS: Final[dict[bytes, str]] = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}


def media_type(content: bytes) -> str:
    """What a file is, told by its first bytes and not by its name; empty if unknown."""
    found = (kind for head, kind in _BEGINNINGS.items() if content.startswith(head))
    return next(found, "")


def copied_from(reason: str, number: int, sha256: str) -> str:
    """Why something is written late, with the paper it was copied from."""
    return f"{reason.strip()} Copied from document no. {number}, SHA-256 {sha256}."


def check_scan(content: bytes) -> None:
    """A PDF, a JPEG or a PNG of a sensible size."""
    if not content:
        raise RuleError("This file is empty. Choose the scan again.")
    if len(content) > MOST_BYTES:
        raise RuleError("This file is larger than 10 MB. Scan it in a lower quality.")
    if not media_type(content):
        raise RuleError("Choose a PDF, a JPEG or a PNG file.")
