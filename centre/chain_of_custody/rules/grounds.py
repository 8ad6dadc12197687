"""On what ground a line rests, and whether that ground holds at a moment.

Exactly one ground a line. An order names its number, its authority and its date and
may run out; a statute is a citation from the table of the jurisdiction; an emergency
is decided by the coordinator and reviewed by somebody else within 72 hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from centre.chain_of_custody.rules.checks import ORDERS, Basis
from centre.core.errors import RuleError

REVIEW_WITHIN: Final = timedelta(hours=72)


class Scope(StrEnum):
    """What one line asks for."""

    ITEM = "item"
    TYPE = "type"
    ALL = "all"
    DOCUMENT = "document"

    @property
    def words(self) -> str:
        """As the form says it."""
        return {
            Scope.ITEM: "One item",
            Scope.TYPE: "Every item of one kind",
            Scope.ALL: "All forensic items",
            Scope.DOCUMENT: "A document",
        }[self]


class Requester(StrEnum):
    """Who asks."""

    INVESTIGATOR = "investigator"
    PROSECUTOR = "prosecutor"
    COURT = "court"
    DEFENCE = "defence"
    CENTRE = "centre"

    @property
    def words(self) -> str:
        """As the form says it."""
        return {
            Requester.INVESTIGATOR: "Police investigator",
            Requester.PROSECUTOR: "Prosecutor",
            Requester.COURT: "Court",
            Requester.DEFENCE: "Defence, through the court",
            Requester.CENTRE: "Another centre",
        }[self]


CONSENT_ITEMS: Final[dict[Scope, str]] = {
    Scope.ITEM: "C18",
    Scope.TYPE: "C18",
    Scope.ALL: "C18",
    Scope.DOCUMENT: "C17",
}
"""Which decision of the survivor covers a line: samples and papers are two."""

ANALYSIS: Final = "analysis"
ANALYSIS_ITEM: Final = "C22"
PURPOSES: Final = ("investigation", "analysis", "court")
"""What evidence is asked for; each is a decision of the survivor of its own."""


def consent_item(scope: str, purpose: str) -> str:
    """The decision a line rests on when it rests on consent."""
    return ANALYSIS_ITEM if purpose == ANALYSIS else CONSENT_ITEMS[Scope(scope)]


def check_purpose(number: int, purpose: str) -> None:
    """A line is asked for one purpose of the list."""
    if purpose not in PURPOSES:
        raise RuleError(f"Line {number}: choose what the evidence is for.")


def check_line(number: int, basis: Basis, told: Mapping[str, Any]) -> None:
    """A line names one ground, and all that this ground needs (R12)."""
    if basis is Basis.CONSENT:
        return
    if not str(told.get("basis_reference", "")).strip():
        raise RuleError(
            f"Line {number}: give the number and date of the order, or the section "
            "of the law. Without it the line rests on nothing."
        )
    if basis in ORDERS:
        _check_order(number, told)


def _check_order(number: int, told: Mapping[str, Any]) -> None:
    dated, until = told.get("dated_on"), told.get("valid_until")
    if not dated or not str(told.get("authority", "")).strip():
        raise RuleError(
            f"Line {number}: an order names its court or authority and its date. "
            "Write both, as they stand on the paper."
        )
    if until and until < dated:
        raise RuleError(
            f"Line {number}: the order ends before its own date. Check both."
        )


def check_requester(kind: str, bases: Mapping[int, Basis]) -> None:
    """The defence asks through the court, never by itself."""
    if kind != Requester.DEFENCE:
        return
    for number, basis in bases.items():
        if basis not in ORDERS:
            raise RuleError(
                f"Line {number}: the defence asks through the court. Give the court's "
                "order, or send the request back to the defence."
            )


def check_in_force(basis: Basis, told: Mapping[str, Any], today: date) -> None:
    """An order counts from its day to its last day, and not a day longer (R12)."""
    if basis not in ORDERS:
        return
    dated, until = told.get("dated_on"), told.get("valid_until")
    if dated and today < date.fromisoformat(dated):
        raise RuleError("This order is dated ahead, so nothing rests on it yet.")
    if until and today > date.fromisoformat(until):
        raise RuleError(
            "This order has run out. Nothing leaves on it; ask the requester for a "
            "new one."
        )
