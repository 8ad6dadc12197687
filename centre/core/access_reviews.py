"""Who has access, when each was last here, and what the newest review left to do.

People leave and their accounts stay: audits of kit trackers found half of the accounts
at one office and most at another still open. So somebody goes through the whole list,
and whoever has not been here for long stands first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from centre.core import access
from centre.core.errors import RuleError
from centre.core.models import AccessNote, AccessReview, Centre, Membership, User
from centre.core.permissions import Permission, Role
from centre.core.work import Task, When

UNUSED: Final = timedelta(days=60)
"""So long unseen, a person is asked about: a house default, to be agreed locally."""

SYSTEM: Final = "system"


class Verdict(StrEnum):
    """What is said of one role somebody holds."""

    RIGHT = "right"
    LEFT = "left"
    CHANGED = "changed"
    UNKNOWN = "unknown"

    @property
    def words(self) -> str:
        """As the form offers it."""
        return {
            Verdict.RIGHT: "Still right",
            Verdict.LEFT: "Has left",
            Verdict.CHANGED: "Does other work now",
            Verdict.UNKNOWN: "Nobody here knows",
        }[self]


@dataclass(frozen=True)
class Post:
    """One role somebody holds, and when that person was last here."""

    row: Membership
    seen_at: datetime | None
    is_unused: bool

    @property
    def role(self) -> Role:
        """The role."""
        return Role(self.row.role)


def posts(centre: Centre) -> QuerySet[Membership]:
    """Every role that is held at a centre, by name; not the system's own."""
    rows = Membership.objects.filter(centre=centre, ended_at__isnull=True)
    named = rows.exclude(user__username=SYSTEM).select_related("user")
    return named.order_by("user__name", "role")


def asked_about(centre: Centre, by: User, at: datetime) -> list[Post]:
    """The roles a review is about, those longest unused first; not one's own."""
    notes = AccessNote.objects.filter(user=OuterRef("user"), outcome="ok")
    rows = posts(centre).exclude(user=by)
    found = [
        _post(row, at)
        for row in rows.annotate(seen_at=Subquery(notes.values("at")[:1]))
    ]
    return sorted(found, key=lambda post: not post.is_unused)


def newest(centre: Centre) -> AccessReview | None:
    """The newest review of a centre."""
    return AccessReview.objects.filter(centre=centre).first()


def to_end(centre: Centre) -> list[tuple[Membership, Verdict]]:
    """What the newest review says is not right, and stands open still."""
    review = newest(centre)
    if review is None:
        return []
    wrong = {k: Verdict(w) for k, w in review.told.items() if w != Verdict.RIGHT}
    return [(row, wrong[row.pk]) for row in posts(centre).filter(pk__in=wrong)]


def check_verdicts(told: Mapping[UUID, str], asked: Collection[UUID]) -> None:
    """A word of the list for each role there is, and for no other."""
    if set(told) != set(asked):
        raise RuleError(
            "Somebody came or left while you went through the list. Look at the list "
            "as it is now and say it again."
        )
    if not asked:
        raise RuleError("Nobody but you has access here; there is nothing to review.")
    for word in told.values():
        if word not in set(Verdict):
            raise RuleError("Say of each person whether the access is still right.")


def work(by: User, at: datetime) -> list[Task]:
    """Roles a review found wrong, for who ends them; long unused, for who reviews."""
    tasks: list[Task] = []
    for centre in access.centres(by, Permission.PERSON_ENROL):
        wrong = to_end(centre)
        if wrong:
            says = f"The access review says these are to be ended: {len(wrong)}."
            tasks.append(Task(When.NOW, says, "End them", reverse("people")))
    for centre in access.centres(by, Permission.ACCESS_REVIEW):
        unused = sum(post.is_unused for post in asked_about(centre, by, at))
        if unused:
            says = f"Not here for {UNUSED.days} days, and still with access: {unused}."
            tasks.append(Task(When.TODAY, says, "Look", reverse("review_access")))
    return tasks


def _post(row: Membership, at: datetime) -> Post:
    seen: datetime | None = row.seen_at  # type: ignore[attr-defined]
    return Post(row, seen, at - max(seen or row.started_at, row.started_at) > UNUSED)
