"""Labels for packages, boxes and shelves."""

from __future__ import annotations

from centre.chain_of_custody.actions.papers import LabelSheet
from centre.core.paper import STOCKS, Document, Label


def labels(sheet: LabelSheet, stock: str = "sheet") -> bytes:
    """Labels for packages, boxes and shelves: on A4 sheets or on a printer's roll."""
    paper = Document(
        "Labels", "LABELS", head=sheet.head, centre=sheet.centre, made=sheet.made
    )
    found = [
        Label(x.payload, x.code, x.lines, x.signs, x.has_seal_box) for x in sheet.labels
    ]
    paper.label_sheet(found, STOCKS[stock])
    return paper.build()
