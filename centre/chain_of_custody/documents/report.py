"""The custody report of a kit or an item."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from centre.chain_of_custody.actions.reports import Report
from centre.chain_of_custody.documents.her_copy import her_copy
from centre.chain_of_custody.models import Item, Kit
from centre.chain_of_custody.queries.dossier import Dossier
from centre.chain_of_custody.queries.entries import Mark
from centre.chain_of_custody.queries.told import Corrected, Told
from centre.chain_of_custody.rules.codes import Mark as On
from centre.chain_of_custody.rules.codes import payload
from centre.chain_of_custody.rules.corrections import COLUMNS, Field
from centre.chain_of_custody.rules.moves import Move
from centre.chain_of_custody.rules.profiles import SHOWS, Profile, Shows
from centre.core import references
from centre.core.paper import Document

_SEALING = {Move.SEALED, Move.KIT_SEALED, Move.RESEALED, Move.TAKEN_OVER}
_HEAD = [
    "No.",
    "Event",
    "Occurred",
    "Recorded",
    "By",
    "Other side",
    "Place",
    "Seal",
    "Remarks",
    "Entry",
]
_WIDTHS = [4, 13, 13, 13, 14, 13, 12, 11, 18, 12]


def custody_report(report: Report) -> bytes:
    """Where a kit or an item has been, who had it, and how one can check that."""
    if report.profile is Profile.SURVIVOR:
        return her_copy(report)
    return _made(report).build()


def body_digest(report: Report) -> str:
    """SHA-256 of what a report says, the same for every copy of it."""
    return _made(report).content_sha256


def _made(report: Report) -> Document:
    told = report.told
    zone = ZoneInfo(told.centre.timezone)
    made = report.made_at.astimezone(zone)
    paper = Document(
        "Custody report",
        f"CUSTODY {references.grouped(told.package.code)}",
        report.copy,
        head=report.head,
        print_number=references.grouped(report.number),
        centre=told.centre.name,
        made=f"{made:%d %b %Y %H:%M} {zone.key}, {report.by}",
        wide=True,
    )
    shows = SHOWS[report.profile]
    paper.paragraph(f"{report.profile.words}.")
    _identity(paper, told, shows)
    _present(paper, told, shows)
    _events(paper, report, shows)
    _seals(paper, told, shows)
    _corrections(paper, told, shows)
    _questions(paper, told, shows)
    _verification(paper, report)
    if shows.names:
        _statement(paper, report)
    return paper


def _identity(paper: Document, told: Dossier, shows: Shows) -> None:
    package = told.package
    mark = On.ITEM if isinstance(package, Item) else On.KIT
    paper.heading("1. What it is")
    paper.code(payload(mark, package.code), "code on the label")
    rows = [("Code", references.grouped(package.code))]
    if told.case is not None:
        rows.append(("Case", str(told.case)))
    if shows.specimen:
        rows += (
            _item_rows(package, shows)
            if isinstance(package, Item)
            else _kit_rows(package)
        )
        rows += _beginning(told)
    paper.pairs(rows)
    if told.items:
        paper.heading("Content", 3)
        paper.table(
            ["Code", "What", "State"],
            [
                [
                    references.grouped(i.code),
                    i.words if shows.specimen else "",
                    s.state.words,
                ]
                for i, s in told.items
            ],
            [2, 4, 3],
        )


def _beginning(told: Dossier) -> list[tuple[str, str]]:
    """When and by whom it was collected, if it was."""
    return [
        ("Collected", f"{line.when}, by {line.who}")
        if line.event.move == Move.COLLECTED
        else ("Taken over", f"{line.event.recorded_at:%d %b %Y}, by {line.who}")
        for line in told.told
        if line.event.move in {Move.COLLECTED, Move.TAKEN_OVER}
    ]


def _item_rows(item: Item, shows: Shows) -> list[tuple[str, str]]:
    rows = [("Specimen", item.words)]
    if shows.words and item.details.get("description"):
        rows.append(("Description", item.details["description"]))
    if item.kit is not None:
        rows.append(("Collected with kit", references.grouped(item.kit.code)))
    if item.parent is not None:
        rows.append(("Taken from item", references.grouped(item.parent.code)))
    rows.append(("Catalogue of specimens", item.catalogue))
    return rows


def _kit_rows(kit: Kit) -> list[tuple[str, str]]:
    rows = [("Kind of kit", kit.kind)]
    if kit.maker_number:
        rows.append(("Maker's number", kit.maker_number))
    if kit.lot:
        rows.append(("Lot", kit.lot))
    if kit.expires_on:
        rows.append(("Expires on", f"{kit.expires_on:%d %b %Y}"))
    return rows


def _present(paper: Document, told: Dossier, shows: Shows) -> None:
    standing = told.standing
    paper.heading("2. How it stands")
    paper.pairs(
        [
            ("State", standing.state.words),
            ("Held by", told.holder if shows.names else "Not told here"),
            ("Place", (told.place or "None") if shows.places else "Not told here"),
            ("Seal", standing.seal or "None"),
            ("Integrity", standing.integrity.words),
        ]
    )


def _events(paper: Document, report: Report, shows: Shows) -> None:
    told = report.told
    paper.heading("3. Every event, in order")
    paper.paragraph(
        f"{len(told.told)} events, {told.amendments} amendments, {told.voids} void, "
        f"{told.late} entered late. Times are local ({told.centre.timezone}) and UTC. "
        "L: late entry. A: amended. V: void, entered in error. D: discrepancy. K: "
        "event of the kit that holds the item. What an amended event said before "
        "stands in brackets. “Entry” is the position in the log and the beginning of "
        "its leaf hash; whoever acted signed with a one-time code and her key on the "
        "server, and where “security key” stands also with a key in her hand."
    )
    rows = [_line(line, report, shows) for line in told.told]
    paper.table(_HEAD, rows, _WIDTHS)


def _line(line: Told, report: Report, shows: Shows) -> list[str]:
    event = line.event
    mark = report.marks.get(event.pk)
    flags = [
        letter
        for letter, stands in (
            ("L", event.is_late),
            ("A", bool(line.corrections) and not line.is_void),
            ("V", line.is_void),
            ("D", line.is_question),
            ("K", line.via_kit),
        )
        if stands
    ]
    remarks = [*line.words] if shows.words else []
    if line.condition:
        remarks.insert(0, f"Seal: {line.condition.lower()}")
    if line.late_reason and shows.words:
        remarks.append(f"Late because: {line.late_reason}")
    return [
        f"{event.number}{' ' + ''.join(flags) if flags else ''}",
        f"VOID: {event.get_move_display()}"
        if line.is_void
        else event.get_move_display(),
        _occurred(line) + _was(line, "when"),
        f"{event.recorded_at:%Y-%m-%d %H:%M:%S} UTC",
        f"{line.who}\n{line.role}, {line.organisation}" if shows.names else line.role,
        line.other + _was(line, "other") if shows.names else "",
        line.place + _was(line, "place") if shows.places else "",
        line.seal + _was(line, "seal"),
        "\n".join(remarks),
        _entry(mark),
    ]


def _occurred(line: Told) -> str:
    """Local time and UTC, or only what a paper knew."""
    if line.is_by_paper:
        return f"{line.when}\n(by the earlier record)"
    return f"{line.when}\n{line.event.occurred_at:%Y-%m-%d %H:%M} UTC"


def _entry(mark: Mark | None) -> str:
    """Where the event stands in the log, and whether a security key confirmed it."""
    if mark is None:
        return ""
    key = "\nsecurity key" if mark.is_confirmed else ""
    return f"{mark.n}\n{mark.short}{key}"


def _was(line: Told, column: str) -> str:
    """What stood there before an amendment, in brackets."""
    old = line.was.get(column)
    return f"\n(was: {old})" if old else ""


def _seals(paper: Document, told: Dossier, shows: Shows) -> None:
    rows = [
        [
            line.seal,
            line.when if not line.is_by_paper else "Before this record began",
            _sealer(line, shows),
            line.condition or "",
        ]
        for line in told.told
        if not line.is_void
        and line.seal
        and (line.event.move in _SEALING or line.event.seal_condition)
    ]
    paper.heading("4. Seals")
    if not rows:
        paper.paragraph("No seal has been put on yet.")
        return
    paper.table(["Seal", "Put on or looked at", "By", "Condition"], rows, [2, 3, 3, 3])


def _sealer(line: Told, shows: Shows) -> str:
    if line.is_by_paper:
        return "Not known here"
    return line.who if shows.names else line.role


def _corrections(paper: Document, told: Dossier, shows: Shows) -> None:
    """Every amendment and void in full, as far as the reader may know."""
    paper.heading("5. Amendments and voids")
    rows = [
        [
            f"{one.number}",
            f"{line.event.number}, {line.event.get_move_display()}",
            one.what,
            one.old if _may_see(one, shows) else "",
            one.new if _may_see(one, shows) else "",
            f"{one.reason}: {one.words}" if shows.words else one.reason,
            f"{one.by}\n{one.approved_by}" if shows.names else "",
        ]
        for line in told.told
        for one in line.corrections
    ]
    if not rows:
        paper.paragraph("Nothing was amended or voided.")
        return
    head = ["No.", "Event", "What", "It said", "It should say", "Why", "By, approved"]
    paper.table(head, rows, [1, 3, 3, 3, 3, 5, 3])


def _may_see(one: Corrected, shows: Shows) -> bool:
    """Places, people and words are for those whose report has them at all."""
    if one.field == Field.PLACE:
        return shows.places
    if one.field in {Field.PERSON, Field.OBSERVER}:
        return shows.names
    return shows.words or one.field in COLUMNS


def _questions(paper: Document, told: Dossier, shows: Shows) -> None:
    raised = [line for line in told.told if line.is_question]
    answers = {
        line.event.about_id: line
        for line in told.told
        if line.event.move == Move.DISCREPANCY_RESOLVED
    }
    paper.heading("6. Discrepancies")
    if not raised:
        paper.paragraph("None was raised.")
        return
    rows = []
    for line in raised:
        answer = answers.get(line.event.pk)
        rows.append(
            [
                f"{line.event.number}",
                "\n".join(line.words) if shows.words else line.words[0],
                line.who if shows.names else line.role,
                _outcome(answer, shows),
                (answer.who if shows.names else answer.role) if answer else "",
            ]
        )
    paper.table(
        ["No.", "What", "Raised by", "Outcome", "Resolved by"], rows, [1, 5, 3, 5, 3]
    )


def _outcome(answer: Told | None, shows: Shows) -> str:
    if answer is None:
        return "Open"
    return "\n".join(answer.words if shows.words else answer.words[:1])


def _verification(paper: Document, report: Report) -> None:
    found = [report.marks[line.event.pk] for line in report.told.told]
    paper.heading("7. How this can be checked")
    rows = [
        ("Events on this report", str(len(found))),
        ("Amendments", str(report.told.amendments)),
        ("Void events", str(report.told.voids)),
        ("Late entries", str(report.told.late)),
        ("Confirmed with a security key", str(sum(m.is_confirmed for m in found))),
        ("Reports issued, this one included", str(report.prints)),
        ("Log", report.head.origin),
        ("Entries in the log", str(report.head.size)),
        ("Anchor code", report.head.anchor_code),
        ("Method", "SHA-256, Merkle tree of RFC 6962, signatures Ed25519 and ES256"),
    ]
    if found:
        rows[1:1] = [
            ("First entry", f"{found[0].n}: {found[0].leaf}"),
            ("Last entry", f"{found[-1].n}: {found[-1].leaf}"),
        ]
    paper.pairs(rows)
    paper.paragraph(
        "Could anyone have changed this? Every event was signed by the person who did "
        "it and chained to all events before it when it was written. No event can be "
        "changed or removed without breaking the chain. The code on each page is the "
        "signed head of the log: whoever keeps this paper can later show whether the "
        "log still begins with exactly these entries."
    )


def _statement(paper: Document, report: Report) -> None:
    paper.heading("8. Statement")
    paper.paragraph(
        "I keep the evidence store of this centre. This report was made from the "
        "records that are kept there in the ordinary course of its work, each at or "
        "near the time of what it tells, by or from somebody who knew of it."
    )
    paper.signatures([(report.role or "Evidence custodian", report.by)])
