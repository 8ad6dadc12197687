"""Who she is and how she may be reached: kept in versions, opened under record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from centre.core import access, clock, journal
from centre.core.errors import RuleError
from centre.core.models import Case, User
from centre.core.permissions import Permission
from centre.intake.models import Identity, SafeContact, Version
from centre.ledger.kinds import Kind

V = TypeVar("V", bound=Version)


@transaction.atomic
def keep_identity(*, case: Case, details: Mapping[str, Any], by: User) -> Identity:
    """Keep what the survivor gave of her identity, as the next version."""
    at = clock.now()
    access.require(by, Permission.IDENTITY_KEEP, case)
    given = {name: value for name, value in details.items() if value}
    if case.registration == "anonymous" and given:
        raise RuleError(
            "This case is registered without identifiers, so none are kept. If she "
            "wants to be named now, open a new case with her."
        )
    row = _next(Identity, case, details, by=by, at=at)
    journal.record(Kind.IDENTITY_KEPT, by=by, on=case, at=at, row=row)
    return row


@transaction.atomic
def open_identity(*, case: Case, by: User) -> dict[str, Any]:
    """Open who the survivor is; this is written down."""
    access.require(by, Permission.IDENTITY_OPEN, case)
    journal.looked(Kind.READ, by=by, on=case, at=clock.now(), what="identity")
    row = Identity.objects.filter(case=case).last()
    return dict(row.details) if row else {}


@transaction.atomic
def keep_contact(*, case: Case, details: Mapping[str, Any], by: User) -> SafeContact:
    """Keep the way that is safe to reach her, as the next version."""
    at = clock.now()
    access.require(by, Permission.CONTACT_KEEP, case)
    row = _next(SafeContact, case, details, by=by, at=at)
    journal.record(Kind.CONTACT_KEPT, by=by, on=case, at=at, row=row)
    return row


@transaction.atomic
def open_contact(*, case: Case, by: User) -> dict[str, Any]:
    """Open the safe contact; this is written down."""
    access.require(by, Permission.CONTACT_OPEN, case)
    journal.looked(Kind.READ, by=by, on=case, at=clock.now(), what="safe contact")
    row = SafeContact.objects.filter(case=case).last()
    return dict(row.details) if row else {}


def _next(
    model: type[V], case: Case, details: Mapping[str, Any], *, by: User, at: datetime
) -> V:
    Case.objects.select_for_update().get(pk=case.pk)
    number = model._default_manager.filter(case=case).count() + 1
    return model._default_manager.create(
        case=case, number=number, kept_at=at, kept_by=by, details=dict(details)
    )
