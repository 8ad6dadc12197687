"""What each mark on a page is, so that a screen reader can follow (PDF/UA)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

Place = tuple[tuple[str, int], ...]
"""A path in the structure, such as (("Table", 4), ("TR", 0), ("TH", 1))."""

TITLE: Final = "Centre"
"""A file's title is read in lists and on screens: it says nothing."""


@dataclass
class Tags:
    """Collects, page by page, which place in the structure each mark belongs to."""

    pages: list[list[Place]] = field(default_factory=list)
    says: dict[Place, str] = field(default_factory=dict)

    @contextmanager
    def mark(self, canvas: Any, place: Place) -> Iterator[None]:
        """Everything drawn inside belongs to this place."""
        marks = self.pages[-1]
        canvas.addLiteral(f"/{place[-1][0]} <</MCID {len(marks)}>> BDC")
        marks.append(place)
        yield
        canvas.addLiteral("EMC")


@contextmanager
def artifact(canvas: Any) -> Iterator[None]:
    """Everything drawn inside is furniture of the page, not content."""
    canvas.addLiteral("/Artifact BMC")
    yield
    canvas.addLiteral("EMC")


@contextmanager
def spoken(canvas: Any, text: str) -> Iterator[None]:
    """What is drawn inside reads as this text, whatever its glyphs are."""
    words = ("\ufeff" + text).encode("utf-16-be").hex().upper()
    canvas.addLiteral(f"/Span <</ActualText <{words}>>> BDC")
    yield
    canvas.addLiteral("EMC")


def finish(
    plain: bytes, tags: Tags, language: str, files: Sequence[tuple[str, str, bytes]]
) -> bytes:
    """Add structure, language and files; leave no author, date or path behind."""
    with pikepdf.open(BytesIO(plain)) as pdf:
        _Tree(pdf, tags.says).write(tags.pages)
        pdf.Root.Lang = String(language)
        pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        for name, kind, content in files:
            found = pikepdf.AttachedFileSpec(
                pdf,
                content,
                description="",
                filename=name,
                mime_type=kind,
                creation_date="",
                mod_date="",
            )
            pdf.attachments[name] = found
        del pdf.docinfo
        pdf.docinfo["/Title"] = TITLE
        with pdf.open_metadata(set_pikepdf_as_editor=False) as xmp:
            xmp["dc:title"] = TITLE
            xmp["dc:language"] = {language}
        out = BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


class _Tree:
    """The structure tree, built in the order in which things first appear."""

    def __init__(self, pdf: Pdf, says: Mapping[Place, str]) -> None:
        self.pdf = pdf
        self.says = says
        self.nodes: dict[Place, Object] = {}
        self.root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array()))

    def write(self, pages: Sequence[Sequence[Place]]) -> None:
        """Tie every mark of every page to its element, both ways."""
        numbers = Array()
        for at, places in enumerate(pages):
            page = self.pdf.pages[at].obj
            page.StructParents = at
            page.Tabs = Name.S
            owners = Array(
                [self._own(place, page, n) for n, place in enumerate(places)]
            )
            numbers.append(at)
            numbers.append(self.pdf.make_indirect(owners))
        self.root.ParentTree = self.pdf.make_indirect(Dictionary(Nums=numbers))
        self.root.ParentTreeNextKey = len(pages)
        self.pdf.Root.StructTreeRoot = self.root
        self.pdf.Root.MarkInfo = Dictionary(Marked=True)

    def _own(self, place: Place, page: Object, number: int) -> Object:
        element = self._element(place)
        element.K.append(Dictionary(Type=Name.MCR, Pg=page, MCID=number))
        return element

    def _element(self, place: Place) -> Object:
        if not place:
            return self.root
        if place not in self.nodes:
            parent = self._element(place[:-1])
            made = self.pdf.make_indirect(self._made(place, parent))
            parent.K.append(made)
            self.nodes[place] = made
        return self.nodes[place]

    def _made(self, place: Place, parent: Object) -> Dictionary:
        kind = place[-1][0]
        made = Dictionary(Type=Name.StructElem, S=Name("/" + kind), P=parent, K=Array())
        if kind == "TH":
            made.A = Dictionary(O=Name.Table, Scope=Name.Column)
        if place in self.says:
            made.Alt = String(self.says[place])
        return made
