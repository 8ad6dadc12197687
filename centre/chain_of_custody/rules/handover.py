"""What a hand-over needs: the exact set, who stands there, how long it may take.

Each question is decided on plain values; the acts around it ask the policy and write.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from centre.chain_of_custody.rules.moves import Move
from centre.core.errors import RuleError

BY_HAND: Final = timedelta(hours=2)
BY_COURIER: Final = timedelta(hours=72)
"""So long a receiver may take to confirm where nothing else was agreed."""

STROKES_MOST: Final = 200
POINTS_MOST: Final = 4_000
SIDE: Final = 1_000
"""A drawn signature is kept on a square of this many steps a side."""


class Method(StrEnum):
    """How somebody without an account put her sign under a hand-over."""

    DRAWN = "drawn"
    THUMB = "thumb"
    PAPER = "paper"

    @property
    def words(self) -> str:
        """As pages and papers say it."""
        return {
            Method.DRAWN: "Drawn on the screen",
            Method.THUMB: "Name typed, mark or thumb print before the witness",
            Method.PAPER: "Signed on paper, its scan is kept",
        }[self]


class Identity(StrEnum):
    """Which paper showed who somebody is."""

    SERVICE_CARD = "service_card"
    NATIONAL_ID = "national_id"
    PASSPORT = "passport"
    STAFF_CARD = "staff_card"
    DRIVING_LICENCE = "driving_licence"
    OTHER = "other"

    @property
    def words(self) -> str:
        """As pages and papers say it."""
        return {
            Identity.SERVICE_CARD: "Service card of the police",
            Identity.NATIONAL_ID: "National identity card",
            Identity.PASSPORT: "Passport",
            Identity.STAFF_CARD: "Staff card of the organisation",
            Identity.DRIVING_LICENCE: "Driving licence",
            Identity.OTHER: "Another official paper",
        }[self]


class Refused(StrEnum):
    """Why a receiver does not accept what is brought to her."""

    SEAL_NOT_INTACT = "seal_not_intact"
    SEAL_DIFFERS = "seal_differs"
    PACKAGE_DAMAGED = "package_damaged"
    LEAKING = "leaking"
    LABEL_WRONG = "label_wrong"
    PAPERS_MISSING = "papers_missing"
    TEMPERATURE = "temperature"
    NOT_FOR_US = "not_for_us"
    ITEM_MISSING = "item_missing"

    @property
    def words(self) -> str:
        """As pages and papers say it."""
        return {
            Refused.SEAL_NOT_INTACT: "The seal is damaged or missing",
            Refused.SEAL_DIFFERS: "The seal bears another number",
            Refused.PACKAGE_DAMAGED: "The package is damaged",
            Refused.LEAKING: "The package leaks",
            Refused.LABEL_WRONG: "The label is missing or wrong",
            Refused.PAPERS_MISSING: "The papers are missing or do not fit",
            Refused.TEMPERATURE: "It arrived too warm or too cold",
            Refused.NOT_FOR_US: "It is not meant for us",
            Refused.ITEM_MISSING: "Something of it is missing",
        }[self]


class Leg(StrEnum):
    """How far a hand-over got, as its events tell."""

    RELEASED = "released"
    PICKED_UP = "picked_up"
    REFUSED = "refused"
    RECEIVED = "received"
    HANDED_OUT = "handed_out"
    CANCELLED = "cancelled"
    ELSEWHERE = "elsewhere"

    @property
    def words(self) -> str:
        """As pages say it."""
        return {
            Leg.RELEASED: "Released, waits for the receiver",
            Leg.PICKED_UP: "With the courier",
            Leg.REFUSED: "Not accepted, on its way back",
            Leg.RECEIVED: "Received",
            Leg.HANDED_OUT: "Handed out",
            Leg.CANCELLED: "Cancelled",
            Leg.ELSEWHERE: "Turned up elsewhere",
        }[self]


class Side(StrEnum):
    """Who looks at a hand-over."""

    GIVER = "giver"
    RECEIVER = "receiver"
    STORE = "store"
    NONE = "none"


@dataclass(frozen=True)
class ScanFault:
    """What was scanned and is not of the set, and what was not scanned."""

    spare: tuple[str, ...]
    missing: tuple[str, ...]


def scan_fault(wanted: Collection[str], scanned: Iterable[str]) -> ScanFault | None:
    """How far the scans are from the exact set; None if they are it."""
    read = set(scanned)
    spare = tuple(sorted(read - set(wanted)))
    missing = tuple(sorted(set(wanted) - read))
    return ScanFault(spare, missing) if spare or missing else None


def check_scan_set(names: Mapping[str, str], scanned: Iterable[str]) -> None:
    """The scans are exactly the approved set, or nothing moves (R14, R28).

    `names` gives, by code, how a package of the set is called.
    """
    fault = scan_fault(names, scanned)
    if fault is None:
        return
    said = []
    if fault.spare:
        said.append(f"Not part of this hand-over: {', '.join(fault.spare)}.")
    if fault.missing:
        named = ", ".join(names[code] for code in fault.missing)
        said.append(f"Not scanned yet: {named}.")
    raise RuleError(
        f"Nothing was handed over. {' '.join(said)} Put aside what does not belong "
        "here, scan the rest, or ask for a decision on a new line."
    )


def check_refusal(reason: str) -> Refused:
    """A refusal names its reason from the list (R27)."""
    if reason not in set(Refused):
        raise RuleError("Choose why you do not accept it.")
    return Refused(reason)


def check_identity(kind: str, last4: str) -> None:
    """Which paper was shown, and the last four signs of its number; never more."""
    if kind not in set(Identity):
        raise RuleError("Choose which identity paper was shown.")
    signs = "".join(c for c in last4 if c.isalnum())
    if len(signs) != 4 or signs != last4.strip():  # noqa: PLR2004 - the last four
        raise RuleError("Type the last four signs of the identity paper, no more.")


def check_signature(method: str, strokes: Sequence[Any]) -> Method:
    """A sign under the hand-over: drawn, or made otherwise before the witness."""
    if method not in set(Method):
        raise RuleError("Say how the receiver signs.")
    chosen = Method(method)
    if chosen is Method.DRAWN and not strokes:
        raise RuleError(
            "Nothing is drawn yet. Let the receiver sign in the box, or choose the "
            "mark or thumb print before the witness."
        )
    if chosen is not Method.DRAWN and strokes:
        raise RuleError("Choose one way to sign, not two.")
    _check_strokes(strokes)
    return chosen


def check_same_session(giver: str, receiver: str) -> None:
    """Two sides never sign within one sign-in session of one device (R3)."""
    if giver and giver == receiver:
        raise RuleError(
            "Both sides cannot sign in one session on one device. Let the first person "
            "sign out; then the second signs in and goes on."
        )


def check_not_picked_up(*, is_picked_up: bool) -> None:
    """What a courier carries is no longer taken back by a word."""
    if is_picked_up:
        raise RuleError(
            "A courier carries this already, so it cannot be cancelled. Receive it "
            "back when it returns, or declare it missing."
        )


def leg_of(moves: Collection[str], *, is_open: bool) -> Leg:
    """How far a hand-over got, from the moves made under it."""
    ended = (
        (Move.TRANSFER_CANCELLED, Leg.CANCELLED),
        (Move.HANDED_OUT, Leg.HANDED_OUT),
        (Move.RECEIVED, Leg.RECEIVED),
    )
    if not is_open:
        found = (leg for move, leg in ended if move in moves)
        return next(found, Leg.ELSEWHERE)
    if Move.RECEIPT_REFUSED in moves:
        return Leg.REFUSED
    return Leg.PICKED_UP if Move.PICKED_UP in moves else Leg.RELEASED


def steps_of(
    leg: Leg, side: Side, *, has_account: bool, is_back: bool
) -> tuple[str, ...]:
    """What this side may do next, by the words of the pages."""
    if side is Side.RECEIVER and leg in {Leg.RELEASED, Leg.PICKED_UP}:
        return ("receive", "refuse")
    if side is Side.GIVER and leg is Leg.RELEASED:
        first = () if has_account or is_back else ("hand-out",)
        return (*first, "pick-up", "cancel")
    is_coming = leg is Leg.REFUSED or (is_back and leg in {Leg.RELEASED, Leg.PICKED_UP})
    if is_coming and side in {Side.STORE, Side.GIVER}:
        return () if is_back and side is Side.GIVER else ("take-back",)
    return ()


def due_at(
    released_at: datetime, expected_at: datetime | None, *, is_by_courier: bool
) -> datetime:
    """Until when the receiver confirms: as agreed, else two or seventy-two hours."""
    patience = BY_COURIER if is_by_courier else BY_HAND
    return max(expected_at or released_at, released_at + patience)


def _check_strokes(strokes: Sequence[Any]) -> None:
    points = sum(len(stroke) for stroke in strokes)
    if len(strokes) > STROKES_MOST or points > POINTS_MOST:
        raise RuleError("This signature is too long to keep. Clear the box and sign.")
    for stroke in strokes:
        for point in stroke:
            if not _is_point(point):
                raise RuleError("The signature cannot be read. Clear the box and sign.")


def _is_point(point: Any) -> bool:
    return (
        isinstance(point, list)
        and len(point) == 2  # noqa: PLR2004 - across and down
        and all(type(n) is int and 0 <= n <= SIDE for n in point)
    )
