"""A year's return as paper and as a file of comma-separated values (RFC 4180)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo

from centre.core import references
from centre.core.paper import Document
from centre.insight.actions import Told
from centre.insight.suppression import FEWEST, HIDDEN

WHAT_IS_HIDDEN: Final = (
    f"A number below {FEWEST} is told as “{HIDDEN}”, and a total that would give it "
    "away as “or more”, so that no figure tells of one person. Zero is told. How long "
    f"a leg took is told, in whole days, over at least {FEWEST} things."
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def paper(told: Told) -> bytes:
    """The return as PDF."""
    zone = ZoneInfo(told.centre.timezone)
    taken = told.taken_at.astimezone(zone)
    found = Document(
        f"Return for {told.year}",
        f"RETURN {told.centre.code} {told.year}",
        head=told.head,
        print_number=references.grouped(told.number),
        centre=told.centre.name,
        made=f"{taken:%d %b %Y %H:%M} {zone.key}, {told.by}",
    )
    made = told.made_at.astimezone(zone)
    found.paragraph(f"Counted on {made:%d %b %Y}. {WHAT_IS_HIDDEN}")
    for number, group in enumerate(told.figures.groups, 1):
        found.heading(f"{number}. {group.title}")
        rows = [[cell.words, cell.told] for cell in group.cells]
        found.table(["What", "How many"], [*rows, ["Together", group.total]], [5, 2])
    found.heading(f"{len(told.figures.groups) + 1}. How long it took")
    spans = [
        [
            s.words,
            s.how_many,
            s.mean or "too few",
            s.median or "too few",
            s.nine_tenths or "too few",
        ]
        for s in told.figures.spans
    ]
    head = ["Leg", "Things", "Mean, days", "Half within, days", "Nine in ten, days"]
    found.table(head, spans, [5, 3, 2, 2, 2])
    return found.build()


def table(told: Told) -> bytes:
    """The return as UTF-8 with a header row, for a spreadsheet."""
    written = io.StringIO(newline="")
    out = csv.writer(written)
    for line in _lines(told):
        out.writerow([_plain(cell) for cell in line])
    return written.getvalue().encode("utf-8-sig")


def _lines(told: Told) -> Iterator[tuple[str, ...]]:
    centre, year = told.centre.name, str(told.year)
    yield "Centre", "Year", "Group", "What", "Value"
    for group in told.figures.groups:
        for cell in group.cells:
            yield centre, year, group.title, cell.words, cell.told
        yield centre, year, group.title, "Together", group.total
    for span in told.figures.spans:
        for words, value in (
            ("Things", span.how_many),
            ("Mean, days", span.mean),
            ("Half within, days", span.median),
            ("Nine in ten, days", span.nine_tenths),
        ):
            yield centre, year, f"How long: {span.words}", words, value


def _plain(cell: str) -> str:
    """A cell no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
