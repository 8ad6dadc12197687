"""Draws lines, rules and pictures, and says what each of them is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from reportlab.graphics import renderPDF

from centre.core.paper import shaping
from centre.core.paper.lines import Line
from centre.core.paper.tags import Place, Tags, artifact, spoken


class Pen:
    """One pen for one document."""

    def __init__(self, canvas: Any, tags: Tags) -> None:
        self.canvas = canvas
        self.tags = tags

    def new_page(self) -> None:
        """What follows stands on a new page."""
        if self.tags.pages:
            self.canvas.showPage()
        self.tags.pages.append([])

    @contextmanager
    def content(self, place: Place | None) -> Iterator[None]:
        """What is drawn inside is read at this place; without one it is furniture."""
        if place is None:
            with artifact(self.canvas):
                yield
        else:
            with self.tags.mark(self.canvas, place):
                yield

    def line(self, line: Line, x: float, baseline: float, width: float) -> None:
        """One line within its column; text from the right stands at the right."""
        self.canvas.setFillGray(line.ink.grey)
        self.canvas.setFont(line.ink.font, line.ink.size)
        if shaping.is_plain(line.text):
            end = "" if line.ends_paragraph else " "
            self.canvas.drawString(x, baseline, line.text + end)
        else:
            self._shaped(line, x, baseline, width)

    def rule(self, x: float, y: float, width: float, grey: float = 0.75) -> None:
        """A thin line across, which no reader is told of."""
        with artifact(self.canvas):
            self.canvas.setStrokeGray(grey)
            self.canvas.setLineWidth(0.5)
            self.canvas.line(x, y, x + width, y)

    def bar(self, x: float, top: float, height: float) -> None:
        """The upright bar beside a person's own words."""
        with artifact(self.canvas):
            self.canvas.setFillGray(0.6)
            self.canvas.rect(x, top - height, 1.5, height, stroke=0, fill=1)

    def picture(self, drawing: Any, x: float, y: float, scale: float) -> None:
        """A drawing of the PDF library, at its scale."""
        self.canvas.saveState()
        self.canvas.translate(x, y)
        self.canvas.scale(scale, scale)
        renderPDF.draw(drawing, self.canvas, 0, 0)
        self.canvas.restoreState()

    def stamp(self, name: str, x: float, y: float, draw: Callable[[], None]) -> None:
        """Something that stands alike on every page: drawn once, shown often."""
        if not self.canvas.hasForm(name):
            self.canvas.beginForm(name)
            draw()
            self.canvas.endForm()
        self.canvas.saveState()
        self.canvas.translate(x, y)
        self.canvas.doForm(name)
        self.canvas.restoreState()

    def _shaped(self, line: Line, x: float, baseline: float, width: float) -> None:
        ink = line.ink
        pieces = [
            shaping.shape(piece, ink.font, ink.size, right_to_left=from_right)
            for piece, from_right in shaping.runs(
                line.text, right_to_left=line.from_right
            )
        ]
        wide = [_advance(piece) * ink.size / 1000 for piece in pieces]
        at = x + width - sum(wide) if line.from_right else x
        with spoken(self.canvas, line.text + ("" if line.ends_paragraph else " ")):
            for piece, needs in zip(pieces, wide, strict=True):
                self.canvas.drawString(at, baseline, piece)
                at += needs


def _advance(piece: Any) -> float:
    return float(sum(each.x_advance for each in piece.__shapeData__))
