"""What is refused, each with the truthful way to go on (refusals R1 to R28).

R1 (no event is ever changed) is held by triggers, R7 and R18 by the table of moves,
R20 by the item's index; the others that concern this room stand here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from centre.chain_of_custody.rules.codes import seal_number
from centre.chain_of_custody.rules.fold import (
    Condition,
    Integrity,
    Reporting,
    Standing,
)
from centre.chain_of_custody.rules.moves import ALONE, Move, check_step
from centre.core.errors import RuleError

TOLERANCE: Final = timedelta(minutes=2)
"""Clocks of two rooms may differ by so much (R6)."""

PATIENCE: Final = timedelta(hours=1)
PATIENCE_AT_THE_BEDSIDE: Final = timedelta(hours=24)
"""How long after an act it may be written down before it is a late entry."""

_ARRIVALS: Final = frozenset({Move.RECEIVED, Move.UNEXPECTED_RECEIPT, Move.FOUND})
LATEST: Final = timedelta(days=366)
"""Further back nothing is written down as an event; a note can still tell it."""

_BEDSIDE: Final = frozenset({Move.COLLECTED, Move.NOT_TAKEN, Move.KIT_OPENED})


class EntryMode(StrEnum):
    """How an event came into the record."""

    LIVE = "live"
    LATE = "late"
    OFFLINE = "offline"
    IMPORT = "import"


LATE_MODES: Final = frozenset({EntryMode.LATE, EntryMode.IMPORT})
"""What was written down later than it happened, and is always shown so."""


class Basis(StrEnum):
    """On what ground evidence leaves the centre: exactly one for each line."""

    CONSENT = "consent"
    COURT_ORDER = "court_order"
    WARRANT = "warrant"
    SUBPOENA = "subpoena"
    STATUTE = "statute"
    EMERGENCY = "emergency"

    @property
    def words(self) -> str:
        """As papers say it."""
        return {
            Basis.CONSENT: "The survivor's consent",
            Basis.COURT_ORDER: "Order of a court",
            Basis.WARRANT: "Search warrant",
            Basis.SUBPOENA: "Subpoena",
            Basis.STATUTE: "Statute",
            Basis.EMERGENCY: "Threat to life",
        }[self]


ORDERS: Final = frozenset({Basis.COURT_ORDER, Basis.WARRANT, Basis.SUBPOENA})
"""Grounds that are a paper of a court or authority, with number and date."""


@dataclass(frozen=True)
class Seen:
    """A seal and its package as the receiving side saw them."""

    seal: str
    condition: Condition = Condition.INTACT
    package: str = "intact"


def check_time(
    move: Move, *, occurred: datetime, now: datetime, reason: str
) -> EntryMode:
    """Nothing happens in the future; what is written late says why (R6)."""
    if occurred > now + TOLERANCE:
        raise RuleError("This time lies in the future. Give the time it really was.")
    if now - occurred > LATEST:
        raise RuleError("This time lies more than a year back. Check the date.")
    patience = PATIENCE_AT_THE_BEDSIDE if move in _BEDSIDE else PATIENCE
    if now - occurred <= patience:
        return EntryMode.LIVE
    if not reason.strip():
        raise RuleError(
            "This is written down long after it happened. Say why it is late, and it "
            "will be kept as a late entry."
        )
    return EntryMode.LATE


def check_order(move: Move, standing: Standing, occurred: datetime) -> None:
    """What moves a thing comes after everything that moved it before (R5)."""
    last = standing.last_at
    if move not in ALONE or last is None or occurred >= last - TOLERANCE:
        return
    if move is Move.RECEIVED:
        raise RuleError(
            "Nothing is received before it is released. Check the time; if no release "
            "is on file, write down an unexpected receipt."
        )
    raise RuleError(
        "This time lies before what was last written down here. Check the time, or "
        "add a note that says what happened in between."
    )


def check_move(move: Move, standing: Standing) -> None:
    """The step is legal, and what lies in a kit moves with the kit (R7, R10, R18)."""
    check_step(standing.thing, move, standing.state)
    if standing.is_in_kit and move in ALONE:
        raise RuleError(
            "This item lies in a kit. Move the kit; what happens to the kit happens "
            "to everything in it."
        )


def check_here(move: Move, standing: Standing, by: UUID) -> None:
    """What another organisation holds is moved by who holds it there (R2)."""
    moves_it = move in ALONE and move not in _ARRIVALS
    if standing.is_away and moves_it and standing.holder != by:
        raise RuleError(
            "Another organisation holds this now. It moves here again only after it "
            "was handed back."
        )


def check_holder(standing: Standing, by: UUID) -> None:
    """Only who holds it can give it away; the store is held by the centre (R2)."""
    if standing.holder is not None and standing.holder != by:
        raise RuleError(
            "Somebody else holds this now. Put it away first, or raise a discrepancy "
            "if it is in your hands."
        )


def check_two_people(
    giver: UUID, receiver: UUID | None, names: Iterable[str] = ()
) -> None:
    """The same person is never on both sides of one hand-over (R3)."""
    known = [" ".join(name.casefold().split()) for name in names if name.strip()]
    if giver == receiver or len(known) != len(set(known)):
        raise RuleError(
            "One person cannot be on both sides of a hand-over. A second person signs; "
            "if that cannot be here, sign on the paper form and enter it later."
        )


def check_no_open_transfer(standing: Standing) -> None:
    """One open transfer at a time (R4)."""
    if standing.transfer is not None:
        raise RuleError(
            "This is already being handed over. Receive or cancel that transfer first."
        )


def check_unquestioned(standing: Standing) -> None:
    """What is in question stays until somebody else has resolved the question."""
    if standing.integrity is Integrity.IN_QUESTION:
        raise RuleError(
            "A discrepancy stands open here. It must be resolved before anything "
            "leaves the centre."
        )


def check_seal_stated(stated: str, standing: Standing) -> str:
    """Who releases reads the seal number from the package, and it is the right one."""
    number = seal_number(stated)
    if number != standing.seal:
        raise RuleError(
            "The seal number you typed is not the one on record. Look at the package "
            "again; if it really shows this number, raise a discrepancy."
        )
    return number


def seal_seen(seen: Seen, recorded: str) -> tuple[str, Condition]:
    """What the receiver saw; a different number never counts as intact (R9)."""
    condition = Condition(seen.condition)
    if condition is Condition.MISSING:
        return "", Condition.MISSING
    number = seal_number(seen.seal)
    if number == recorded:
        if condition is Condition.NUMBER_DIFFERS:
            raise RuleError(
                "The number you typed is the one on record, so it does not differ. "
                "Choose the condition you see."
            )
        return number, condition
    if condition is not Condition.NUMBER_DIFFERS:
        raise RuleError(
            "This seal number is not the one on record. Look at the seal again. If it "
            "really shows this number, choose “Another number than on record”; a "
            "discrepancy is then raised."
        )
    return number, Condition.NUMBER_DIFFERS


def check_seal_is_new(number: str, *, is_used: bool) -> None:
    """A seal number is used once, anywhere, for ever (R8)."""
    if is_used:
        raise RuleError(
            f"The seal number {number} was used before. Take a new seal; if this seal "
            "is unbroken and unused, tell the custodian."
        )


def check_storage(
    accepted: Collection[str], place: str, *, needed: str, reason: str
) -> None:
    """A place is cold or dry enough for what lies in it, or a reason is kept (R19)."""
    if not accepted or place in accepted or reason.strip():
        return
    raise RuleError(
        f"This needs: {needed}. The place you scanned is not that. Choose another "
        "place, or give the reason why it has to lie there."
    )


def check_contents(listed: Collection[str], scanned: Collection[str]) -> None:
    """A kit is sealed with exactly what is listed in it (R28)."""
    if not listed:
        raise RuleError("There is nothing in this kit yet. Add the sealed items first.")
    missing, spare = len(set(listed) - set(scanned)), len(set(scanned) - set(listed))
    if missing or spare or len(scanned) != len(set(scanned)):
        raise RuleError(
            f"The scanned items are not the listed ones: {missing} not scanned, "
            f"{spare} not listed, {len(scanned)} scans for {len(listed)} items. "
            "Scan every item once, or note what was not taken."
        )


def check_ready_for_kit(*, unready: int) -> None:
    """Every item of the kit is sealed and added before the kit is sealed (R28)."""
    if unready:
        raise RuleError(
            f"{unready} item(s) of this kit are not in it yet. Seal and add each, or "
            "put it away by itself, before you seal the kit."
        )


def check_fits_kit(*, fits: bool) -> None:
    """Liquids and wet things do not go into the kit box."""
    if not fits:
        raise RuleError(
            "This does not go into the kit box. Put it away by itself, at the "
            "temperature it needs."
        )


def check_released_set(approved: Collection[UUID], leaving: Collection[UUID]) -> None:
    """What leaves is exactly what was approved (R14)."""
    spare = set(leaving) - set(approved)
    if spare:
        raise RuleError(
            f"{len(spare)} item(s) would leave that nobody approved: they lie in the "
            "same sealed kit. Ask for a decision on them, or release other items."
        )


def check_basis(basis: Basis, text: str) -> None:
    """Nothing leaves without a ground that can be named (R12)."""
    if not text.strip():
        raise RuleError(
            f"Name the ground on which this leaves the centre ({basis.words.lower()}): "
            "the approved line, the order with its number, or the section of the law."
        )


def check_reporting(reporting: Reporting, basis: Basis) -> None:
    """An anonymous kit leaves on a court's order alone (R13, R15)."""
    if reporting is Reporting.ANONYMOUS and basis is not Basis.COURT_ORDER:
        raise RuleError(
            "This evidence is kept without a name. It leaves the centre only on a "
            "court's order, or after the survivor has decided to report."
        )


def check_other_resolver(raiser: UUID, resolver: UUID) -> None:
    """Who raised a question does not answer it."""
    if raiser == resolver:
        raise RuleError(
            "You raised this discrepancy yourself. Somebody else resolves it."
        )


def check_words(text: str, what: str) -> None:
    """A reason is a reason, not an empty field (R27)."""
    if not text.strip():
        raise RuleError(f"Write {what}.")
