"""The hand-over receipt as paper, the same for both sides."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from centre.chain_of_custody.actions.receipts import Handed, Leg, Receipt
from centre.chain_of_custody.rules.codes import Mark, payload
from centre.chain_of_custody.rules.discrepancies import PACKAGES
from centre.chain_of_custody.rules.handover import SIDE
from centre.core import references
from centre.core.paper import Document

_NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
    "eighteen", "nineteen", "twenty",
)  # fmt: skip
_SIDES = {"receiver": "the receiver", "courier": "the courier"}


def handover_receipt(receipt: Receipt) -> bytes:
    """Who handed what to whom, on which basis, with which seals."""
    zone = ZoneInfo(receipt.centre.timezone)
    made = receipt.made_at.astimezone(zone)
    numbers = ", ".join(references.grouped(leg.number) for leg in receipt.legs)
    paper = Document(
        "Hand-over receipt",
        f"RECEIPT {numbers}",
        head=receipt.head,
        centre=receipt.centre.name,
        made=f"{made:%d %b %Y %H:%M} {zone.key}, {receipt.by}",
    )
    for leg in receipt.legs:
        _leg(paper, receipt, leg, zone)
    paper.heading("How to check this receipt")
    paper.paragraph(
        "Each signature above is an entry of the centre's log. The code at the top of "
        "each page holds the signed head of that log as it stood when this was "
        "printed; the anchor code is its short form, to be compared by eye. Ask the "
        "centre for the evidence bundle of a package: anybody can check it without "
        "the centre, against this head."
    )
    return paper.build()


def _leg(paper: Document, receipt: Receipt, leg: Leg, zone: ZoneInfo) -> None:
    transfer, details = leg.transfer, leg.transfer.details
    released = leg.released.occurred_at.astimezone(zone)
    received = leg.received.occurred_at.astimezone(zone)
    paper.heading(f"Transfer {references.grouped(transfer.code)}")
    paper.code(payload(Mark.TRANSFER, transfer.code), "code of this hand-over")
    paper.pairs(
        [
            ("Receipt", references.grouped(leg.number)),
            ("Request", str(receipt.request) if receipt.request else "None"),
            ("Case", str(transfer.case)),
            ("Place", receipt.centre.name),
            ("Purpose", transfer.purpose),
            ("Legal basis", _basis(leg)),
            ("Released", f"{released:%d %b %Y %H:%M} {zone.key}"),
            ("Received", f"{received:%d %b %Y %H:%M} {zone.key}"),
            ("Carried", details.get("conveyance") or "Not stated"),
            ("Kept at", details.get("temperature") or "No special need stated"),
            ("On arrival", _arrival(leg)),
            ("Conditions", details.get("conditions") or "None"),
        ]
    )
    _packages(paper, leg)
    _signatures(paper, leg, zone)
    paper.heading("What is to be done next", 3)
    for duty in leg.duties:
        paper.paragraph(f"• {duty}")


def _packages(paper: Document, leg: Leg) -> None:
    count = len(leg.packages)
    words = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    plural = "" if count == 1 else "s"
    paper.heading(f"{words.capitalize()} package{plural} ({count})", 3)
    paper.table(
        [
            "Package",
            "Seal as the releaser stated",
            "Seal as the receiver saw it",
            "Condition seen",
            "To be kept",
        ],
        [_row(handed) for handed in leg.packages],
        [5, 2.6, 2.6, 3, 3],
    )


def _row(handed: Handed) -> list[str]:
    content = [str(handed.package), *handed.inside]
    differs = handed.stated != handed.observed
    seen = handed.observed or "None"
    package = PACKAGES.get(handed.package_condition, handed.package_condition)
    return [
        "\n".join(content),
        handed.stated,
        f"{seen}{' (differs)' if differs else ''}",
        f"Seal: {handed.condition}\nPackage: {package}",
        handed.storage or "As the label says",
    ]


def _signatures(paper: Document, leg: Leg, zone: ZoneInfo) -> None:
    at = {
        "Released by": leg.released.occurred_at,
        "Received by": leg.received.occurred_at,
        "Witness": leg.received.occurred_at,
    }
    if leg.picked_up is not None:
        at["Carried by"] = leg.picked_up.occurred_at
    paper.heading("Who signed, and how", 3)
    paper.table(
        ["", "Person", "Signed", "When"],
        [
            [role, who, how, f"{at[role].astimezone(zone):%d %b %Y %H:%M}"]
            for role, who, how in leg.signers
        ],
        [2, 6, 4, 2.4],
    )
    for sign in leg.signs:
        strokes = sign.details.get("strokes") or []
        if strokes:
            whose = _SIDES.get(sign.side, sign.side)
            name = sign.details.get("name", "")
            paper.strokes(strokes, SIDE, f"Signature of {whose}, {name}")


def _arrival(leg: Leg) -> str:
    return str((leg.received.details or {}).get("temperature") or "Not measured")


def _basis(leg: Leg) -> str:
    words = leg.transfer.details.get("basis_text", "")
    basis = leg.transfer.get_basis_display()
    return f"{basis}: {words}" if words else str(basis)
