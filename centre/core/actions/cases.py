"""Opening a case and who works on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction

from centre.core import access, clock, journal, references
from centre.core.errors import RuleError
from centre.core.journal import Deed
from centre.core.models import (
    AgeBand,
    Assignment,
    Case,
    CaseClosing,
    CaseEnding,
    Centre,
    Exclusion,
    User,
    acting_role,
)
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind
from centre.vault.keys import make_case_key, make_case_keys, warm


@transaction.atomic
def open_case(*, centre: Centre, registration: str, age_band: str, by: User) -> Case:
    """Open a case under a random reference, with a key of its own."""
    at = clock.now()
    access.require(by, Permission.CASE_OPEN, centre)

    case = Case(
        reference=references.new(),
        centre=centre,
        registration=registration,
        age_band=age_band,
        opened_at=at,
        opened_by=by,
    )
    make_case_key(case.pk, centre.pk)
    case.save()
    journal.record(Kind.CASE_OPENED, by=by, on=case, at=at, row=case)
    _join(case, by, by=by, at=at)
    return case


@transaction.atomic
def open_earlier(
    *, centre: Centre, registrations: Sequence[str], at: datetime, by: User
) -> list[Case]:
    """Open one case for each of these, for things of an earlier register.

    Nobody joins a care team: what is known lies in the store, and no name is here.
    """
    access.require(by, Permission.BACKLOG_TAKE_OVER, centre)
    cases = [
        Case(
            reference=references.new(),
            centre=centre,
            registration=registration,
            age_band=AgeBand.UNKNOWN,
            opened_at=at,
            opened_by=by,
        )
        for registration in registrations
    ]
    make_case_keys([case.pk for case in cases], centre.pk)
    Case.objects.bulk_create(cases)
    warm(case.pk for case in cases)
    deeds = [Deed(Kind.CASE_OPENED, case, case, case.pk) for case in cases]
    journal.record_all(deeds, centre=centre, by=by, at=at)
    return cases


Bars = Callable[[Case], Sequence[str]]
"""What other rooms say stands against the end of a case, each as a sentence."""


@transaction.atomic
def close_case(
    *, case: Case, reason: str, words: str, bars: Bars, by: User
) -> CaseClosing:
    """Close a case nobody is expected to work on; its evidence stays as it is (R25).

    The case is held while the rooms are asked, so that nothing leaves the store in
    between.
    """
    at = clock.now()
    access.require(by, Permission.CASE_CLOSE, case)
    case = Case.objects.select_for_update().get(pk=case.pk)
    if case.is_closed:
        raise RuleError("This case is closed already. Open it again to go on with it.")
    if reason not in set(CaseEnding) - {CaseEnding.REOPENED}:
        raise RuleError("Choose why the case is closed.")
    against = bars(case)
    if against:
        raise RuleError("The case cannot be closed yet. " + " ".join(against))
    return _turn(case, reason, words, Kind.CASE_CLOSED, by=by, at=at)


@transaction.atomic
def reopen_case(*, case: Case, words: str, by: User) -> CaseClosing:
    """Open a closed case again; both acts stay on record."""
    at = clock.now()
    access.require(by, Permission.CASE_CLOSE, case)
    case = Case.objects.select_for_update().get(pk=case.pk)
    if not case.is_closed:
        raise RuleError("This case is open. There is nothing to open again.")
    if not words.strip():
        raise RuleError("Write why the case is opened again.")
    return _turn(case, CaseEnding.REOPENED, words, Kind.CASE_REOPENED, by=by, at=at)


def _turn(
    case: Case, reason: str, words: str, kind: Kind, *, by: User, at: datetime
) -> CaseClosing:
    row = CaseClosing.objects.create(
        case=case,
        number=case.closings.count() + 1,
        reason=reason,
        at=at,
        by=by,
        details={"words": words.strip()},
    )
    journal.record(kind, by=by, on=case, at=at, row=row, stream=case.pk)
    return row


@transaction.atomic
def join_care_team(*, case: Case, user: User, by: User) -> Assignment:
    """Put a person on the care team of a case."""
    at = clock.now()
    access.require(by, Permission.CARE_TEAM_JOIN, case)
    excluded = case.exclusions.filter(user=user, lifted_at__isnull=True)
    if excluded.exists():
        raise RuleError("This person is excluded from this case.")
    if not user.memberships.filter(centre=case.centre, ended_at__isnull=True).exists():
        raise RuleError("This person has no role at this centre.")
    held = case.care_team.filter(user=user, ended_at__isnull=True).first()
    return held or _join(case, user, by=by, at=at)


@transaction.atomic
def leave_care_team(*, assignment: Assignment, by: User) -> None:
    """End a person's time on the care team."""
    at = clock.now()
    access.require(by, Permission.CARE_TEAM_JOIN, assignment.case)
    assignment.ended_at = at
    assignment.save(update_fields=["ended_at"])
    _left(assignment, by=by, at=at)


@transaction.atomic
def exclude(*, case: Case, user: User, by: User) -> Exclusion:
    """Keep a person away from a case, whatever role she holds."""
    at = clock.now()
    access.require(by, Permission.EXCLUSION_ADD, case)
    exclusion, is_new = Exclusion.objects.get_or_create(
        case=case, user=user, lifted_at=None, defaults={"added_by": by, "added_at": at}
    )
    for assignment in case.care_team.filter(user=user, ended_at__isnull=True):
        assignment.ended_at = at
        assignment.save(update_fields=["ended_at"])
        _left(assignment, by=by, at=at)
    if is_new:
        facts = {"person": str(user.pk)}
        journal.record(
            Kind.EXCLUSION_ADDED, by=by, on=case, at=at, row=exclusion, facts=facts
        )
    return exclusion


def _join(case: Case, user: User, *, by: User, at: datetime) -> Assignment:
    assignment = Assignment.objects.create(
        case=case, user=user, role=acting_role(user, case.centre), started_at=at
    )
    facts = {"person": str(user.pk)}
    journal.record(
        Kind.CARE_TEAM_JOINED, by=by, on=case, at=at, row=assignment, facts=facts
    )
    return assignment


def _left(assignment: Assignment, *, by: User, at: datetime) -> None:
    facts = {"person": str(assignment.user_id)}
    journal.record(
        Kind.CARE_TEAM_LEFT,
        by=by,
        on=assignment.case,
        at=at,
        row=assignment,
        facts=facts,
    )
