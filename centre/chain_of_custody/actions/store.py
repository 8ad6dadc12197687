"""Keeping: places, putting away, moving, checking out and in, looking at seals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from centre.chain_of_custody.actions.docket import (
    Docket,
    Told,
    case_of,
    snapshot,
    take,
)
from centre.chain_of_custody.actions.seals import counterpart_of, question_seal
from centre.chain_of_custody.catalogue import catalogue
from centre.chain_of_custody.models import CustodyEvent, Item, Location
from centre.chain_of_custody.models.places import PlaceKind
from centre.chain_of_custody.queries.history import Package, contents
from centre.chain_of_custody.rules import checks, opening
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.codes import new_code
from centre.chain_of_custody.rules.moves import Move
from centre.core import access, clock, journal
from centre.core.errors import RuleError
from centre.core.models import Centre, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind

REASON_NEEDED = "why it is moved"


@dataclass(frozen=True)
class Climate:
    """The temperature read at put-away, and why an unfit place was chosen."""

    temperature: str = ""
    unfit_reason: str = ""


@transaction.atomic
def open_location(
    *,
    centre: Centre,
    name: str,
    kind: str,
    by: User,
    parent: Location | None = None,
    storage_class: str = "",
) -> Location:
    """Open a place in the store; without a class of its own it has its parent's."""
    at = clock.now()
    access.require(by, Permission.LOCATION_OPEN, centre)
    checks.check_words(name, "a name for the place")
    if kind not in PlaceKind.values:
        raise RuleError("Choose what kind of place it is.")
    if parent is not None and parent.centre_id != centre.pk:
        raise RuleError("That place belongs to another centre.")
    named = Location.objects.filter(centre=centre, parent=parent, name=name.strip())
    if named.exists():
        raise RuleError("There is a place of this name there already.")

    place = Location.objects.create(
        code=new_code(),
        centre=centre,
        parent=parent,
        kind=kind,
        name=name.strip(),
        storage_class=_class_of(storage_class, parent),
        opened_at=at,
        opened_by=by,
    )
    journal.record(
        Kind.LOCATION_OPENED, by=by, on=centre, at=at, row=place, stream=place.pk
    )
    return place


@transaction.atomic
def store(
    *,
    package: Package,
    place: Location,
    by: User,
    climate: Climate | None = None,
    occurred_at: datetime | None = None,
    late_reason: str = "",
    note: str = "",
) -> CustodyEvent:
    """Put a sealed kit or item away at a scanned place."""
    at = clock.now()
    access.require(by, Permission.ITEM_STORE, case_of(package))
    docket = take(package, by=by, at=at, told=Told(occurred_at, late_reason, note))
    opening.check_sealed_first(docket.standing)
    checks.check_move(Move.STORED, docket.standing)
    return _lay(docket, Move.STORED, place, climate or Climate())


@transaction.atomic
def move(
    *,
    package: Package,
    place: Location,
    reason: str,
    by: User,
    climate: Climate | None = None,
    occurred_at: datetime | None = None,
    late_reason: str = "",
) -> CustodyEvent:
    """Move something from one place of the store to another, with the reason."""
    at = clock.now()
    access.require(by, Permission.ITEM_MOVE, case_of(package))
    checks.check_words(reason, REASON_NEEDED)
    docket = take(package, by=by, at=at, told=Told(occurred_at, late_reason, reason))
    checks.check_move(Move.MOVED, docket.standing)
    if docket.standing.place == place.pk:
        raise RuleError("It lies there already.")
    return _lay(docket, Move.MOVED, place, climate or Climate())


@transaction.atomic
def check_out(
    *,
    package: Package,
    taker: User,
    reason: str,
    by: User,
    due_back_at: datetime | None = None,
) -> CustodyEvent:
    """Give something from the store to a colleague for a while."""
    at = clock.now()
    case = case_of(package)
    access.require(by, Permission.ITEM_CHECK_OUT, case)
    checks.check_two_people(by.pk, taker.pk)
    checks.check_words(reason, "what it is taken for")
    posts = taker.memberships.filter(centre=case.centre, ended_at__isnull=True)
    if not posts.exists():
        raise RuleError("Only people of this centre take something from its store.")
    if due_back_at is not None and due_back_at <= at:
        raise RuleError("The time it is due back lies in the past.")

    docket = take(package, by=by, at=at, told=Told(note=reason))
    due = due_back_at.isoformat() if due_back_at else ""
    return docket.write(
        Move.CHECKED_OUT,
        counterpart=taker,
        place_from_id=docket.standing.place,
        seal_before=docket.standing.seal,
        details={"taker": snapshot(taker, docket.centre), "due_back_at": due},
    )


@transaction.atomic
def check_in(
    *,
    package: Package,
    place: Location,
    seen: Seen,
    by: User,
    climate: Climate | None = None,
    note: str = "",
) -> CustodyEvent:
    """Take something back into the store, after looking at its seal."""
    at = clock.now()
    access.require(by, Permission.ITEM_CHECK_OUT, case_of(package))
    docket = take(package, by=by, at=at, told=Told(note=note))
    checks.check_move(Move.CHECKED_IN, docket.standing)
    return _lay(docket, Move.CHECKED_IN, place, climate or Climate(), seen=seen)


@transaction.atomic
def check_seal(
    *,
    package: Package,
    seen: Seen,
    by: User,
    occurred_at: datetime | None = None,
    late_reason: str = "",
    note: str = "",
) -> CustodyEvent:
    """Look at a seal and write down what was seen; a fault raises a discrepancy."""
    at = clock.now()
    access.require(by, Permission.SEAL_CHECK, case_of(package))
    docket = take(package, by=by, at=at, told=Told(occurred_at, late_reason, note))
    number, condition = checks.seal_seen(seen, docket.standing.seal)
    event = docket.write(
        Move.SEAL_CHECKED,
        seal_before=docket.standing.seal,
        seal_after=number,
        seal_condition=condition,
        package_condition=seen.package,
    )
    question_seal(docket, condition, seen.package, about=event)
    return event


def _lay(
    docket: Docket,
    step: Move,
    place: Location,
    climate: Climate,
    *,
    seen: Seen | None = None,
) -> CustodyEvent:
    """Write that a thing now lies at a place that is fit for it, or why it does."""
    if place.centre_id != docket.case.centre_id:
        raise RuleError("That place belongs to another centre.")
    _check_fit(docket.package, place, climate)
    columns: dict[str, Any] = {"seal_before": docket.standing.seal}
    condition = None
    if seen is not None:
        number, condition = checks.seal_seen(seen, docket.standing.seal)
        columns |= {
            "seal_after": number,
            "seal_condition": condition,
            "package_condition": seen.package,
        }
    event = docket.write(
        step,
        place=place,
        place_from_id=docket.standing.place,
        storage_class=place.storage_class,
        counterpart=counterpart_of(docket),
        reason_code="unfit_place" if climate.unfit_reason.strip() else "",
        details={
            "temperature": climate.temperature.strip(),
            "unfit_reason": climate.unfit_reason.strip(),
        },
        **columns,
    )
    if seen is not None and condition is not None:
        question_seal(docket, condition, seen.package, about=event)
    return event


def _check_fit(package: Package, place: Location, climate: Climate) -> None:
    accepted = accepted_classes(package)
    words = " or ".join(catalogue().words_of_class(c).lower() for c in accepted)
    checks.check_storage(
        accepted, place.storage_class, needed=words, reason=climate.unfit_reason
    )


def accepted_classes(package: Package) -> list[str]:
    """The storage classes in which everything in a package may lie, best first."""
    inside = [package] if isinstance(package, Item) else contents(package)
    lists = [item.kind.storage for item in inside if item.kind.storage]
    if not lists:
        return []
    return [c for c in lists[0] if all(c in other for other in lists)]


def _class_of(asked: str, parent: Location | None) -> str:
    if asked and asked not in catalogue().classes:
        raise RuleError("Choose one of the storage classes.")
    if not asked and parent is None:
        raise RuleError("A place without a place around it needs a storage class.")
    return asked or (parent.storage_class if parent else "")
