"""The court: evidence produced there, given back, or kept by it."""

from __future__ import annotations

from django.db import transaction

from centre.chain_of_custody.actions.docket import Told, case_of, take
from centre.chain_of_custody.models import CustodyEvent
from centre.chain_of_custody.queries.history import Package
from centre.chain_of_custody.rules import checks
from centre.chain_of_custody.rules.laboratory import check_given
from centre.chain_of_custody.rules.moves import Move
from centre.core import access, clock
from centre.core.models import User
from centre.core.permissions import Permission


@transaction.atomic
def produce_in_court(  # noqa: PLR0913 - a court names these parts
    *,
    package: Package,
    court: str,
    case_no: str,
    exhibit: str,
    order: str,
    officer: str,
    seal: str,
    by: User,
    note: str = "",
) -> CustodyEvent:
    """Produce a thing from the store to a court, on its order, under the same seal."""
    at = clock.now()
    access.require(by, Permission.COURT_PRODUCE, case_of(package))
    for text, what in (
        (court, "the court"),
        (case_no, "the number of the court's case"),
        (order, "the number and date of the court's order"),
        (officer, "the name of the officer who takes it"),
    ):
        check_given(text, what)
    docket = take(package, by=by, at=at, told=Told(note=note))
    checks.check_move(Move.COURT_PRODUCED, docket.standing)
    checks.check_unquestioned(docket.standing)
    number = checks.check_seal_stated(seal, docket.standing)
    return docket.write(
        Move.COURT_PRODUCED,
        place_from_id=docket.standing.place,
        seal_before=number,
        seal_after=number,
        details={
            "court": court,
            "case_no": case_no,
            "exhibit": exhibit,
            "order": order,
            "officer": officer,
        },
    )


@transaction.atomic
def return_from_court(
    *, package: Package, seal: str, order: str, by: User, note: str = ""
) -> CustodyEvent:
    """Take a thing back from court; its seal is read again."""
    at = clock.now()
    access.require(by, Permission.COURT_PRODUCE, case_of(package))
    docket = take(package, by=by, at=at, told=Told(note=note))
    checks.check_move(Move.COURT_RETURNED, docket.standing)
    number = checks.check_seal_stated(seal, docket.standing)
    return docket.write(
        Move.COURT_RETURNED,
        seal_before=number,
        seal_after=number,
        details={"order": order},
    )


@transaction.atomic
def note_retained_by_court(
    *, package: Package, order: str, by: User, note: str = ""
) -> CustodyEvent:
    """Write down that the court keeps a thing, on which order."""
    at = clock.now()
    access.require(by, Permission.COURT_PRODUCE, case_of(package))
    check_given(order, "the number and date of the court's order")
    docket = take(package, by=by, at=at, told=Told(note=note))
    return docket.write(Move.COURT_RETAINED, details={"order": order})
