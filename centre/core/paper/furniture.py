"""What stands round the text of every page: whose paper, which print, which head."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

from reportlab.lib.units import mm

from centre.core.paper import codes
from centre.core.paper.head import LedgerHead
from centre.core.paper.lines import Ink, broken
from centre.core.paper.pen import Pen
from centre.core.paper.tags import Place, artifact

_MM: Final[float] = mm
_MARGIN: Final = 17 * _MM
_QR: Final = 29 * _MM
_FOOT: Final = 20 * _MM
_SMALL: Final = Ink(size=7.5, grey=0.25)
_TITLE: Final = Ink(size=15, bold=True)
_CODE: Final = Ink(size=10, bold=True)
_HASH_SIGNS: Final = 16


@dataclass(frozen=True)
class Furniture:
    """Head and foot of the pages of one paper."""

    size: tuple[float, float]
    title: str
    code: str
    print_words: str
    centre: str
    made: str
    head: LedgerHead | None

    @property
    def left(self) -> float:
        return _MARGIN

    @property
    def width(self) -> float:
        return self.size[0] - 2 * _MARGIN

    @property
    def top(self) -> float:
        """Where the text begins."""
        return self.size[1] - 12 * _MM - _QR - 4 * _MM

    @property
    def room(self) -> float:
        """How much text a page holds."""
        return self.top - _FOOT

    def draw(self, pen: Pen, number: int, total: int, content: str) -> None:
        """Head and foot of one page; read aloud on the first page only."""
        self._draw_head(pen, (("H1", 0),) if number == 1 else None)
        pen.rule(self.left, self.top + 2 * _MM, self.width, grey=0.2)
        pen.rule(self.left, _FOOT - 2 * _MM, self.width)
        page = f"Page {number} of {total}"
        shown = f"Content {content[:_HASH_SIGNS]}"
        foot = [f"{self.code} · {self.print_words} · {page}"]
        foot.append(f"{self.head} · {shown}" if self.head else shown)
        with pen.content(None):
            self._lines(pen, foot, _SMALL, _FOOT - 3 * _MM, self.width)

    def slip_lines(self) -> list[str]:
        """The same, for the slip on a sheet of labels."""
        lines = [self.title, self.code, self.print_words, self.made]
        if self.head:
            lines += [f"{self.head.size} entries", self.head.anchor_code]
        return [line for line in lines if line]

    def _draw_head(self, pen: Pen, place: Place | None) -> None:
        width, top = self.width, self.size[1] - 13 * _MM
        if self.head:
            width -= _QR + 4 * _MM
            x, y = self.left + self.width - _QR, self.size[1] - 12 * _MM - _QR
            with artifact(pen.canvas):
                pen.stamp("head", x, y, partial(self._draw_note, pen))
        with pen.content(None):
            top = self._lines(pen, [self.centre], _SMALL, top, width)
        with pen.content(place):
            top = self._lines(pen, [self.title], _TITLE, top, width)
        with pen.content(None):
            top = self._lines(pen, [self.code], _CODE, top, width)
            self._lines(pen, [self.made, self.print_words], _SMALL, top, width)

    def _draw_note(self, pen: Pen) -> None:
        if self.head:
            codes.draw_qr(pen.canvas, self.head.note, 0, 0, _QR)

    def _lines(
        self, pen: Pen, texts: list[str], ink: Ink, top: float, width: float
    ) -> float:
        for text in texts:
            for line in broken(text, ink, width) if text else []:
                top -= ink.leading
                pen.line(line, self.left, top + 0.28 * ink.size, width)
        return top
