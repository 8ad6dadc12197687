"""Custody reports: issued under a head of the log, and copied under the same head.

Issuing is an entry of the thing's own stream. A copy has the same body as the first
print, whatever happened since; only its copy number differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from centre.chain_of_custody.actions.docket import case_of
from centre.chain_of_custody.actions.papers import head_of
from centre.chain_of_custody.models import Item, Kit
from centre.chain_of_custody.models.papers import IssuedReport
from centre.chain_of_custody.provenance import provenance
from centre.chain_of_custody.queries.dossier import Dossier, dossier
from centre.chain_of_custody.queries.entries import Mark, marks
from centre.chain_of_custody.queries.history import Package
from centre.chain_of_custody.rules.profiles import Profile
from centre.core import access, clock, journal, references
from centre.core.errors import RuleError
from centre.core.models import AccessNote, Case, User, acting_role
from centre.core.paper import LedgerHead
from centre.core.permissions import Permission, Role
from centre.ledger.kinds import Kind
from centre.ledger.models import Checkpoint

_FOR_HER: Final = Permission.ITEM_VIEW
"""Who cares for her may give her the plain copy; the others are the custodian's."""


@dataclass(frozen=True)
class Report:
    """A custody report: the dossier, its places in the ledger, and the head."""

    number: str
    profile: Profile
    told: Dossier
    marks: dict[UUID, Mark]
    prints: int
    copy: int
    by: str
    role: str
    made_at: datetime
    head: LedgerHead


@transaction.atomic
def print_report(*, package: Package, by: User, profile: str = Profile.COURT) -> Report:
    """Issue the custody report, with the ledger's head at this moment on it."""
    at = clock.now()
    case = case_of(package)
    wanted = _profile(profile)
    access.require(by, _permission(wanted), case)
    head = head_of(case.centre, at)
    issued = IssuedReport.objects.create(
        number=references.new(),
        case=case,
        kit=package if isinstance(package, Kit) else None,
        item=package if isinstance(package, Item) else None,
        profile=wanted,
        log=head.origin,
        log_size=head.size,
        issued_at=at,
        issued_by=by,
        role=acting_role(by, case.centre),
    )
    journal.record(
        Kind.DOCUMENT_ISSUED, by=by, on=case, at=at, row=issued, stream=package.pk
    )
    journal.looked(Kind.PRINTED, by=by, on=case, at=at, what=str(issued))
    return _report(issued, head, copy=1)


@transaction.atomic
def reprint_report(*, issued: IssuedReport, by: User) -> Report:
    """Make one more copy of a report, to the same body as its first print."""
    at = clock.now()
    case: Case = issued.case
    access.require(by, _permission(Profile(issued.profile)), case)
    under = Checkpoint.objects.get(log=issued.log, size=issued.log_size)
    journal.looked(Kind.PRINTED, by=by, on=case, at=at, what=str(issued))
    notes = AccessNote.objects.filter(case=case, kind=Kind.PRINTED, what=str(issued))
    return _report(issued, LedgerHead.of(under.note), copy=notes.count())


@transaction.atomic
def export_provenance(*, package: Package, by: User) -> bytes:
    """Export a thing's provenance in CASE/UCO; the export is an entry of its stream."""
    at = clock.now()
    case = case_of(package)
    access.require(by, Permission.CUSTODY_REPORT, case)
    told = dossier(package)
    content = provenance(told, marks(line.event for line in told.told))
    facts = {"format": "case-uco 1.4.0", "sha256": journal.digest(content)}
    journal.record(
        Kind.EXPORT_MADE, by=by, on=case, at=at, facts=facts, stream=package.pk
    )
    journal.looked(Kind.PRINTED, by=by, on=case, at=at, what=f"Provenance, {package}")
    return content


def _report(issued: IssuedReport, head: LedgerHead, *, copy: int) -> Report:
    package = issued.package
    under = (head.origin, head.size)
    told = dossier(package, under=under)
    earlier = IssuedReport.objects.filter(
        kit=issued.kit, item=issued.item, issued_at__lte=issued.issued_at
    )
    role = issued.role
    return Report(
        number=issued.number,
        profile=Profile(issued.profile),
        told=told,
        marks=marks((line.event for line in told.told), under=under),
        prints=earlier.count(),
        copy=copy,
        by=issued.issued_by.name,
        role=Role(role).words if role in set(Role) else "",
        made_at=issued.issued_at,
        head=head,
    )


def _profile(asked: str) -> Profile:
    if asked not in set(Profile):
        raise RuleError("Choose for whom the report is.")
    return Profile(asked)


def _permission(profile: Profile) -> Permission:
    return _FOR_HER if profile is Profile.SURVIVOR else Permission.CUSTODY_REPORT
