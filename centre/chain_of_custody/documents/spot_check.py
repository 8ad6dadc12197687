"""The checklist of a spot check: what was drawn, where it should lie, room to tick."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from centre.chain_of_custody.actions.spot_checks import Checklist
from centre.core import references
from centre.core.paper import Document

HOW_TO_DRAW_AGAIN = (
    "Nobody chose what is on this list. Of the codes of all kits and loose items that "
    "lay in the store, those were drawn for which the SHA-256 of root hash and code, "
    "one behind the other, is smallest."
)


def checklist(told: Checklist) -> bytes:
    """One line for each thing, by its place; the root hash to draw again."""
    row = told.spot_check
    zone = ZoneInfo(row.centre.timezone)
    made = told.made_at.astimezone(zone)
    paper = Document(
        "Spot check of the evidence store",
        f"SPOT {references.grouped(row.number)}",
        head=told.head,
        print_number=references.grouped(told.number),
        centre=row.centre.name,
        made=f"{made:%d %b %Y %H:%M} {zone.key}, {told.by}",
    )
    paper.pairs(
        [
            ("Drawn", f"{row.drawn_at.astimezone(zone):%d %b %Y %H:%M}"),
            ("By", row.drawn_by.name),
            ("Of", f"{len(row.codes)} of {row.drawn_from} kits and loose items"),
            ("Entries of the log", str(row.size)),
            ("Root hash", row.root),
        ]
    )
    paper.paragraph(HOW_TO_DRAW_AGAIN)
    paper.heading("What to look for")
    lines = [
        [
            thing.place.name if thing.place else "No longer in the store",
            references.grouped(thing.thing.code),
            thing.seal,
            "☐",
            "☐",
            "☐",
        ]
        for thing in told.things
    ]
    head = ["Place", "Code", "Seal", "Found here", "Label whole", "Seal whole"]
    paper.table(head, lines, [5, 4, 3, 2, 2, 2])
    paper.paragraph(
        "What is missing, or lies elsewhere, is told with its code and place when the "
        "list is entered. A seal that is broken or bears another number is told on the "
        "page of the thing."
    )
    paper.signatures([("Looked", ""), ("Evidence custodian", "")])
    return paper.build()
