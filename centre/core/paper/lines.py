"""Text broken into lines that fit a width; no word is ever cut off at an edge."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from centre.core.paper import fonts, shaping

_LEADING: Final = 1.32
_PIECES: Final = re.compile(r"[^ ]+| +")


@dataclass(frozen=True, slots=True)
class Ink:
    """How text stands on the page."""

    size: float = 9.5
    bold: bool = False
    grey: float = 0.0

    @property
    def font(self) -> str:
        return fonts.BOLD if self.bold else fonts.PLAIN

    @property
    def leading(self) -> float:
        return self.size * _LEADING


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it will stand."""

    text: str
    ink: Ink
    from_right: bool = False
    ends_paragraph: bool = True


def broken(text: str, ink: Ink, width: float) -> list[Line]:
    """The text in lines no wider than this; checked to be drawable."""
    said = fonts.clean(text)
    fonts.check_drawable(said)
    return [line for part in said.split("\n") for line in _paragraph(part, ink, width)]


def _paragraph(text: str, ink: Ink, width: float) -> Iterator[Line]:
    from_right = shaping.is_right_to_left(text)
    found = list(_fill(text.rstrip(" "), ink, width)) or [""]
    for at, line in enumerate(found, start=1):
        yield Line(line, ink, from_right, at == len(found))


def _fill(text: str, ink: Ink, width: float) -> Iterator[str]:
    """Words as long as they fit; a space at the end of a line is dropped."""
    line, used = "", 0.0
    for piece in _PIECES.findall(text):
        needs = shaping.shaped_width(piece, ink.font, ink.size)
        if used + needs <= width:
            line, used = line + piece, used + needs
        elif piece.isspace():
            yield line
            line, used = "", 0.0
        else:
            if line.strip():
                yield line.rstrip(" ")
            *whole, line = _cut(piece, ink, width) if needs > width else [piece]
            yield from whole
            used = shaping.shaped_width(line, ink.font, ink.size)
    if line:
        yield line


def _cut(word: str, ink: Ink, width: float) -> list[str]:
    """A word wider than its place, in parts; a mark stays with its letter."""
    parts, part, used = [], "", 0.0
    for sign in word:
        joins = unicodedata.combining(sign) > 0
        needs = 0.0 if joins else fonts.width(sign, ink.font, ink.size)
        if part and not joins and used + needs > width:
            parts.append(part)
            part, used = "", 0.0
        part, used = part + sign, used + needs
    return [*parts, part]
