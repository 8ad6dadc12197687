"""Labels for bags and boxes: codes and groups of signs, never a person.

The sheet is A4 in two columns. Each label bears the same identifier twice for a
scanner, as QR and as Code 128, and once for the eye. The first
place of the first sheet is a slip that ties the sheet to the ledger and is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from centre.core.paper import codes
from centre.core.paper.head import LedgerHead
from centre.core.paper.lines import Ink, broken
from centre.core.paper.pen import Pen
from centre.core.paper.tags import Place

COLUMNS: Final = 2
DOWN: Final = 7
WIDTH: Final = 99.1 * mm
HEIGHT: Final = 38.1 * mm
_BETWEEN: Final = 2.5 * mm
_PAD: Final = 2.5 * mm
_QR: Final = 27 * mm
_BARS: Final = 8 * mm
_NAME: Final = Ink(size=11, bold=True)
_SMALL: Final = Ink(size=7.5)


@dataclass(frozen=True, slots=True)
class Label:
    """What one label bears: the scanned payload, the code for the eye, short lines."""

    payload: str
    code: str
    lines: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Slip:
    """The label that ties a sheet to the ledger."""

    lines: Sequence[str]
    head: LedgerHead | None


@dataclass(frozen=True, slots=True)
class Labels:
    """One sheet."""

    cells: tuple[Label | Slip, ...]
    places: tuple[Place, ...]

    def draw(self, pen: Pen) -> None:
        for at, (cell, place) in enumerate(zip(self.cells, self.places, strict=True)):
            x, y = _corner(at)
            with pen.content(place):
                if isinstance(cell, Label):
                    _draw_label(pen, cell, x, y)
                else:
                    _draw_slip(pen, cell, x, y)


def sheets(cells: Sequence[Label | Slip], first: int) -> Iterator[Labels]:
    """The labels in sheets of fourteen."""
    full = COLUMNS * DOWN
    for start in range(0, len(cells), full):
        some = tuple(cells[start : start + full])
        numbers = range(first + start, first + start + len(some))
        yield Labels(some, tuple((("Figure", number),) for number in numbers))


def _corner(at: int) -> tuple[float, float]:
    down, across = divmod(at, COLUMNS)
    left = (A4[0] - COLUMNS * WIDTH - _BETWEEN) / 2
    top = A4[1] - (A4[1] - DOWN * HEIGHT) / 2
    return left + across * (WIDTH + _BETWEEN), top - (down + 1) * HEIGHT


def _draw_label(pen: Pen, label: Label, x: float, y: float) -> None:
    codes.draw_qr(
        pen.canvas, label.payload, x + _PAD, y + HEIGHT - _QR - _PAD, _QR, error="q"
    )
    left, width = x + _PAD + _QR, WIDTH - _QR - 2 * _PAD
    codes.draw_bars(
        pen.canvas, label.payload, left, y + HEIGHT - _BARS - 2 * _PAD, width, _BARS
    )
    _text(pen, label.code, label.lines, left + _PAD, y + HEIGHT - _BARS - 3 * _PAD)


def _draw_slip(pen: Pen, slip: Slip, x: float, y: float) -> None:
    left = x + _PAD
    if slip.head:
        side = HEIGHT - 2 * _PAD
        codes.draw_qr(pen.canvas, slip.head.note, left, y + _PAD, side)
        left += side
    _text(pen, "", slip.lines, left, y + HEIGHT - _PAD, width=x + WIDTH - left - _PAD)


def _text(
    pen: Pen,
    code: str,
    lines: Sequence[str],
    x: float,
    top: float,
    width: float = WIDTH - _QR - 4 * _PAD,
) -> None:
    found = broken(code, _NAME, width) if code else []
    for text in lines:
        found += broken(text, _SMALL, width)
    for line in found:
        top -= line.ink.leading
        pen.line(line, x, top + 0.28 * line.ink.size, width)
