"""From a line of text to runs in the order the eye meets them.

Left to itself the PDF library draws signs one by one from the left. Arabic and
Hebrew run the other way (Unicode standard annex 9), Arabic letters join, and marks
sit on their letters: those runs are shaped by HarfBuzz.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

import uharfbuzz
from bidi import algorithm
from reportlab.pdfbase.ttfonts import ShapeData, ShapedStr

from centre.core.paper import fonts

_RIGHT_TO_LEFT: Final = {"R", "AL"}
_STRONG: Final = {"L", *_RIGHT_TO_LEFT}


def is_right_to_left(text: str) -> bool:
    """Whether the first strong letter runs from the right (annex 9, rule P2)."""
    for sign in text:
        kind = unicodedata.bidirectional(sign)
        if kind in _STRONG:
            return kind in _RIGHT_TO_LEFT
    return False


def is_plain(text: str) -> bool:
    """Whether signs drawn one by one from the left are right."""
    return text.isascii() or not any(_needs_shaping(sign) for sign in text)


def runs(text: str, *, right_to_left: bool) -> list[tuple[str, bool]]:
    """Pieces of one line in visual order; each with whether it runs from the right."""
    if is_plain(text) and not right_to_left:
        return [(text, False)]
    levels = list(_levels(text, right_to_left=right_to_left))
    pieces = [
        ("".join(sign for sign, _ in group), level)
        for level, group in groupby(levels, key=lambda pair: pair[1])
    ]
    return [(piece, bool(level % 2)) for piece, level in _visual_order(pieces)]


def shape(text: str, font: str, size: float, *, right_to_left: bool) -> Any:
    """The run as glyphs in visual order, ready to be drawn."""
    ttf = fonts.face(font)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if right_to_left else "ltr"
    uharfbuzz.shape(ttf.hbFont(size), buffer)
    signs, data = [], []
    for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        advance = ttf.pdfScale(place.x_advance)
        sign = fonts.stand_in(font, info.codepoint)
        own = ttf.face.charWidths[sign]
        x_offset, y_offset = ttf.pdfScale(place.x_offset), ttf.pdfScale(place.y_offset)
        signs.append(chr(sign))
        data.append(ShapeData(info.cluster, advance, 0, x_offset, y_offset, own))
    return ShapedStr("".join(signs), data)


def shaped_width(text: str, font: str, size: float) -> float:
    """How wide the text stands once its letters are joined and its marks placed."""
    if is_plain(text):
        return fonts.width(text, font, size)
    total = 0.0
    for piece, from_right in runs(text, right_to_left=is_right_to_left(text)):
        shaped = shape(piece, font, size, right_to_left=from_right)
        total += sum(each.x_advance for each in shaped.__shapeData__)
    return total * size / 1000


def _needs_shaping(sign: str) -> bool:
    return (
        unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT
        or unicodedata.combining(sign) > 0
    )


def _levels(text: str, *, right_to_left: bool) -> Iterator[tuple[str, int]]:
    """Every sign with its embedding level, in the order it was written."""
    storage = algorithm.get_empty_storage()
    base = int(right_to_left)
    storage["base_level"], storage["base_dir"] = base, "LR"[base]
    algorithm.get_embedding_levels(text, storage)
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, debug=False)
    algorithm.resolve_implicit_levels(storage, debug=False)
    for place in storage["chars"]:
        yield place["ch"], place["level"]


def _visual_order(pieces: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Turn runs round from the deepest level up (annex 9, rule L2)."""
    order = list(pieces)
    deepest = max((level for _, level in order), default=0)
    for level in range(deepest, 0, -1):
        turned: list[tuple[str, int]] = []
        for deep, group in groupby(order, key=lambda piece: piece[1] >= level):
            found = list(group)
            turned += reversed(found) if deep else found
        order = turned
    return order
