"""Codes that a scanner reads: QR (segno) and Code 128."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

import segno
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm

_QUIET_MODULES: Final = 4
_QUIET_BARS: Final = 10
_THICK: Final = 0.25 * mm
_THIN: Final = 0.19 * mm


def qr_boxes(
    content: str, side: float, *, error: str = "m"
) -> Iterator[tuple[float, float, float, float]]:
    """The dark boxes of a QR code with its quiet zone: x, y, width, height."""
    rows = [list(row) for row in segno.make_qr(content, error=error).matrix]
    module = side / (len(rows) + 2 * _QUIET_MODULES)
    for down, row in enumerate(rows, start=1):
        bottom = side - (_QUIET_MODULES + down) * module
        across = _QUIET_MODULES
        for dark, run in groupby(row):
            count = len(list(run))
            if dark:
                yield across * module, bottom, count * module, module
            across += count


def draw_qr(
    canvas: Any, content: str, x: float, y: float, side: float, *, error: str = "m"
) -> None:
    """A QR code with its quiet zone, filling a square whose lower left is x, y."""
    path = canvas.beginPath()
    for across, up, width, height in qr_boxes(content, side, error=error):
        path.rect(x + across, y + up, width, height)
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)


def draw_bars(
    canvas: Any, content: str, x: float, y: float, width: float, height: float
) -> bool:
    """Code 128 centred in this width; nothing where even thin bars would not fit."""
    for thickness in (_THICK, _THIN):
        code = Code128(
            content,
            barWidth=thickness,
            barHeight=height,
            lquiet=_QUIET_BARS * thickness,
            rquiet=_QUIET_BARS * thickness,
        )
        if code.width <= width:
            canvas.setFillGray(0)
            code.drawOn(canvas, x + (width - code.width) / 2, y)
            return True
    return False
