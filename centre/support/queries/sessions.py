"""Who may know of which counselling note; for everybody else there is none."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from centre.core import access
from centre.core.models import Case, Centre, Exclusion, Membership, User
from centre.core.permissions import Permission, Role
from centre.support.models import SessionNote, Supervision


@dataclass(frozen=True)
class Supervised:
    """A counsellor, and who reads her notes."""

    counsellor: User
    supervisor: User | None


def notes(by: User) -> QuerySet[SessionNote]:
    """One's own notes on cases within reach, and those one supervises now."""
    own = Q(author=by, case__in=access.cases(by, Permission.SESSION_OPEN))
    supervises = Supervision.objects.filter(
        _is_newest(),
        supervisor=by,
        counsellor=OuterRef("author"),
        centre=OuterRef("case__centre"),
        centre__in=access.centres(by, Permission.SESSION_SUPERVISE),
    )
    excluded = Exclusion.objects.filter(
        user=by, case=OuterRef("case"), lifted_at__isnull=True
    )
    rows = SessionNote.objects.filter(own | (Q(Exists(supervises)) & ~Exists(excluded)))
    return rows.select_related("case__centre", "author")


def of_case(case: Case, by: User) -> QuerySet[SessionNote]:
    """Of a case, the notes this person may know of; content stays unread."""
    return notes(by).filter(case=case).defer("content")


def to_supervise(by: User) -> QuerySet[SessionNote]:
    """Notes of others that this person supervises, the newest first."""
    return notes(by).exclude(author=by).defer("content")


def counsellors(centre: Centre) -> QuerySet[User]:
    """The counsellors of a centre."""
    posts = Membership.objects.filter(
        centre=centre, role=Role.COUNSELLOR, ended_at__isnull=True
    )
    people = User.objects.filter(pk__in=posts.values("user"), is_active=True)
    return people.order_by("name")


def supervision(centre: Centre) -> list[Supervised]:
    """Each counsellor of a centre with her supervisor, if one is named."""
    newest = Supervision.objects.filter(_is_newest(), centre=centre)
    named = {s.counsellor_id: s.supervisor for s in newest.select_related("supervisor")}
    return [Supervised(c, named.get(c.pk)) for c in counsellors(centre)]


def _is_newest() -> Q:
    later = Supervision.objects.filter(
        centre=OuterRef("centre"),
        counsellor=OuterRef("counsellor"),
        number__gt=OuterRef("number"),
    )
    return ~Q(Exists(later))
