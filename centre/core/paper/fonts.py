"""The print fonts: one typeface from a locked package, always embedded.

A machine's own fonts are never used, so that a paper comes out byte for byte the
same wherever it is made. A sign that the typeface cannot draw stops the paper with
a sentence: an empty box in a court paper could hide anything.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from centre.core.errors import RuleError

PLAIN: Final = "Centre"
BOLD: Final = "Centre-Bold"

_PACKAGE: Final = "rinoh_typeface_dejavusans"
_FILES: Final = {PLAIN: "DejaVuSansCondensed.ttf", BOLD: "DejaVuSansCondensed-Bold.ttf"}
_FIRST_PRIVATE: Final = 0xE000
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_OBEYED_BY_NO_PRINTER: Final = dict.fromkeys(
    [
        *range(0x200E, 0x2010),  # direction marks
        *range(0x202A, 0x202F),  # embeddings and overrides, which can turn text round
        *range(0x2060, 0x2070),  # isolates and invisible operators
        0xFEFF,
    ]
)


class PrintError(RuleError):
    """A paper that cannot be made as asked, said in a sentence."""


@cache
def face(name: str) -> Any:
    """The font of this name, registered on first use."""
    font = TTFont(name, str(_folder() / _FILES[name]), shapable=True)
    pdfmetrics.registerFont(font)
    return font


def register() -> None:
    """Make every print font known to the PDF library."""
    for name in _FILES:
        face(name)


def clean(text: str) -> str:
    """The text as it is printed: composed, with no sign that steers a terminal."""
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    kept = composed.translate(_OBEYED_BY_NO_PRINTER).replace("\t", "    ")
    lines = "".join(
        "\n" if sign in "\r\x0b\x0c\x85\u2028\u2029" else sign for sign in kept
    )
    return "".join(_visible(sign) for sign in lines)


def check_drawable(text: str) -> None:
    """Every sign of the text has a glyph in every print font."""
    for sign in sorted(set(text) - _drawable()):
        said = unicodedata.name(sign, "a sign without a name").lower()
        raise PrintError(
            f"The print fonts cannot draw U+{ord(sign):04X} ({said}). "
            "Nothing was printed, since a gap on paper could hide something. "
            "Write it in words in a correction, then print again."
        )


def width(text: str, name: str, size: float) -> float:
    """How wide plain text stands, in points."""
    widths = face(name).face.charWidths
    return float(sum(widths[ord(sign)] for sign in text)) * size / 1000


def stand_in(name: str, glyph: int) -> int:
    """A private character for a glyph that no character names, such as a joined form.

    It depends on the glyph's number alone: whatever was printed before, the same
    text gives the same bytes.
    """
    inner = face(name).face
    known = [sign for sign in inner.glyphToChar.get(glyph, ()) if not _private(sign)]
    if known:
        return int(known[0])
    sign = _FIRST_PRIVATE + glyph
    inner.charToGlyph[sign] = glyph
    inner.charWidths[sign] = face(name).pdfScale(inner.hmetrics[glyph][0])
    return sign


@cache
def _drawable() -> frozenset[str]:
    """Every sign that has a glyph in every print font; a line break needs none."""
    first, *others = (set(face(name).face.charToGlyph) for name in _FILES)
    common = first.intersection(*others)
    return frozenset(chr(code) for code in common if not _private(code)) | {"\n"}


def _private(code: int) -> bool:
    return unicodedata.category(chr(code)) == "Co"


def _visible(sign: str) -> str:
    steers = unicodedata.category(sign) in {"Cc", "Cs"} and sign != "\n"
    return _REPLACEMENT if steers else sign


def _folder() -> Path:
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise PrintError(
            "The print fonts are not installed. Run 'make install', then try again."
        )
    return Path(spec.submodule_search_locations[0])
