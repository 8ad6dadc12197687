"""Looking at how one person's examinations were documented."""

from __future__ import annotations

from django.db import transaction

from centre.core import access, clock, journal
from centre.core.models import Centre, User
from centre.core.permissions import Permission
from centre.forensics.queries.documentation import judged
from centre.forensics.rules.documentation import Trend, trend
from centre.ledger.kinds import Kind


@transaction.atomic
def open_documentation(*, person: User, centre: Centre, by: User) -> Trend:
    """The trend of one examiner's year; that it was looked at is written down."""
    at = clock.now()
    access.require(by, Permission.DOCUMENTATION_VIEW, centre)
    what = f"documentation of {person.username}"
    journal.looked(Kind.READ, by=by, on=centre, at=at, what=what)
    return trend(judged(person, centre=centre, by=by, at=at))
