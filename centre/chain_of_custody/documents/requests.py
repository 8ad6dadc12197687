"""The papers of a request: pick list, and the answer with its way of appeal."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from centre.chain_of_custody.actions.request_prints import Letter, PickList
from centre.core import references
from centre.core.paper import Document

_APPEAL = (
    "If you think this answer is wrong, you can dispute it on the page of the request "
    "or write to the centre. The coordinator answers in writing. A new legal basis, "
    "such as an order of a court, is sent as a new request. Against the centre's "
    "answer the court that is competent for the matter can be asked."
)
_NEUTRAL = (
    "“Not released” is the only word given for every line that is not released. It "
    "says nothing about whether a person, a kit or an item is known here."
)


def answer_letter(letter: Letter) -> bytes:
    """The answer, line by line; the reasons stand on the centre's own copy alone."""
    request = letter.request
    zone = ZoneInfo(request.centre.timezone)
    made = letter.made_at.astimezone(zone)
    title = "Answer, for the file" if letter.is_inside else "Answer to your request"
    paper = Document(
        title,
        f"ANSWER {references.grouped(request.reference)}",
        head=letter.head,
        centre=request.centre.name,
        made=f"{made:%d %b %Y %H:%M} {zone.key}, {letter.by}",
    )
    paper.pairs(
        [
            ("Request", str(request)),
            ("Agency", request.agency.name),
            ("Your case number", request.asked.get("unit_case_no", "")),
            ("Received", f"{request.submitted_at.astimezone(zone):%d %b %Y %H:%M}"),
        ]
    )
    head = ["Line", "Asked for", "Basis", "Answer"]
    rows = [[str(x.number), x.asked, x.basis, x.answer] for x in letter.lines]
    widths = [1, 4, 3, 5]
    if letter.is_inside:
        head, widths = [*head, "Reason"], [*widths, 4]
        rows = [[*row, x.reason] for row, x in zip(rows, letter.lines, strict=True)]
    paper.table(head, rows, widths)
    if not letter.is_inside:
        paper.paragraph(_NEUTRAL)
    paper.paragraph(_APPEAL)
    return paper.build()


def pick_list(found: PickList) -> bytes:
    """Exactly what leaves: package, place, seal, how it travels, a box to tick."""
    request = found.request
    zone = ZoneInfo(request.centre.timezone)
    made = found.made_at.astimezone(zone)
    paper = Document(
        "Pick list",
        f"PICK {references.grouped(request.reference)}",
        head=found.head,
        centre=request.centre.name,
        made=f"{made:%d %b %Y %H:%M} {zone.key}, {found.by}",
    )
    paper.paragraph(f"{len(found.rows)} package(s) leave, and no other.", strong=True)
    paper.table(
        ["Package", "Where it is", "Seal", "How it travels", "Taken"],
        [
            [
                str(row["package"]),
                str(row["place"] or row["state"]),
                row["seal"],
                row["needs"] or "As the kit says",
                "",
            ]
            for row in found.rows
        ],
        [5, 3, 3, 3, 2],
    )
    return paper.build()
