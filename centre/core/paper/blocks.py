"""What a page is made of: each block knows its height, its break and its drawing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from centre.core.paper.lines import Line
from centre.core.paper.pen import Pen
from centre.core.paper.tags import Place

PAD: Final = 3.0
_TALL: Final = 140.0
"""A row taller than this may break inside; a shorter one moves whole."""


class Block(Protocol):
    """Something that stands in the column and may break across pages."""

    @property
    def height(self) -> float: ...
    @property
    def gap(self) -> float: ...
    @property
    def keeps_next(self) -> bool: ...
    def split(self, room: float) -> tuple[Block | None, Block | None]: ...
    def draw(self, pen: Pen, x: float, top: float) -> None: ...


@dataclass(frozen=True)
class Words:
    """A heading, a paragraph or a person's own words."""

    lines: tuple[Line, ...]
    place: Place
    width: float
    gap: float = 6.0
    keeps_next: bool = False
    indent: float = 0.0

    @property
    def height(self) -> float:
        return sum(line.ink.leading for line in self.lines)

    def split(self, room: float) -> tuple[Block | None, Block | None]:
        """As many lines as fit, but never one line alone."""
        if self.height <= room:
            return self, None
        fit = int(room // self.lines[0].ink.leading)
        if fit < min(2, len(self.lines)):
            return None, self
        rest = replace(self, lines=self.lines[fit:], gap=0.0)
        return replace(self, lines=self.lines[:fit]), rest

    def draw(self, pen: Pen, x: float, top: float) -> None:
        if self.indent:
            pen.bar(x, top, self.height)
        with pen.content(self.place):
            _column(pen, self.lines, x + self.indent, top, self.width - self.indent)


@dataclass(frozen=True)
class Row:
    """The cells of one row, each with its lines."""

    cells: tuple[tuple[Line, ...], ...]
    places: tuple[Place, ...]
    least: float = 0.0

    @property
    def height(self) -> float:
        tallest = max(sum(line.ink.leading for line in cell) for cell in self.cells)
        return max(tallest + 2 * PAD, self.least)

    def cut(self, room: float) -> tuple[Row, Row] | None:
        """The row in two, if at least one line of it fits."""
        leading = max(cell[0].ink.leading for cell in self.cells if cell)
        fit = int((room - 2 * PAD) // leading)
        if fit < 1:
            return None
        upper = tuple(cell[:fit] for cell in self.cells)
        lower = tuple(cell[fit:] for cell in self.cells)
        return replace(self, cells=upper), replace(self, cells=lower, least=0.0)


@dataclass(frozen=True)
class Rows:
    """A table, or questions and answers; its head comes again on each page."""

    widths: tuple[float, ...]
    rows: tuple[Row, ...]
    head: Row | None = None
    head_said: bool = False
    gap: float = 7.0
    keeps_next: bool = False

    @property
    def height(self) -> float:
        return self._head_height + sum(row.height for row in self.rows)

    @property
    def _head_height(self) -> float:
        return self.head.height if self.head else 0.0

    def split(self, room: float) -> tuple[Block | None, Block | None]:
        """Whole rows while they fit; a tall row breaks between its lines."""
        left, fit = room - self._head_height, 0
        while fit < len(self.rows) and self.rows[fit].height <= left:
            left -= self.rows[fit].height
            fit += 1
        if fit == len(self.rows):
            return self, None
        upper, lower = self.rows[:fit], self.rows[fit:]
        if lower[0].height > _TALL and (parts := lower[0].cut(left)):
            upper, lower = (*upper, parts[0]), (parts[1], *lower[1:])
        if not upper:
            return None, self
        rest = replace(self, rows=lower, head_said=True, gap=0.0)
        return replace(self, rows=upper), rest

    def draw(self, pen: Pen, x: float, top: float) -> None:
        if self.head:
            top = self._row(pen, self.head, x, top, said=self.head_said)
            pen.rule(x, top, sum(self.widths), grey=0.2)
        for row in self.rows:
            top = self._row(pen, row, x, top, said=False)
            pen.rule(x, top, sum(self.widths))

    def _row(self, pen: Pen, row: Row, x: float, top: float, *, said: bool) -> float:
        for cell, place, width in zip(row.cells, row.places, self.widths, strict=True):
            with pen.content(None if said else place):
                _column(pen, cell, x, top - PAD, width - 2 * PAD)
            x += width
        return top - row.height


@dataclass(frozen=True)
class Picture:
    """A drawing that stays whole."""

    drawing: Any
    scale: float
    place: Place
    gap: float = 8.0
    keeps_next: bool = False

    @property
    def height(self) -> float:
        return float(self.drawing.height) * self.scale

    def split(self, room: float) -> tuple[Block | None, Block | None]:
        return (self, None) if self.height <= room else (None, self)

    def draw(self, pen: Pen, x: float, top: float) -> None:
        with pen.content(self.place):
            pen.picture(self.drawing, x, top - self.height, self.scale)


def _column(
    pen: Pen, lines: tuple[Line, ...], x: float, top: float, width: float
) -> None:
    for line in lines:
        top -= line.ink.leading
        pen.line(line, x, top + 0.28 * line.ink.size, width)
