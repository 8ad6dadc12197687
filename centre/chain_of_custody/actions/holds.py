"""Holds, what is missing and found again, and the condition things are in."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction

from centre.chain_of_custody.actions.docket import Told, case_of, take
from centre.chain_of_custody.actions.seals import question_seal, raise_question
from centre.chain_of_custody.models import CustodyEvent, InTransit, Location
from centre.chain_of_custody.models.climate import TemperatureReading
from centre.chain_of_custody.queries.history import Package
from centre.chain_of_custody.queries.lists import lying_at
from centre.chain_of_custody.rules import checks, climate, opening
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.discrepancies import Question
from centre.chain_of_custody.rules.moves import Move
from centre.core import access, clock, journal
from centre.core.errors import RuleError
from centre.core.models import User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind


@transaction.atomic
def place_hold(
    *,
    package: Package,
    kind: str,
    authority: str,
    review_on: date | None,
    by: User,
    note: str = "",
) -> CustodyEvent:
    """Keep a thing from ending or leaving, for whom and until it is looked at again."""
    at = clock.now()
    case = case_of(package)
    access.require(by, Permission.HOLD_PLACE, case)
    checks.check_words(authority, "the paper the hold rests on, with its date")
    opening.check_hold(
        kind, review_on, at.astimezone(ZoneInfo(case.centre.timezone)).date()
    )
    docket = take(package, by=by, at=at, told=Told(note=note))
    review = review_on.isoformat() if review_on else ""
    return docket.write(
        Move.HOLD_PLACED,
        reason_code=kind,
        details={"authority": authority.strip(), "review_on": review},
    )


@transaction.atomic
def lift_hold(*, package: Package, hold: str, reason: str, by: User) -> CustodyEvent:
    """Lift one hold, with the paper or the reason that ends it."""
    at = clock.now()
    access.require(by, Permission.HOLD_PLACE, case_of(package))
    checks.check_words(reason, "why the hold ends")
    docket = take(package, by=by, at=at, told=Told(note=reason))
    placed = {str(key): key for key in docket.standing.holds}
    if hold not in placed:
        raise RuleError("This hold does not stand, or was lifted already.")
    return docket.write(Move.HOLD_LIFTED, about_id=placed[hold])


@transaction.atomic
def declare_missing(
    *, package: Package, last_seen: str, searches: str, notified: str, by: User
) -> CustodyEvent:
    """Say that a thing cannot be found: where it was last, what was done, who knows."""
    at = clock.now()
    access.require(by, Permission.MISSING_DECLARE, case_of(package))
    checks.check_words(last_seen, "where and when it was seen last")
    checks.check_words(searches, "where it was looked for")
    checks.check_words(notified, "who was told")
    docket = take(package, by=by, at=at, told=Told(note=searches))
    event = docket.write(
        Move.MISSING_DECLARED,
        place_from_id=docket.standing.place,
        seal_before=docket.standing.seal,
        details={"last_seen": last_seen.strip(), "notified": notified.strip()},
    )
    InTransit.objects.filter(**{package.thing.value: package}).delete()
    raise_question(docket, Question.NOT_WHERE_RECORDED, last_seen, about=event)
    return event


@transaction.atomic
def find_again(*, package: Package, where: str, seen: Seen, by: User) -> CustodyEvent:
    """Write that a missing thing was found, where, and how its seal looks."""
    at = clock.now()
    access.require(by, Permission.MISSING_DECLARE, case_of(package))
    checks.check_words(where, "where it was found")
    docket = take(package, by=by, at=at, told=Told(note=where))
    checks.check_move(Move.FOUND, docket.standing)
    number, condition = checks.seal_seen(seen, docket.standing.seal)
    event = docket.write(
        Move.FOUND,
        seal_before=docket.standing.seal,
        seal_after=number,
        seal_condition=condition,
        package_condition=seen.package,
    )
    question_seal(docket, condition, seen.package, about=event)
    return event


@transaction.atomic
def log_condition(
    *, package: Package, reading: str, sensor: str, action: str, by: User
) -> CustodyEvent:
    """Write down the temperature a thing is at; outside its range it is in question."""
    at = clock.now()
    access.require(by, Permission.CONDITION_LOG, case_of(package))
    docket = take(package, by=by, at=at, told=Told(note=action))
    lies_at = docket.standing.place
    place = Location.objects.get(pk=lies_at) if lies_at else None
    found = climate.celsius(reading)
    fits = climate.is_in_range(place.storage_class if place else "", found)
    climate.check_action(in_range=fits, action=action)
    event = docket.write(
        Move.CONDITION_LOGGED,
        place=place,
        storage_class=place.storage_class if place else "",
        reason_code="" if fits else "out_of_range",
        details={"temperature": f"{found} °C", "sensor": sensor.strip()},
    )
    if not fits:
        raise_question(docket, Question.TEMPERATURE, action, about=event)
    return event


@transaction.atomic
def read_temperature(
    *, place: Location, reading: str, sensor: str, action: str, by: User
) -> TemperatureReading:
    """Read a place's thermometer; an excursion questions everything that lies there."""
    at = clock.now()
    access.require(by, Permission.CONDITION_LOG, place.centre)
    found = climate.celsius(reading)
    fits = climate.is_in_range(place.storage_class, found)
    climate.check_action(in_range=fits, action=action)
    row = TemperatureReading.objects.create(
        location=place,
        celsius=found,
        is_in_range=fits,
        sensor=sensor.strip(),
        action=action.strip(),
        read_at=at,
        read_by=by,
    )
    journal.record(
        Kind.TEMPERATURE_READ, by=by, on=place.centre, at=at, row=row, stream=place.pk
    )
    if not fits:
        for package in lying_at(place):
            _question(package, place, f"{found} °C", action, by)
    return row


def _question(
    package: Package, place: Location, reading: str, action: str, by: User
) -> None:
    docket = take(package, by=by, at=clock.now(), told=Told(note=action))
    event = docket.write(
        Move.CONDITION_LOGGED,
        place=place,
        storage_class=place.storage_class,
        reason_code="out_of_range",
        details={"temperature": reading},
    )
    raise_question(docket, Question.TEMPERATURE, action, about=event)
