"""Reading the access log is itself an act that is noted."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from centre.core import access, clock, journal, references
from centre.core.models import AccessNote, Centre, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind


@transaction.atomic
def open_access_log(
    *, centre: Centre, reference: str, by: User
) -> QuerySet[AccessNote]:
    """The access notes of a centre, or of one of its cases; newest first."""
    access.require(by, Permission.ACCESS_LOG_VIEW, centre)
    journal.looked(Kind.READ, by=by, on=centre, at=clock.now(), what="access log")
    notes = AccessNote.objects.filter(centre=centre).select_related("user", "case")
    if reference:
        notes = notes.filter(case__reference=references.normalise(reference))
    return notes
