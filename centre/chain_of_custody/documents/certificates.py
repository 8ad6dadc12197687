"""The certificate of a destruction, and the receipt of what went back to its owner."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from centre.chain_of_custody.actions.disposal import End
from centre.chain_of_custody.models import CustodyEvent
from centre.chain_of_custody.rules.codes import Mark as On
from centre.chain_of_custody.rules.codes import payload
from centre.chain_of_custody.rules.disposal import OBJECTORS, Method
from centre.chain_of_custody.rules.moves import Move, Thing
from centre.chain_of_custody.rules.retention import Notice
from centre.core import references
from centre.core.paper import Document


def of_the_end(end: End) -> bytes:
    """One page that tells what ended, why it might, who did it and who saw it."""
    is_destroyed = end.event.move == Move.DESTROYED
    title = "Certificate of destruction" if is_destroyed else "Receipt of return"
    zone = ZoneInfo(end.case.centre.timezone)
    made = end.made_at.astimezone(zone)
    paper = Document(
        title,
        f"END {references.grouped(end.package.code)}",
        head=end.head,
        print_number=references.grouped(end.number),
        centre=end.case.centre.name,
        made=f"{made:%d %b %Y %H:%M} {zone.key}, {end.by}",
    )
    mark = On.KIT if end.package.thing is Thing.KIT else On.ITEM
    paper.heading("1. What ended")
    paper.code(payload(mark, end.package.code), "code on the label")
    paper.pairs(
        [
            ("Case", str(end.case)),
            ("Things, this one included", str(len(end.things))),
            ("Codes", ", ".join(references.grouped(code) for code in end.things)),
            ("Seal on record", end.event.seal_before or "None"),
        ]
    )
    paper.heading("2. Why it might end")
    paper.pairs(_grounds(end))
    _path(paper, end)
    paper.heading("4. What was done")
    paper.pairs(_deed(end.event))
    paper.paragraph(
        "The thing has ended; the record of it stays and can be checked like any other."
    )
    paper.signatures(_hands(end.event))
    return paper.build()


def _grounds(end: End) -> list[tuple[str, str]]:
    held = end.retention
    if held is None:
        return [("Retention", "No date was set")]
    return [
        ("Kept until", f"{held.until:%d %b %Y}"),
        ("Policy", f"{held.policy}, edition {held.edition}"),
        ("Reporting", held.reporting),
    ]


def _path(paper: Document, end: End) -> None:
    paper.heading("3. Notice, answers and authorisation")
    if not end.notices:
        paper.paragraph("None was needed.")
        return
    rows = [
        [
            f"{event.local:%d %b %Y %H:%M}",
            event.get_move_display(),
            _answer(event),
            f"{_who(event)}",
        ]
        for event in end.notices
    ]
    paper.table(["When", "What", "How", "By"], rows, [3, 4, 5, 4])


def _answer(event: CustodyEvent) -> str:
    known = {n.value: n.words for n in Notice} | OBJECTORS
    return known.get(event.reason_code, "")


def _deed(event: CustodyEvent) -> list[tuple[str, str]]:
    details = event.details or {}
    when = f"{event.local:%d %b %Y %H:%M} ({event.occurred_at:%Y-%m-%d %H:%M} UTC)"
    if event.move == Move.DESTROYED:
        return [
            ("When", when),
            ("How", Method(event.reason_code).words),
            ("Where", details["place"]),
            ("Seal as seen", event.seal_after or "None"),
            ("Condition of the seal", event.get_seal_condition_display()),
            ("By", _who(event)),
            ("Before the witness", details["witness"]["name"]),
            (
                "Authorised by",
                ", ".join(
                    f"{a['name']} ({a['role']})" for a in details["authorised_by"]
                ),
            ),
        ]
    owner = details["owner"]
    return [
        ("When", when),
        ("Given to", owner["name"]),
        ("Who is", owner["standing"]),
        (
            "Identity paper",
            f"{owner['identity_kind']}, ending {owner['identity_last4']}",
        ),
        ("Clearance", details["clearance"] or "Not needed"),
        ("By", _who(event)),
    ]


def _hands(event: CustodyEvent) -> list[tuple[str, str]]:
    details = event.details or {}
    if event.move == Move.DESTROYED:
        return [
            ("Destroyed by", _who(event)),
            ("Witness", details["witness"]["name"]),
        ]
    return [("Given by", _who(event)), ("Received by", details["owner"]["name"])]


def _who(event: CustodyEvent) -> str:
    return str((event.details or {}).get("actor", {}).get("name", ""))
