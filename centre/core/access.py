"""Whether: the one place that asks the policy.

List and single check are one rule: `cases` is a query, `holds` asks whether a case is
in it. A person excluded from a case (conflict of interest) is outside every query.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Final, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from centre.core.errors import AccessError
from centre.core.models import Case, Centre, Exclusion, Membership, User
from centre.core.permissions import Permission, Role
from centre.core.policy import POLICY, no_case, own_centre

M = TypeVar("M", bound=Model)

_NONE: Final = Q(pk__in=[])


def cases(actor: User, permission: Permission) -> QuerySet[Case]:
    """The cases on which the actor holds the permission; none unless granted."""
    grants = (g for g in POLICY if g.permission is permission)
    scopes = [g.scope(actor, g.role) for g in grants if _acts_as(actor, g.role)]
    excluded = Exclusion.objects.filter(
        user=actor, case=OuterRef("pk"), lifted_at__isnull=True
    )
    reached = Case.objects.filter(reduce(or_, scopes, _NONE))
    if actor.acting is not None:
        reached = reached.filter(centre=actor.acting.centre_id)
    return reached.exclude(Exists(excluded))


def within(
    rows: QuerySet[M], actor: User, permission: Permission, *, path: str = "case"
) -> QuerySet[M]:
    """Of these rows, those that belong to such a case."""
    return rows.filter(**{f"{path}__in": cases(actor, permission)})


def centres(actor: User, permission: Permission) -> QuerySet[Centre]:
    """The centres where the actor holds the permission by a grant wide enough."""
    posts = Membership.objects.filter(
        user=actor,
        role__in=[r for r in _wide_roles(permission) if _acts_as(actor, r)],
        ended_at__isnull=True,
        centre=OuterRef("pk"),
    )
    found = Centre.objects.filter(Exists(posts))
    if actor.acting is not None:
        found = found.filter(pk=actor.acting.centre_id)
    return found


def holds(actor: User, permission: Permission, on: Case | Centre) -> bool:
    """On a case, by its scope; at a centre, only by a grant as wide as the centre."""
    if isinstance(on, Case):
        return cases(actor, permission).filter(pk=on.pk).exists()
    return centres(actor, permission).filter(pk=on.pk).exists()


def require(actor: User, permission: Permission, on: Case | Centre) -> None:
    """Stop here unless the actor is active and holds the permission."""
    if not actor.is_active or not holds(actor, permission, on):
        raise AccessError(actor, permission, on)


def _acts_as(actor: User, role: Role) -> bool:
    """In a session a person acts in one role only, at one centre only."""
    return actor.acting is None or actor.acting.role == role


def _wide_roles(permission: Permission) -> set[Role]:
    wide = {own_centre, no_case}
    return {g.role for g in POLICY if g.permission is permission and g.scope in wide}
