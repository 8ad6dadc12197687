"""A paper, built up block by block and made once.

All text is plain: nothing in it can name a font, a picture or a link, so nothing a
person typed can change more than its own words. The same input
gives the same bytes, on any machine and any number of times.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from centre.core.paper import drawings, fonts, labels, tags
from centre.core.paper.blocks import PAD, Block, Picture, Row, Rows, Words
from centre.core.paper.flow import Break, pages
from centre.core.paper.furniture import Furniture
from centre.core.paper.head import LedgerHead
from centre.core.paper.lines import Ink, Line, broken
from centre.core.paper.pen import Pen

_TEXT: Final = Ink()
_STRONG: Final = Ink(bold=True)
_CELL: Final = Ink(size=8)
_CELL_HEAD: Final = Ink(size=8, bold=True)
_CAPTION: Final = Ink(size=8, grey=0.3)
_HEADINGS: Final = {
    2: Ink(size=12, bold=True),
    3: Ink(size=10.5, bold=True),
    4: Ink(size=9.5, bold=True),
}
_ROOM_TO_SIGN: Final = 42.0
_PAIR_WIDTHS: Final = (0.36, 0.64)


class Document:
    """One paper of the centre."""

    def __init__(
        self,
        title: str,
        code: str,
        copy: int = 1,
        head: LedgerHead | None = None,
        *,
        print_number: str = "",
        centre: str = "",
        made: str = "",
        wide: bool = False,
    ) -> None:
        """Say what the paper is.

        `code` names the paper and what it is about, without a person. `made` says
        when, where and by whom it was printed; it is not part of the content.
        """
        fonts.register()
        self.size = landscape(A4) if wide else A4
        self.furniture = Furniture(
            size=self.size,
            title=title,
            code=code,
            print_words=_print_words(print_number, copy),
            centre=centre,
            made=made,
            head=head,
        )
        self.language = "en-GB"
        self._parts: list[Block | labels.Labels | Break] = []
        self._said: list[Any] = [title, code]
        self._says: dict[tags.Place, str] = {}
        self._files: list[tuple[str, str, bytes]] = []
        self._places = 0

    @property
    def width(self) -> float:
        """The width of the text column, in points."""
        return self.furniture.width

    @property
    def content_sha256(self) -> str:
        """Hash of what the paper says; every copy of the same paper has the same."""
        said = json.dumps(self._said, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(said.encode()).hexdigest()

    def heading(self, text: str, level: int = 2) -> None:
        """A heading that never stands alone at the foot of a page."""
        self._words(f"H{level}", text, _HEADINGS[level], gap=12.0, keeps_next=True)

    def paragraph(self, text: str, *, strong: bool = False) -> None:
        """Plain text; line breaks in it are kept."""
        self._words("P", text, _STRONG if strong else _TEXT)

    def quote(self, text: str, speaker: str) -> None:
        """A person's own words, set apart, with who said them."""
        self._words("P", f"{speaker}:", _CAPTION, keeps_next=True)
        self._words("BlockQuote", text, _TEXT, indent=10.0, gap=2.0)

    def pairs(self, rows: Sequence[tuple[str, str]]) -> None:
        """Questions and answers, side by side."""
        if not rows:
            return
        self._said.append(["pairs", [list(pair) for pair in rows]])
        widths = self._widths(_PAIR_WIDTHS)
        place = self._place("Table")
        inks = (_STRONG, _TEXT)
        made = [
            self._row(pair, widths, inks, place, at) for at, pair in enumerate(rows)
        ]
        self._parts.append(Rows(widths, tuple(made)))

    def table(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[float] = (),
    ) -> None:
        """A table whose cells wrap and whose head comes again on each page.

        `widths` are proportions; without them all columns are equally wide.
        """
        self._said.append(["table", list(head), [list(row) for row in rows]])
        wide = self._widths(widths or [1] * len(head))
        place = self._place("Table")
        top = self._row(head, wide, [_CELL_HEAD] * len(wide), place, 0, kind="TH")
        inks = [_CELL] * len(wide)
        made = [self._row(row, wide, inks, place, at) for at, row in enumerate(rows, 1)]
        self._parts.append(Rows(wide, tuple(made), head=top))

    def drawing(self, drawing: Any, says: str, caption: str = "") -> None:
        """A drawing made with the PDF library; `says` tells what it shows."""
        drawings.embed_fonts(drawing)
        self._said.append(["drawing", says, drawings.digest(drawing)])
        place = self._place("Figure")
        self._says[place] = fonts.clean(says)
        scale = min(
            1.0, self.width / drawing.width, self.furniture.room * 0.9 / drawing.height
        )
        self._parts.append(Picture(drawing, scale, place))
        if caption:
            self._words("Caption", caption, _CAPTION, gap=2.0)

    def code(self, payload: str, says: str) -> None:
        """A QR code in the text with what it holds written under it."""
        self.drawing(drawings.qr(payload), f"QR code: {says}", f"{says}: {payload}")

    def strokes(self, drawn: Sequence[Any], side: int, says: str) -> None:
        """A signature as drawn on a square of `side` steps, with whose it is."""
        self.drawing(drawings.strokes(drawn, side), says, says)

    def signatures(self, people: Sequence[tuple[str, str]]) -> None:
        """Room to sign, each with the role and the name of who signs."""
        self._said.append(["signatures", [list(pair) for pair in people]])
        widths = self._widths((0.3, 0.5, 0.2))
        place = self._place("Table")
        inks = (_TEXT, _CAPTION, _CAPTION)
        made = [
            self._row(
                (f"{role}\n{name}", "Signature", "Date and time"),
                widths,
                inks,
                place,
                at,
                least=_ROOM_TO_SIGN,
            )
            for at, (role, name) in enumerate(people)
        ]
        self._parts.append(Rows(widths, tuple(made)))

    def label_sheet(
        self, found: Sequence[labels.Label], stock: labels.Stock = labels.SHEET
    ) -> None:
        """Labels on this stock, with a slip that ties them to the ledger."""
        self.size = stock.page
        self._said.append(["labels", [[x.payload, x.code, *x.lines] for x in found]])
        slip = labels.Slip(self.furniture.slip_lines(), self.furniture.head)
        cells: list[labels.Label | labels.Slip] = [slip, *found]
        made = list(labels.sheets(cells, self._places + 1, stock))
        self._places += len(cells)
        for sheet in made:
            for cell, place in zip(sheet.cells, sheet.places, strict=True):
                self._says[place] = "Label " + getattr(cell, "code", "of the sheet")
            self._parts.append(sheet)

    def page_break(self) -> None:
        """What follows starts on a new page."""
        self._parts.append(Break())

    def attach(self, name: str, content: bytes, kind: str = "text/plain") -> None:
        """A file inside the file, such as an inclusion proof."""
        self._said.append(["file", name, hashlib.sha256(content).hexdigest()])
        self._files.append((name, kind, content))

    def build(self) -> bytes:
        """The finished PDF."""
        out = BytesIO()
        canvas = Canvas(
            out,
            pagesize=self.size,
            invariant=True,
            pageCompression=1,
            initialFontName=fonts.PLAIN,
        )
        marks = tags.Tags(says=self._says)
        pen = Pen(canvas, marks)
        laid = pages(self._parts, self.furniture.room)
        for number, page in enumerate(laid, start=1):
            pen.new_page()
            if page.labels:
                page.labels.draw(pen)
                continue
            self.furniture.draw(pen, number, len(laid), self.content_sha256)
            for block, down in page.placed:
                block.draw(pen, self.furniture.left, self.furniture.top - down)
        canvas.save()
        return tags.finish(out.getvalue(), marks, self.language, self._files)

    def _words(self, kind: str, text: str, ink: Ink, **how: Any) -> None:
        self._said.append([kind, text])
        lines = broken(text, ink, self.width - how.get("indent", 0.0))
        place = self._place(kind)
        self._parts.append(Words(tuple(lines), place, self.width, **how))

    def _row(
        self,
        texts: Sequence[str],
        widths: Sequence[float],
        inks: Sequence[Ink],
        place: tags.Place,
        number: int,
        *,
        kind: str = "TD",
        least: float = 0.0,
    ) -> Row:
        cells: list[tuple[Line, ...]] = [
            tuple(broken(text, ink, width - 2 * PAD))
            for text, ink, width in zip(texts, inks, widths, strict=True)
        ]
        row = (*place, ("TR", number))
        places = tuple((*row, (kind, at)) for at in range(len(cells)))
        return Row(tuple(cells), places, least)

    def _widths(self, shares: Sequence[float]) -> tuple[float, ...]:
        return tuple(self.width * share / sum(shares) for share in shares)

    def _place(self, kind: str) -> tags.Place:
        self._places += 1
        return ((kind, self._places),)


def _print_words(number: str, copy: int) -> str:
    return f"Print {number}, copy {copy}" if number else f"Copy {copy}"
