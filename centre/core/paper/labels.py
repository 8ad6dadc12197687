"""Labels for bags and boxes: codes and groups of signs, never a person.

On A4 sheets in two columns, or on the roll of a label printer, one label to a page.
Each label bears the same identifier twice for a scanner, as QR (error level Q) and as
Code 128, and once for the eye. The first place is a slip that ties the labels to the
ledger and is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from centre.core.paper import codes, pictograms
from centre.core.paper.head import LedgerHead
from centre.core.paper.lines import Ink, broken
from centre.core.paper.pen import Pen
from centre.core.paper.tags import Place

_PAD: Final[float] = 1.5 * mm
_BOX: Final = Ink(size=5.5, grey=0.25)


@dataclass(frozen=True, slots=True)
class Stock:
    """What labels are printed on; sizes in points.

    On small stock the bars hold the bare code, for the whole payload would need bars
    too thin for a label printer; either is read alike.
    """

    name: str
    page: tuple[float, float]
    size: tuple[float, float]
    columns: int
    down: int
    qr: float
    bars: float
    code: Ink
    text: Ink
    between: float = 0.0
    is_small: bool = False


SHEET: Final = Stock(
    "sheet",
    page=A4,
    size=(99.1 * mm, 38.1 * mm),
    columns=2,
    down=7,
    qr=29 * mm,
    bars=6 * mm,
    code=Ink(size=11, bold=True),
    text=Ink(size=7),
    between=2.5 * mm,
)
OUTER: Final = Stock(
    "outer",
    page=(100 * mm, 50 * mm),
    size=(100 * mm, 50 * mm),
    columns=1,
    down=1,
    qr=34 * mm,
    bars=9 * mm,
    code=Ink(size=12, bold=True),
    text=Ink(size=8),
)
SMALL: Final = Stock(
    "item",
    page=(50 * mm, 25 * mm),
    size=(50 * mm, 25 * mm),
    columns=1,
    down=1,
    qr=16 * mm,
    bars=5 * mm,
    code=Ink(size=7.5, bold=True),
    text=Ink(size=5),
    is_small=True,
)
STOCKS: Final = {stock.name: stock for stock in (SHEET, SMALL, OUTER)}


@dataclass(frozen=True, slots=True)
class Label:
    """What one label bears: the scanned payload, the code for the eye, short lines.

    `signs` are pictograms by name; a label to be sealed has a box for the number.
    """

    payload: str
    code: str
    lines: Sequence[str] = ()
    signs: Sequence[str] = ()
    has_seal_box: bool = False


@dataclass(frozen=True, slots=True)
class Slip:
    """The label that ties a sheet to the ledger."""

    lines: Sequence[str]
    head: LedgerHead | None


@dataclass(frozen=True, slots=True)
class Labels:
    """One page of labels."""

    cells: tuple[Label | Slip, ...]
    places: tuple[Place, ...]
    stock: Stock

    def draw(self, pen: Pen) -> None:
        for at, (cell, place) in enumerate(zip(self.cells, self.places, strict=True)):
            x, y = _corner(self.stock, at)
            with pen.content(place):
                if isinstance(cell, Label):
                    _draw_label(pen, cell, self.stock, x, y)
                else:
                    _draw_slip(pen, cell, self.stock, x, y)


def sheets(
    cells: Sequence[Label | Slip], first: int, stock: Stock = SHEET
) -> Iterator[Labels]:
    """The labels, as many to a page as the stock holds."""
    full = stock.columns * stock.down
    for start in range(0, len(cells), full):
        some = tuple(cells[start : start + full])
        numbers = range(first + start, first + start + len(some))
        places: tuple[Place, ...] = tuple((("Figure", number),) for number in numbers)
        yield Labels(some, places, stock)


def _corner(stock: Stock, at: int) -> tuple[float, float]:
    down, across = divmod(at, stock.columns)
    width, height = stock.size
    wide = stock.columns * width + (stock.columns - 1) * stock.between
    left = (stock.page[0] - wide) / 2
    top = stock.page[1] - (stock.page[1] - stock.down * height) / 2
    return left + across * (width + stock.between), top - (down + 1) * height


def _draw_label(pen: Pen, label: Label, stock: Stock, x: float, y: float) -> None:
    width, height = stock.size
    codes.draw_qr(
        pen.canvas, label.payload, x, y + height - stock.qr, stock.qr, error="q"
    )
    beside = x + stock.qr + _PAD
    room = x + width - beside - _PAD
    if stock.is_small:
        bare = label.code.replace("-", "").replace(" ", "")
        codes.draw_bars(
            pen.canvas, bare, x + _PAD, y + _PAD, width - 2 * _PAD, stock.bars
        )
        _text(pen, label.code, label.lines, stock, beside, y + height - _PAD, room)
        return
    top = y + height - _PAD - stock.bars
    codes.draw_bars(
        pen.canvas, label.payload, x + stock.qr, top, width - stock.qr, stock.bars
    )
    _text(pen, label.code, label.lines, stock, beside, top - _PAD, room)
    _draw_foot(pen, label, stock, x, y)


def _draw_foot(pen: Pen, label: Label, stock: Stock, x: float, y: float) -> None:
    """Pictograms under the QR code, and the box for the seal number beside them."""
    side = stock.size[1] - stock.qr - _PAD
    left = x + _PAD
    for name in label.signs:
        pictograms.draw(pen.canvas, name, left, y + _PAD, side - _PAD)
        left += side
    if label.has_seal_box:
        box = x + stock.qr + _PAD
        width = x + stock.size[0] - box - _PAD
        pen.canvas.setStrokeGray(0)
        pen.canvas.setLineWidth(0.6)
        pen.canvas.rect(box, y + _PAD, width, side - _PAD, stroke=1, fill=0)
        for line in broken("Seal no.", _BOX, width):
            pen.line(line, box + 1, y + _PAD + side - _PAD - _BOX.size, width)
        pictograms.draw_arrow(pen.canvas, box + width - 14, y + _PAD, side - _PAD)


def _draw_slip(pen: Pen, slip: Slip, stock: Stock, x: float, y: float) -> None:
    width, height = stock.size
    left = x + _PAD
    if slip.head and not stock.is_small:
        side = height - 2 * _PAD
        codes.draw_qr(pen.canvas, slip.head.note, left, y + _PAD, side)
        left += side
    _text(pen, "", slip.lines, stock, left, y + height - _PAD, x + width - left - _PAD)


def _text(
    pen: Pen,
    code: str,
    lines: Sequence[str],
    stock: Stock,
    x: float,
    top: float,
    width: float,
) -> None:
    found = broken(code, stock.code, width) if code else []
    for text in lines:
        found += broken(text, stock.text, width)
    for line in found:
        top -= line.ink.leading
        pen.line(line, x, top + 0.28 * line.ink.size, width)
