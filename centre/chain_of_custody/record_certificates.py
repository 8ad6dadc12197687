"""The texts of electronic-record certificates, read strictly from their data file."""

from __future__ import annotations

import string
import tomllib
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).parent / "data" / "record_certificates" / "2026.1.toml"
GENERIC: Final = "generic"
BLANKS: Final = frozenset(
    {
        "anchor",
        "centre",
        "digest",
        "log",
        "made",
        "person",
        "place",
        "record",
        "role",
        "root",
        "size",
        "system",
    }
)


class CertificateError(Exception):
    """The file of certificates says something it cannot mean."""


@dataclass(frozen=True)
class Text:
    """One certificate: its law, its words with blanks, and who signs."""

    code: str
    jurisdiction: str
    title: str
    law: str
    verified: bool
    signers: tuple[str, ...]
    paragraphs: tuple[str, ...]


@lru_cache(maxsize=1)
def texts() -> dict[str, Text]:
    """Every certificate by its code."""
    return read(FILE.read_bytes())


def read(content: bytes) -> dict[str, Text]:
    """Read the certificates, or say what is wrong with them."""
    table = tomllib.loads(content.decode())
    found: dict[str, Text] = {}
    for line in table["certificate"]:
        text = _text(line)
        if text.code in found:
            raise CertificateError(f"The certificate {text.code} stands there twice.")
        found[text.code] = text
    if GENERIC not in found:
        raise CertificateError("There is no generic certificate.")
    return found


def filled(text: Text, facts: dict[str, str]) -> list[str]:
    """The paragraphs with their blanks filled in."""
    return [paragraph.format(**facts) for paragraph in text.paragraphs]


def _text(line: dict[str, Any]) -> Text:
    code = line.get("code", "?")
    if set(line) != {f.name for f in fields(Text)}:
        raise CertificateError(f"A part of {code} is missing or unknown.")
    for paragraph in line["paragraphs"]:
        blanks = {name for _, name, _, _ in string.Formatter().parse(paragraph) if name}
        if not blanks <= BLANKS:
            odd = ", ".join(sorted(blanks - BLANKS))
            raise CertificateError(f"{code} has blanks nobody fills: {odd}.")
    lists = {name: tuple(line[name]) for name in ("signers", "paragraphs")}
    return Text(**{**line, **lists})
