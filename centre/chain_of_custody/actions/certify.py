"""Certifying an issued report, in the words that one law asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from centre import __version__
from centre.chain_of_custody.models.papers import IssuedReport
from centre.chain_of_custody.record_certificates import GENERIC, texts
from centre.core import access, clock, journal, references
from centre.core.errors import RuleError
from centre.core.models import Case, Centre, User, acting_role
from centre.core.paper import LedgerHead
from centre.core.permissions import Permission, Role
from centre.ledger.kinds import Kind
from centre.ledger.models import Checkpoint


@dataclass(frozen=True)
class Certificate:
    """What a certificate tells: which record, whose, under which head."""

    form: str
    centre: Centre
    record: str
    digest: str
    root: str
    system: str
    person: str
    role: str
    number: str
    made_at: datetime
    head: LedgerHead


@transaction.atomic
def certify_report(
    *, issued: IssuedReport, form: str, digest: str, by: User
) -> Certificate:
    """Issue a certificate for a report that was printed; `digest` is of its content."""
    at = clock.now()
    case: Case = issued.case
    access.require(by, Permission.CUSTODY_REPORT, case)
    if form not in texts():
        raise RuleError("Choose one of the certificates.")
    number = references.new()
    facts = {
        "document": "record_certificate",
        "form": form,
        "number": number,
        "report": issued.number,
        "sha256": digest,
    }
    journal.record(
        Kind.DOCUMENT_ISSUED,
        by=by,
        on=case,
        at=at,
        facts=facts,
        stream=issued.package.pk,
    )
    journal.looked(Kind.PRINTED, by=by, on=case, at=at, what=f"Certificate, {issued}")
    under = Checkpoint.objects.get(log=issued.log, size=issued.log_size)
    return certificate_of(
        record=f"Custody report {references.grouped(issued.number)}",
        digest=digest,
        under=under,
        centre=case.centre,
        by=by,
        at=at,
        form=form,
        number=number,
    )


def certificate_of(
    *,
    record: str,
    digest: str,
    under: Checkpoint,
    centre: Centre,
    by: User,
    at: datetime,
    form: str = GENERIC,
    number: str = "",
) -> Certificate:
    """The facts of a certificate of one record under one head of the log."""
    role = acting_role(by, centre)
    return Certificate(
        form=form,
        centre=centre,
        record=record,
        digest=digest,
        root=bytes(under.root).hex(),
        system=f"Centre {__version__}",
        person=by.name,
        role=Role(role).words if role in set(Role) else role,
        number=number or references.new(),
        made_at=at,
        head=LedgerHead.of(under.note),
    )
