"""A request kept while it is being written; only its writer sees it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from centre.chain_of_custody.models.request_steps import RequestDraft
from centre.core import access, clock, journal
from centre.core.errors import AccessError
from centre.core.models import Centre, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind


@transaction.atomic
def keep_draft(
    *,
    centre: Centre,
    content: Mapping[str, Any],
    by: User,
    draft: RequestDraft | None = None,
) -> RequestDraft:
    """Keep what is written so far, valid or not."""
    at = clock.now()
    access.require(by, Permission.EVIDENCE_REQUEST, centre)
    kept = draft or RequestDraft(centre=centre, written_by=by)
    if kept.written_by_id != by.pk:
        raise AccessError(by, Permission.EVIDENCE_REQUEST, centre)
    kept.content, kept.kept_at = dict(content), at
    kept.save()
    _note(centre, by, at, "kept")
    return kept


@transaction.atomic
def drop_draft(*, draft: RequestDraft, by: User) -> None:
    """Throw a draft away; nothing of it was ever sent."""
    at = clock.now()
    access.require(by, Permission.EVIDENCE_REQUEST, draft.centre)
    if draft.written_by_id != by.pk:
        raise AccessError(by, Permission.EVIDENCE_REQUEST, draft.centre)
    draft.delete()
    _note(draft.centre, by, at, "thrown away")


def _note(centre: Centre, by: User, at: datetime, done: str) -> None:
    """A draft is not part of the record; that it was worked on is noted."""
    journal.looked(Kind.READ, by=by, on=centre, at=at, what=f"Draft, {done}")
