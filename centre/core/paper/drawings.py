"""Drawings of the PDF library, made fit for a paper."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from reportlab.graphics.shapes import Drawing, Group, Rect, String
from reportlab.lib.colors import black
from reportlab.lib.units import mm

from centre.core.paper import codes, fonts

_SIDE: Final = 32 * mm


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
