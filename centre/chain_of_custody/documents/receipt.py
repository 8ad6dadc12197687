"""The hand-over receipt as paper, the same for both sides."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from centre.chain_of_custody.actions.receipts import Handed, Leg, Receipt
from centre.core import references
from centre.core.paper import Document

_NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"
)  # fmt: skip


def handover_receipt(receipt: Receipt) -> bytes:
    """Who handed what to whom, on which basis, with which seals."""
    zone = ZoneInfo(receipt.centre.timezone)
    made = receipt.made_at.astimezone(zone)
    number = references.grouped(receipt.request.reference)
    paper = Document(
        "Hand-over receipt",
        f"RECEIPT {number}",
        head=receipt.head,
        centre=receipt.centre.name,
        made=f"{made:%d %b %Y %H:%M} {zone.key}, {receipt.by}",
    )
    for leg in receipt.legs:
        _leg(paper, receipt, leg, zone)
    paper.paragraph(
        "Both sides signed in the system with their own account and a fresh one-time "
        "code; each act is an entry of the log whose signed head stands on this page."
    )
    return paper.build()


def _leg(paper: Document, receipt: Receipt, leg: Leg, zone: ZoneInfo) -> None:
    transfer, details = leg.transfer, leg.transfer.details
    released = leg.released.occurred_at.astimezone(zone)
    received = leg.received.occurred_at.astimezone(zone)
    paper.heading(f"Transfer {references.grouped(transfer.code)}")
    paper.pairs(
        [
            ("Request", str(receipt.request)),
            ("Case", str(transfer.case)),
            ("Purpose", transfer.purpose),
            ("Legal basis", _basis(leg)),
            ("Released", f"{released:%d %b %Y %H:%M} {zone.key}"),
            ("Received", f"{received:%d %b %Y %H:%M} {zone.key}"),
            ("Carried", details.get("conveyance") or "Not stated"),
            ("Conditions", details.get("conditions") or "None"),
        ]
    )
    _packages(paper, leg)
    paper.heading("The two sides", 3)
    paper.signatures(
        [
            ("Released by", f"{transfer.released_by.name}, {receipt.centre.name}"),
            ("Received by", f"{leg.received.actor.name}, {details['organisation']}"),
        ]
    )


def _packages(paper: Document, leg: Leg) -> None:
    count = len(leg.packages)
    words = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    plural = "" if count == 1 else "s"
    paper.heading(f"{words.capitalize()} package{plural}", 3)
    paper.table(
        ["Package", "Seal as released", "Seal as received", "Condition"],
        [_row(handed) for handed in leg.packages],
        [5, 3, 3, 3],
    )


def _row(handed: Handed) -> list[str]:
    content = [str(handed.package), *handed.inside]
    differs = handed.stated != handed.observed
    return [
        "\n".join(content),
        handed.stated,
        f"{handed.observed}{' (differs)' if differs else ''}",
        f"Seal: {handed.condition}\nPackage: {handed.package_condition}",
    ]


def _basis(leg: Leg) -> str:
    words = leg.transfer.details.get("basis_text", "")
    basis = leg.transfer.get_basis_display()
    return f"{basis}: {words}" if words else str(basis)
