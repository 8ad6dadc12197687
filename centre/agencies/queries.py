"""Reads about agencies: the directory, and which agency a person acts for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from centre.agencies.models import Agency, AgencyMember, Description
from centre.agencies.rules import AgencyKind, receives_referrals
from centre.core import access
from centre.core.models import Centre, Membership, Recipient, User
from centre.core.permissions import Permission, Role

OUTSIDERS = (Role.INVESTIGATOR, Role.LAB, Role.LEGAL, Role.SHELTER)


@dataclass(frozen=True)
class Listed:
    """An agency with its newest description."""

    agency: Agency
    told: Description


def agencies(by: User) -> QuerySet[Agency]:
    """The agencies of the centres whose directory the person may read."""
    reach = access.centres(by, Permission.AGENCY_VIEW)
    rows = Agency.objects.filter(centre__in=reach)
    return rows.select_related("centre", "recipient")


def directory(by: User) -> list[Listed]:
    """Every agency within reach with what is told of it now, by kind and name."""
    return _listed(agencies(by).order_by("kind", "recipient__name"))


def newest(agency: Agency) -> Listed:
    """One agency with what is told of it now."""
    return _listed([agency])[0]


def listed(recipient: Recipient) -> Listed | None:
    """The agency behind a recipient."""
    found = Agency.objects.filter(recipient=recipient).select_related("recipient")
    return next(iter(_listed(found)), None)


def recipients(centre: Centre) -> QuerySet[Recipient]:
    """Open agencies of a centre that somebody can be referred to."""
    kinds = [kind for kind in AgencyKind if receives_referrals(kind)]
    return Recipient.objects.filter(
        centre=centre, is_listed=True, kind__in=kinds, agency__isnull=False
    )


def laboratory_people(centre: Centre) -> list[User]:
    """Whose accounts act for a laboratory listed at a centre."""
    posts = AgencyMember.objects.filter(
        agency__centre=centre, agency__kind=AgencyKind.LABORATORY, end__isnull=True
    )
    people = User.objects.filter(pk__in=posts.values("user"), is_active=True)
    return list(people.order_by("name"))


def recipients_of(centre: Centre) -> QuerySet[Recipient]:
    """Every listed agency of a centre, whatever its kind."""
    rows = Recipient.objects.filter(centre=centre, is_listed=True)
    return rows.filter(agency__isnull=False).order_by("name")


def offering(centre: Centre, family: str) -> list[Recipient]:
    """Of those, the agencies that say they offer help of this family."""
    rows = _listed(
        Agency.objects.filter(centre=centre, recipient__is_listed=True).select_related(
            "recipient"
        )
    )
    return [
        r.agency.recipient
        for r in rows
        if family in r.told.services and receives_referrals(r.agency.kind)
    ]


def post_of(user: User, *, centre: Centre | None = None) -> AgencyMember | None:
    """The person's attested place at an agency, if she holds one."""
    posts = AgencyMember.objects.filter(user=user, end__isnull=True)
    if centre is not None:
        posts = posts.filter(agency__centre=centre)
    return posts.select_related("agency__recipient", "agency__centre").first()


def agency_of(user: User, *, centre: Centre | None = None) -> Recipient | None:
    """The agency the person acts for, as consent and requests name it."""
    post = post_of(user, centre=centre)
    return post.agency.recipient if post else None


def agencies_of(users: Collection[UUID], centre: Centre) -> dict[UUID, str]:
    """For whom these people act at a centre, by person."""
    posts = AgencyMember.objects.filter(
        user__in=users, agency__centre=centre, end__isnull=True
    )
    return dict(posts.values_list("user", "agency__recipient__name"))


def members(agency: Agency) -> list[AgencyMember]:
    """Who acts for an agency at present."""
    return list(agency.members.filter(end__isnull=True).select_related("user"))


def people_of(recipient: Recipient) -> list[User]:
    """Whose accounts act for the agency behind a recipient at present."""
    posts = AgencyMember.objects.filter(agency__recipient=recipient, end__isnull=True)
    people = User.objects.filter(pk__in=posts.values("user"), is_active=True)
    return list(people.order_by("name"))


def possible_members(centre: Centre) -> QuerySet[User]:
    """People of outside roles at a centre who act for no agency there yet."""
    posts = Membership.objects.filter(
        centre=centre, role__in=OUTSIDERS, ended_at__isnull=True
    )
    taken = AgencyMember.objects.filter(agency__centre=centre, end__isnull=True)
    people = User.objects.filter(pk__in=posts.values("user"), is_active=True)
    return people.exclude(pk__in=taken.values("user")).order_by("name")


def _listed(rows: Iterable[Agency]) -> list[Listed]:
    found = list(rows)
    newer = Description.objects.filter(
        agency=OuterRef("agency"), number__gt=OuterRef("number")
    )
    newest = Description.objects.filter(~Exists(newer), agency__in=found)
    told = {d.agency_id: d for d in newest}
    return [Listed(agency, told[agency.pk]) for agency in found]
