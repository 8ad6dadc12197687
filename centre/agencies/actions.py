"""Listing agencies, describing them anew, and attesting who acts for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from centre.agencies import rules
from centre.agencies.models import Agency, AgencyMember, AgencyMemberEnd, Description
from centre.core import access, clock, journal, references
from centre.core.errors import RuleError
from centre.core.models import Centre, Recipient, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind


@dataclass(frozen=True)
class Offer:
    """What is told about an agency."""

    name: str
    services: Sequence[str] = ()
    offers: str = ""
    contact: str = ""
    contact_hours: str = ""
    is_open: bool = True
    is_verified: bool = False


@transaction.atomic
def list_agency(*, centre: Centre, kind: str, offer: Offer, by: User) -> Agency:
    """Put an agency into the directory, under a random reference."""
    at = clock.now()
    access.require(by, Permission.AGENCY_LIST, centre)
    kind = rules.AgencyKind(kind)
    rules.check_listing(name=offer.name, services=offer.services)

    reference = references.new()
    recipient = Recipient.objects.create(
        centre=centre, code=f"agency:{reference}", name=offer.name, kind=kind
    )
    journal.record(Kind.RECIPIENT_KEPT, by=by, on=centre, at=at, row=recipient)
    agency = Agency.objects.create(
        centre=centre,
        recipient=recipient,
        reference=reference,
        kind=kind,
        listed_at=at,
        listed_by=by,
    )
    journal.record(Kind.AGENCY_LISTED, by=by, on=centre, at=at, row=agency)
    _describe(agency, offer, by=by, at=at)
    return agency


@transaction.atomic
def describe_agency(*, agency: Agency, offer: Offer, by: User) -> Description:
    """Tell anew what an agency offers; the former version stays."""
    at = clock.now()
    access.require(by, Permission.AGENCY_LIST, agency.centre)
    rules.check_listing(name=offer.name, services=offer.services)

    recipient = Recipient.objects.select_for_update().get(pk=agency.recipient_id)
    recipient.name, recipient.is_listed = offer.name, offer.is_open
    recipient.save(update_fields=["name", "is_listed"])
    journal.record(Kind.RECIPIENT_KEPT, by=by, on=agency.centre, at=at, row=recipient)
    return _describe(agency, offer, by=by, at=at)


@transaction.atomic
def add_member(
    *, agency: Agency, user: User, unit: str, by: User, badge: str = ""
) -> AgencyMember:
    """Attest that a person acts for an agency."""
    at = clock.now()
    access.require(by, Permission.AGENCY_ATTEST, agency.centre)
    _check_person(agency, user, by=by)

    member = AgencyMember.objects.create(
        agency=agency,
        user=user,
        unit=unit,
        badge=badge,
        attested_at=at,
        attested_by=by,
    )
    journal.record(
        Kind.AGENCY_PERSON_ATTESTED, by=by, on=agency.centre, at=at, row=member
    )
    return member


@transaction.atomic
def end_member(*, member: AgencyMember, by: User) -> AgencyMemberEnd:
    """End somebody's time at an agency; it counts from the next request."""
    at = clock.now()
    access.require(by, Permission.AGENCY_ATTEST, member.agency.centre)
    User.objects.select_for_update().get(pk=member.user_id)
    if AgencyMemberEnd.objects.filter(member=member).exists():
        raise RuleError("This person does not act for the agency any more.")
    end = AgencyMemberEnd.objects.create(member=member, ended_at=at, ended_by=by)
    journal.record(
        Kind.AGENCY_PERSON_ENDED, by=by, on=member.agency.centre, at=at, row=end
    )
    return end


def _describe(agency: Agency, offer: Offer, *, by: User, at: datetime) -> Description:
    Recipient.objects.select_for_update().get(pk=agency.recipient_id)
    told = asdict(offer)
    told["families"] = " ".join(sorted(told.pop("services")))
    row = Description.objects.create(
        agency=agency,
        number=agency.descriptions.count() + 1,
        described_at=at,
        described_by=by,
        **told,
    )
    journal.record(Kind.AGENCY_LISTED, by=by, on=agency.centre, at=at, row=row)
    return row


def _check_person(agency: Agency, user: User, *, by: User) -> None:
    if user.pk == by.pk:
        raise RuleError("Nobody attests herself. Ask another coordinator.")
    locked = User.objects.select_for_update().get(pk=user.pk)
    posts = AgencyMember.objects.filter(
        user=locked, agency__centre=agency.centre, end__isnull=True
    )
    rules.check_attestation(is_member=posts.exists(), is_active=locked.is_active)
