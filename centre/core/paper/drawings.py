"""Drawings of the PDF library, made fit for a paper."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final

from reportlab.graphics.shapes import (
    Circle,
    Drawing,
    Group,
    PolyLine,
    Rect,
    String,
)
from reportlab.lib.colors import black
from reportlab.lib.units import mm

from centre.core.paper import codes, fonts

_SIDE: Final = 32 * mm
_SIGN_WIDTH: Final = 66 * mm
_SIGN_HEIGHT: Final = 22 * mm


def embed_fonts(drawing: Any) -> None:
    """Set every text of the drawing in a print font, after checking its signs."""
    if isinstance(drawing, Drawing):
        drawing.initialFontName = fonts.PLAIN
    for shape in drawing.contents:
        if isinstance(shape, Group):
            embed_fonts(shape)
        elif isinstance(shape, String):
            fonts.check_drawable(shape.text)
            bold = "Bold" in shape.fontName
            shape.fontName = fonts.BOLD if bold else fonts.PLAIN


def digest(drawing: Any) -> str:
    """Hash of what the drawing shows."""
    shown = json.dumps(_shown(drawing), separators=(",", ":"))
    return hashlib.sha256(shown.encode()).hexdigest()


def qr(payload: str) -> Any:
    """A QR code as a drawing."""
    picture = Drawing(_SIDE, _SIDE)
    for x, y, width, height in codes.qr_boxes(payload, _SIDE, error="q"):
        picture.add(
            Rect(x, y, width, height, fillColor=black, strokeColor=None, strokeWidth=0)
        )
    return picture


def _shown(shape: Any) -> list[Any]:
    own = {name: str(value) for name, value in vars(shape).items() if name[0] != "_"}
    inner = [_shown(each) for each in getattr(shape, "contents", [])]
    own.pop("contents", None)
    return [type(shape).__name__, sorted(own.items()), inner]


def strokes(drawn: Sequence[Sequence[Sequence[int]]], side: int) -> Any:
    """A signature: lines through points counted from the upper left corner."""
    picture = Drawing(_SIGN_WIDTH, _SIGN_HEIGHT)
    for stroke in drawn:
        line: list[float] = []
        for across, down in stroke:
            line += [
                across / side * _SIGN_WIDTH,
                (1 - down / side) * _SIGN_HEIGHT,
            ]
        if len(stroke) > 1:
            picture.add(PolyLine(line, strokeColor=black, strokeWidth=1.1))
        elif line:
            picture.add(Circle(line[0], line[1], 0.8, fillColor=black))
    return picture
