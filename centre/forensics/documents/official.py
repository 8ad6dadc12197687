"""The official form of the pack, box by box, with what belongs to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final

from centre.forensics.actions.papers import Issued
from centre.forensics.documents import parts
from centre.forensics.documents.body import body_map
from centre.forensics.documents.boxes import other_lines, printed_boxes
from centre.forensics.documents.parts import Printout
from centre.packs.answers import Line
from centre.packs.wording import NOT_APPLICABLE


def official_form(issued: Issued) -> bytes:
    """The form box by box, the samples, the body map, and all it does not ask."""
    pack = issued.frozen.pack
    out = Printout(issued, pack.title(), f"{pack.name} {pack.version}".upper())
    for title, draw in _CHAPTERS:
        if draw is _body:
            out.paper.page_break()
        if title:
            out.paper.heading(title)
        draw(out)
    return out.paper.build()


def _record(out: Printout) -> None:
    parts.identification(out)
    _reading(out)


def _reading(out: Printout) -> None:
    said = (
        "No box is left blank. A box without a value gives the reason in words; a box "
        "that this centre does not use says why. Headings are those of the official "
        "form; the words beneath them are the examiner's or, in quotation marks, those "
        "of the person named."
    )
    if out.issued.is_for_outside:
        said += (
            " This copy leaves the centre: clinical, counselling and address answers "
            "are withheld in it, since each needs a release of its own."
        )
    out.paper.paragraph(said)


def _boxes(out: Printout) -> None:
    """The official form; a pack without one is printed section by section."""
    if not out.frozen.pack.boxes:
        _others(out)
    boxes = printed_boxes(out.frozen, is_for_outside=out.issued.is_for_outside)
    for form, found in groupby(boxes, key=lambda box: box.form):
        out.paper.heading(form_title(form))
        out.paper.pairs([(box.label, box.words) for box in found])


def form_title(form: str) -> str:
    """An official form and its part, as its heading reads."""
    name, _, part = form.rpartition(" ")
    return f"{name}, part {part}" if name and len(part) == 1 else form


def _body(out: Printout) -> None:
    body_map(out.paper, out.frozen)
    parts.injuries(out)


def _signatures(out: Printout) -> None:
    people = [("Examining officer", out.frozen.completion.completed_by)]
    if out.issued.by != out.issued.frozen.completion.completed_by:
        people.append(("Printed by", out.issued.by))
    if out.issued.is_for_outside:
        people.append(("Received for", parts.recipient_words(out.issued.recipient)))
    out.paper.signatures(people)


def _annex(out: Printout) -> None:
    """What no box asks, and the photographs by number and digest."""
    if out.frozen.pack.boxes:
        _others(out)
    out.paper.heading("Photographs", 3)
    parts.photographs(out)


def _others(out: Printout) -> None:
    found = other_lines(out.frozen, is_for_outside=out.issued.is_for_outside)
    for title, lines in found.items():
        out.paper.heading(title, 3)
        _section(out, lines)


def _section(out: Printout, lines: Sequence[Line]) -> None:
    """Questions with their answers; those that did not apply in one sentence."""
    applying = [line for line in lines if line.words != NOT_APPLICABLE]
    out.paper.pairs([(line.label, line.words) for line in applying])
    rest = [line.label for line in lines if line.words == NOT_APPLICABLE]
    if rest:
        out.paper.paragraph(f"{NOT_APPLICABLE}: {'; '.join(rest)}.")


_CHAPTERS: Final[Sequence[tuple[str, Callable[[Printout], None]]]] = (
    ("This record", _record),
    ("", _boxes),
    ("Body map and injuries", _body),
    ("Samples and seals", parts.samples),
    ("Consents", parts.consents),
    ("Signatures", _signatures),
    ("Annex: photographs, and what the form has no box for", _annex),
    ("Addenda", parts.addenda),
    ("How this can be checked", parts.verification),
)
