"""Counselling notes: written once, opened by their author and her supervisor."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from centre.core import access, clock, journal, references
from centre.core.errors import AccessError, RuleError
from centre.core.models import Case, Centre, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind
from centre.support.models import SessionNote, Supervision
from centre.support.queries import sessions as queries
from centre.support.rules import sessions as rules


@transaction.atomic
def note_session(
    *,
    case: Case,
    held_at: datetime,
    minutes: int,
    mode: str,
    content: str,
    by: User,
) -> SessionNote:
    """Write the note of a session; it is never changed again."""
    at = clock.now()
    access.require(by, Permission.SESSION_NOTE, case)
    rules.check_note(content=content, held_at=held_at, minutes=minutes, at=at)
    note = SessionNote.objects.create(
        case=case,
        reference=references.new(),
        author=by,
        held_at=held_at,
        minutes=minutes,
        mode=rules.Mode(mode),
        content=content,
        written_at=at,
    )
    journal.record(Kind.SESSION_NOTED, by=by, on=case, at=at, row=note, stream=note.pk)
    return note


@transaction.atomic
def open_session(*, note: SessionNote, by: User) -> SessionNote:
    """Open a note as its author or her named supervisor; this is written down."""
    if not queries.notes(by).filter(pk=note.pk).exists():
        raise AccessError(by, Permission.SESSION_OPEN, note.case)
    what = f"session {note}"
    journal.looked(Kind.READ, by=by, on=note.case, at=clock.now(), what=what)
    return note


@transaction.atomic
def name_supervisor(
    *, centre: Centre, counsellor: User, supervisor: User | None, by: User
) -> Supervision:
    """Say who reads a counsellor's notes from now on, or that nobody does."""
    at = clock.now()
    access.require(by, Permission.SUPERVISOR_NAME, centre)
    User.objects.select_for_update().get(pk=counsellor.pk)
    rules.check_supervisor(
        counsellor=counsellor.pk,
        supervisor=supervisor.pk if supervisor else None,
        by=by.pk,
    )
    _check_posts(centre, counsellor, supervisor)
    kept = Supervision.objects.filter(centre=centre, counsellor=counsellor)
    row = Supervision.objects.create(
        centre=centre,
        counsellor=counsellor,
        supervisor=supervisor,
        number=kept.count() + 1,
        named_at=at,
        named_by=by,
    )
    journal.record(Kind.SUPERVISOR_NAMED, by=by, on=centre, at=at, row=row)
    return row


def _check_posts(centre: Centre, counsellor: User, supervisor: User | None) -> None:
    held = set(queries.counsellors(centre).values_list("pk", flat=True))
    if counsellor.pk not in held:
        raise RuleError("This person is not a counsellor of this centre.")
    if supervisor is not None and supervisor.pk not in held:
        raise RuleError("A supervisor is another counsellor of this centre.")
