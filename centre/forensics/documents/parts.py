"""Parts that the official form and the report share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from centre.core import references
from centre.core.consent import CENTRE
from centre.core.consent_items import PURPOSES
from centre.core.paper import Document
from centre.forensics.actions.papers import Issued
from centre.forensics.body_map.marks import CLASSES
from centre.forensics.documents.body import places_of
from centre.forensics.documents.spelling import NOTE, spelled
from centre.forensics.frozen import FrozenExamination
from centre.forensics.rules.injuries import (
    COLOURS,
    DEPTHS,
    SHAPES,
    SIZED,
    SPOKEN_BY,
)
from centre.forensics.rules.photographs import CLASSES as PHOTO_CLASSES
from centre.forensics.rules.photographs import FRAMES
from centre.packs.reasons import REASONS

NOTHING: Final = "None"
_NOT_TOLD: Final = "Not stated"
_TIMES: Final = " \N{MULTIPLICATION SIGN} "
RELIED_ON: Final = (
    "C01", "C02", "C03", "C04", "C05", "C08", "C09", "C10", "C11", "C12", "C13",
    "C14", "C15", "C17", "C18", "C19", "C20",
)  # fmt: skip
"""The decisions a report stands on; not tests or treatment."""

_IDENTITY: Final[Mapping[str, str]] = {
    "given_names": "Given names",
    "family_name": "Family name",
    "known_as": "Name to be called by",
    "born_on": "Date of birth",
    "document": "Identity document and number",
}


class Printout:
    """A paper under way, with what was issued and its text made drawable."""

    def __init__(self, issued: Issued, title: str, code: str) -> None:
        self.issued = issued
        self.frozen: FrozenExamination = spelled(issued.frozen)
        self.is_spelled = self.frozen != issued.frozen
        self.zone = ZoneInfo(issued.frozen.case.centre.timezone)
        self.paper = Document(
            title,
            f"{code} · Case {self.frozen.case}",
            issued.copy,
            issued.head,
            print_number=references.grouped(issued.number),
            centre=self._top_line(),
            made=f"Printed {self.moment(issued.made_at)} by {spelled(issued.by)}",
        )

    def moment(self, at: datetime) -> str:
        """A moment as it was on the clock of the centre, with its distance to UTC."""
        local = at.astimezone(self.zone)
        offset = f"{local:%z}"
        return f"{local.day} {local:%b %Y %H:%M} (UTC{offset[:3]}:{offset[3:]})"

    def _top_line(self) -> str:
        """On every page: whose paper, who examined, and when (WHO 2004)."""
        begun = self.frozen.examination.begun_at
        examiner = self.frozen.completion.completed_by
        centre = self.frozen.case.centre.name
        return f"{centre} · examined {self.moment(begun)} by {examiner}"


def identification(out: Printout) -> None:
    """Which examination this is, and how its content can be told from any other."""
    frozen = out.frozen
    signed = frozen.completion
    out.paper.pairs(
        [
            ("Case", str(frozen.case)),
            ("Examination", str(frozen.examination)),
            ("Examination begun", out.moment(frozen.examination.begun_at)),
            ("Completed and signed", out.moment(signed.completed_at)),
            ("Signed by", signed.completed_by),
            ("Form", f"{frozen.pack.title()} ({frozen.pack})"),
            ("Fingerprint of the form", frozen.pack.fingerprint),
            ("Content hash (SHA-256)", signed.content_sha256),
            ("Addenda", str(len(frozen.addenda) or NOTHING)),
            ("Printed for", recipient_words(out.issued.recipient)),
        ]
    )
    if out.is_spelled:
        out.paper.paragraph(NOTE)


def identity(out: Printout) -> None:
    """The survivor's names as far as they were given; never where she lives."""
    told = {
        _IDENTITY[name]: str(said)
        for name, said in out.frozen.identity.items()
        if said and name in _IDENTITY
    }
    if told:
        out.paper.pairs(list(told.items()))
    else:
        out.paper.paragraph(
            "No name is printed on this paper; the case reference stands for it."
        )


def consents(out: Printout, items: Sequence[str] = ()) -> None:
    """What was decided; outside, and in a report, only what concerns its reader."""
    shown = items or (RELIED_ON if out.issued.is_for_outside else ())
    known = {CENTRE, out.issued.recipient}
    found = [
        [c.item, c.question, c.decision, _for_whom(c.recipient, c.purpose),
         out.moment(c.decided_at)]
        for c in out.frozen.consents
        if not shown or (c.item in shown and c.recipient in known)
    ]  # fmt: skip
    if not found:
        out.paper.paragraph("No decision was recorded.")
        return
    out.paper.table(
        ["Item", "Question", "Decision", "For", "Decided"], found, [1, 6, 3, 4, 4]
    )


def injuries(out: Printout) -> None:
    """One row for each injury, by its number on the body map."""
    if not out.frozen.injuries:
        out.paper.paragraph("No injury was recorded in this examination.")
        return
    out.paper.table(
        ["No.", "Where", "What", "Size", "Appearance", "How it came about, as told",
         "Remarks"],
        [_injury(row) for row in out.frozen.injuries],
        [1, 4, 3, 3, 4, 4, 3],
    )  # fmt: skip


def samples(out: Printout) -> None:
    """Every specimen with the item it became and the seal on it."""
    if not out.frozen.samples:
        out.paper.paragraph("No specimen was taken in this examination.")
        return
    out.paper.table(
        ["No.", "Specimen", "Item code", "Taken", "Seal"],
        [
            [
                str(number),
                sample.words,
                references.grouped(sample.item),
                out.moment(sample.taken_at),
                sample.seal or "Not sealed when this was printed",
            ]
            for number, sample in enumerate(out.frozen.samples, start=1)
        ],
        [1, 6, 4, 4, 4],
    )


def photographs(out: Printout) -> None:
    """Photographs by number and digest; the pictures themselves are not printed."""
    if not out.frozen.photographs:
        out.paper.paragraph("No photograph was taken in this examination.")
        return
    out.paper.table(
        ["No.", "What it shows", "SHA-256 of the untouched original"],
        [
            [str(one["number"]), _photograph(one), one["sha256"]]
            for one in out.frozen.photographs
        ],
        [1, 5, 8],
    )


def addenda(out: Printout) -> None:
    """What was added after signing, each with its reason; the original stands."""
    if not out.frozen.addenda:
        out.paper.paragraph("Nothing was added after the examination was signed.")
    for added in out.frozen.addenda:
        out.paper.heading(f"Addendum {added.number}", 3)
        out.paper.pairs(
            [
                ("Added", out.moment(added.added_at)),
                ("By", added.added_by),
                ("Reason", added.reason),
                ("Text", added.text),
            ]
        )


def verification(out: Printout) -> None:
    """How a reader can check this paper."""
    head = out.issued.head
    out.paper.pairs(
        [
            ("Print number", references.grouped(out.issued.number)),
            ("Copy", str(out.issued.copy)),
            ("Log", head.origin),
            ("Entries in the log", str(head.size)),
            ("Anchor code", head.anchor_code),
        ]
    )
    out.paper.paragraph(
        "The examination was frozen when it was signed; its content hash is chained "
        "into the log of the centre. The code on each page is the signed head of that "
        "log at the time of printing: whoever keeps this paper can later show whether "
        "the log still begins with exactly these entries."
    )


def recipient_words(recipient: str) -> str:
    """For whom a paper is, in words."""
    if recipient == CENTRE:
        return "The file of this centre"
    kind, _, name = recipient.partition(":")
    return f"{kind.capitalize()} {name}"


def _for_whom(recipient: str, purpose: str) -> str:
    if recipient == CENTRE:
        return "This centre"
    said = PURPOSES.get(purpose, purpose) if purpose else ""
    return ", ".join(part for part in (recipient_words(recipient), said) if part)


def _injury(row: Mapping[str, Any]) -> list[str]:
    kind = CLASSES.get(row["kind"], CLASSES["other"])
    return [
        str(row["number"]),
        places_of(row) or "No mark on the map",
        f"{kind.words} ({kind.letters})",
        _size(row),
        _appearance(row),
        _cause(row),
        row.get("note") or NOTHING,
    ]


def _size(row: Mapping[str, Any]) -> str:
    sizes = [row.get("length_mm"), row.get("width_mm")]
    told = " \N{MULTIPLICATION SIGN} ".join(
        str(size) for size in sizes if size is not None
    )
    manner = SIZED.get(row.get("sized", ""), "")
    if not told:
        return manner or "Not measured"
    return f"{told} mm ({manner.lower()})" if manner else f"{told} mm"


def _appearance(row: Mapping[str, Any]) -> str:
    said = [
        SHAPES.get(row.get("shape", ""), ""),
        ", ".join(COLOURS.get(one, one) for one in row.get("colours", [])),
        DEPTHS.get(row.get("depth", ""), ""),
        row.get("pattern", ""),
    ]
    return "; ".join(part for part in said if part) or _NOT_TOLD


def _cause(row: Mapping[str, Any]) -> str:
    if not row.get("cause"):
        return REASONS["not_asked"] if "cause" not in row else _NOT_TOLD
    return f"{SPOKEN_BY.get(row.get('cause_by', ''), 'Stated')}: “{row['cause']}”"


def _photograph(one: Mapping[str, Any]) -> str:
    injury = one.get("injury")
    said = [
        PHOTO_CLASSES.get(one.get("kind", ""), ""),
        FRAMES.get(one.get("frame", ""), ""),
        one.get("area", ""),
        f"injury {injury}" if injury else "",
        one.get("caption", ""),
    ]
    return "; ".join(part for part in said if part) or _NOT_TOLD
