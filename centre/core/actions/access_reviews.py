"""Going through who has access: a word about everybody, kept and on the record."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from centre.core import access, access_reviews, clock, journal
from centre.core.models import AccessReview, Centre, User
from centre.core.permissions import Permission
from centre.ledger import canonical
from centre.ledger.kinds import Kind


@transaction.atomic
def review_access(
    *, centre: Centre, verdicts: Mapping[UUID, str], by: User
) -> AccessReview:
    """Say of each role somebody else holds whether it is still right.

    It ends nothing: what is not right stands on the work list of who ends roles.
    """
    at = clock.now()
    access.require(by, Permission.ACCESS_REVIEW, centre)
    Centre.objects.select_for_update().get(pk=centre.pk)
    asked = access_reviews.posts(centre).exclude(user=by).values_list("pk", flat=True)
    access_reviews.check_verdicts(verdicts, set(asked))
    told = {str(key): str(word) for key, word in verdicts.items()}
    row = AccessReview.objects.create(
        centre=centre,
        verdicts=canonical.encode(told).decode(),
        reviewed_at=at,
        reviewed_by=by,
    )
    journal.record(Kind.ACCESS_REVIEWED, by=by, on=centre, at=at, row=row)
    return row
