"""A closed request on one page: its dates, its lines, and what became of each."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from centre.chain_of_custody.actions.request_returns import Summary
from centre.core import references
from centre.core.paper import Document


def request_summary(found: Summary) -> bytes:
    """The summary a request is filed with."""
    request = found.request
    zone = ZoneInfo(request.centre.timezone)
    made = found.made_at.astimezone(zone)
    paper = Document(
        "Summary of a request",
        f"REQUEST {references.grouped(request.reference)}",
        head=found.head,
        centre=request.centre.name,
        made=f"{made:%d %b %Y %H:%M} {zone.key}, {found.by}",
    )
    paper.pairs([("Request", str(request)), *found.facts])
    paper.table(
        ["Line", "Asked for", "Basis", "Answer", "What became of it"],
        [list(row) for row in found.rows],
        [1, 4, 3, 4, 5],
    )
    paper.paragraph(
        "Times are those of the centre. Each step stands in the centre's log; the "
        "custody report of an item tells where it went in between."
    )
    return paper.build()
