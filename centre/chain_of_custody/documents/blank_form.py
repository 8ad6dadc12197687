"""The hand-over form for paper: two copies with one number, filled in by hand."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from centre.chain_of_custody.actions.paper_handover import BlankForm
from centre.chain_of_custody.rules.codes import Mark, payload
from centre.core import references
from centre.core.paper import Document

ROWS: Final = 7
_COPIES: Final = ("Copy for the centre", "Copy for the receiver")
_LINE: Final = "………………………………………………………"


def blank_handover_form(form: BlankForm) -> bytes:
    """Two pages that say the same; each side keeps one."""
    zone = ZoneInfo(form.centre.timezone)
    made = form.made_at.astimezone(zone)
    paper = Document(
        "Hand-over on paper",
        f"FORM {references.grouped(form.number)}",
        head=form.head,
        centre=form.centre.name,
        made=f"{made:%d %b %Y %H:%M} {zone.key}, {form.by}",
    )
    for number, copy in enumerate(_COPIES):
        if number:
            paper.page_break()
        _copy(paper, form, copy)
    return paper.build()


def _copy(paper: Document, form: BlankForm, copy: str) -> None:
    paper.heading(copy)
    paper.code(payload(Mark.FORM, form.number), "number of this form")
    paper.pairs(
        [
            ("Date, time, zone", _LINE),
            ("Request, line, case", _LINE),
            ("Purpose and legal basis", _LINE),
            ("How it is carried, temperature", _LINE),
            ("Why on paper", _LINE),
        ]
    )
    paper.table(
        [
            "Code on the package",
            "Seal as the releaser reads it",
            "Seal as the receiver reads it",
            "Seal: intact, damaged, missing",
            "Package: intact, torn, wet",
        ],
        [["\n\n", "", "", "", ""] for _ in range(ROWS)],
        [3, 2.4, 2.4, 2, 2],
    )
    paper.paragraph("How many packages, in words: " + _LINE)
    paper.signatures(
        [
            ("Releases: name, role", _LINE),
            ("Receives: name, rank, organisation, identity paper, last 4 signs", _LINE),
            ("Witness: name, role", _LINE),
        ]
    )
