"""Appointments: made, and later noted as kept or missed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from centre.core import access, clock, journal, references
from centre.core.models import Case, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind
from centre.support.models import Appointment, AppointmentResult, Referral
from centre.support.rules import referrals as rules


@transaction.atomic
def make_appointment(
    *,
    case: Case,
    starts_at: datetime,
    details: Mapping[str, Any],
    by: User,
    referral: Referral | None = None,
) -> Appointment:
    """Agree a time and place with the survivor."""
    at = clock.now()
    access.require(by, Permission.APPOINTMENT_MAKE, case)
    rules.check_starts(starts_at, at=at)
    appointment = Appointment.objects.create(
        case=case,
        reference=references.new(),
        referral=referral,
        starts_at=starts_at,
        details=dict(details),
        made_by=by,
        made_at=at,
    )
    journal.record(
        Kind.APPOINTMENT_MADE,
        by=by,
        on=case,
        at=at,
        row=appointment,
        stream=appointment.pk,
    )
    return appointment


@transaction.atomic
def open_appointment(*, appointment: Appointment, by: User) -> Appointment:
    """Open an appointment to read it; this is written down."""
    access.require(by, Permission.PLAN_OPEN, appointment.case)
    what = f"appointment {appointment}"
    journal.looked(Kind.READ, by=by, on=appointment.case, at=clock.now(), what=what)
    return appointment


@transaction.atomic
def note_appointment(
    *, appointment: Appointment, was_kept: bool, by: User
) -> AppointmentResult:
    """Note whether an appointment took place."""
    at = clock.now()
    access.require(by, Permission.APPOINTMENT_MAKE, appointment.case)
    Appointment.objects.select_for_update().get(pk=appointment.pk)
    noted = AppointmentResult.objects.filter(appointment=appointment).exists()
    rules.check_result(starts_at=appointment.starts_at, has_result=noted, at=at)
    result = AppointmentResult.objects.create(
        appointment=appointment, was_kept=was_kept, noted_by=by, noted_at=at
    )
    kind = Kind.APPOINTMENT_KEPT if was_kept else Kind.APPOINTMENT_MISSED
    journal.record(
        kind,
        by=by,
        on=appointment.case,
        at=at,
        row=result,
        stream=appointment.pk,
    )
    return result
