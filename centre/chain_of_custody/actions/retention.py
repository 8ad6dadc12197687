"""Until when evidence is kept: set by policy, extended by people, never shortened."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction

from centre.chain_of_custody.actions.docket import Docket, Told, case_of, take
from centre.chain_of_custody.models import Retention
from centre.chain_of_custody.queries.disposal import (
    computed,
    reporting_of,
    retention_of,
    undated,
)
from centre.chain_of_custody.queries.history import Package, history
from centre.chain_of_custody.retention import policies
from centre.chain_of_custody.rules import retention as rules
from centre.chain_of_custody.rules.checks import check_words
from centre.chain_of_custody.rules.fold import Standing
from centre.chain_of_custody.rules.moves import Move, Thing
from centre.chain_of_custody.rules.retention import Notice, Policy
from centre.core import access, clock, journal
from centre.core.errors import RuleError
from centre.core.models import Centre, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind

MOST_AT_ONCE: Final = 200


@transaction.atomic
def set_retention(*, package: Package, by: User, note: str = "") -> Retention:
    """Compute the date by the policies in force; a later one replaces the old one."""
    at = clock.now()
    case = case_of(package)
    access.require(by, Permission.RETENTION_SET, case)
    docket = take(package, by=by, at=at, told=Told(note=note))
    _check_alone(docket.standing)
    found = computed(package, case, history(package), at)
    held = retention_of(package)
    until = rules.later(held.until if held else None, found.until)
    if until is None:
        raise RuleError(
            "The date by the policies is not later than the one that stands. It stays."
        )
    return _write(docket, Move.RETENTION_SET, until, found.policy, {})


@transaction.atomic
def set_by_policy(*, centre: Centre, by: User) -> int:
    """Give every kit and loose item in store that has none its date; say how many."""
    access.require(by, Permission.RETENTION_SET, centre)
    waiting = undated(centre, by)[:MOST_AT_ONCE]
    for package in waiting:
        set_retention(package=package, by=by)
    return len(waiting)


@transaction.atomic
def extend_retention(
    *, package: Package, until: date, asked_by: str, reason: str, by: User
) -> Retention:
    """Keep a thing longer, as the survivor, a court or the centre wishes."""
    at = clock.now()
    case = case_of(package)
    access.require(by, Permission.RETENTION_EXTEND, case)
    check_words(reason, "why it is kept longer")
    check_words(asked_by, "who asked for it")
    docket = take(package, by=by, at=at, told=Told(note=reason))
    _check_alone(docket.standing)
    held = retention_of(package)
    today = at.astimezone(ZoneInfo(case.centre.timezone)).date()
    rules.check_extension(until, held=held.until if held else None, today=today)
    policy = _policy_of(held, package, at)
    return _write(
        docket, Move.RETENTION_EXTENDED, until, policy, {"asked_by": asked_by.strip()}
    )


def _policy_of(held: Retention | None, package: Package, at: datetime) -> Policy:
    if held is not None:
        return policies(held.edition).named(held.policy)
    return computed(package, case_of(package), history(package), at).policy


def _check_alone(standing: Standing) -> None:
    if standing.thing is Thing.ITEM and standing.is_in_kit:
        raise RuleError(
            "This item lies in a kit and is kept as long as it. Set the kit's date."
        )


def _write(
    docket: Docket, move: Move, until: date, policy: Policy, details: dict[str, Any]
) -> Retention:
    edition = policies().version
    event = docket.write(
        move,
        reason_code=policy.code,
        details={**details, "until": until.isoformat(), "edition": edition},
    )
    package = docket.package
    row = Retention.objects.create(
        event=event,
        case=docket.case,
        until=until,
        policy=policy.code,
        edition=edition,
        notice=Notice(policy.notice),
        reporting=reporting_of(docket.case, docket.at),
        **{package.thing.value: package},
    )
    journal.record(
        Kind(move), by=docket.by, on=docket.case, at=docket.at, row=row, stream=row.pk
    )
    return row
