"""The seal log of a centre: every roll, every seal, every gap."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from centre.chain_of_custody.actions.rolls import SealLog
from centre.core import references
from centre.core.paper import Document


def seal_log(log: SealLog) -> bytes:
    """Each seal with where it went; each roll with what nobody can account for."""
    zone = ZoneInfo(log.centre.timezone)
    made = log.made_at.astimezone(zone)
    paper = Document(
        "Seal log",
        f"SEALS {log.centre.code}",
        head=log.head,
        print_number=references.grouped(log.number),
        centre=log.centre.name,
        made=f"{made:%d %b %Y %H:%M} {zone.key}, {log.by}",
        wide=True,
    )
    paper.heading("1. Rolls, and numbers nobody has accounted for")
    if log.rolls:
        rows = [
            [
                str(state.roll),
                str(state.used),
                str(state.spoilt),
                "\n".join(state.gaps) or "None",
                str(state.missing),
                str(state.left),
            ]
            for state in log.rolls
        ]
        head = ["Roll", "Used", "Spoilt", "Gaps", "Missing", "Left on it"]
        paper.table(head, rows, [6, 2, 2, 6, 2, 2])
    else:
        paper.paragraph("No roll was taken in yet, so gaps cannot be told.")
    paper.heading("2. Seals")
    rows = [
        [
            line.number,
            line.kind,
            line.on,
            _when(line.applied_at, zone),
            line.applied_by,
            str(line.checks),
            _when(line.broken_at, zone),
        ]
        for line in log.seals
    ]
    head = ["Seal", "Kind", "On", "Put on", "By", "Looked at", "Broken"]
    if rows:
        paper.table(head, rows, [4, 3, 6, 5, 5, 2, 5])
    else:
        paper.paragraph("No seal was put on anything yet.")
    paper.signatures([("Evidence custodian", log.by)])
    return paper.build()


def _when(at: datetime | None, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%d %b %Y %H:%M}" if at else ""
