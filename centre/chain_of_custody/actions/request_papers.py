"""Letters and orders as scanned: kept encrypted, and opened on record."""

from __future__ import annotations

from uuid import uuid4

from django.db import transaction

from centre.chain_of_custody.models.request_steps import RequestPaper
from centre.chain_of_custody.models.requests import EvidenceRequest
from centre.chain_of_custody.queries import requests as queries
from centre.chain_of_custody.rules.scans import check_scan
from centre.core import access, clock, journal
from centre.core.errors import AccessError
from centre.core.models import User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind
from centre.vault import files
from centre.vault.keys import SYSTEM_SCOPE


@transaction.atomic
def keep_paper(
    *, request: EvidenceRequest, content: bytes, kind: str, by: User
) -> RequestPaper:
    """Keep the scan of a letter or an order with the request it belongs to."""
    at = clock.now()
    _require_side(request, by, Permission.REQUEST_KEY_IN)
    check_scan(content)
    blob = uuid4()
    with files.kept_with(blob):
        stored = files.write([content], blob_id=blob, case_id=SYSTEM_SCOPE)
        row = RequestPaper.objects.create(
            request=request,
            kind=kind,
            blob_id=blob,
            size=stored.size,
            sha256=stored.sha256,
            cipher_sha256=stored.cipher_sha256,
            kept_at=at,
            kept_by=by,
        )
        journal.record(
            Kind.REQUEST_PAPER_KEPT,
            by=by,
            on=request.centre,
            at=at,
            row=row,
            stream=request.pk,
            blob_sha256=stored.cipher_sha256,
        )
    return row


@transaction.atomic
def open_paper(*, paper: RequestPaper, by: User) -> bytes:
    """Read a scan; the reading is written down."""
    at = clock.now()
    request = paper.request
    _require_side(request, by, Permission.REQUEST_VIEW)
    what = f"Scan of request {request}"
    journal.looked(Kind.READ, by=by, on=request.centre, at=at, what=what)
    return b"".join(files.read(paper.blob_id, SYSTEM_SCOPE))


def _require_side(request: EvidenceRequest, by: User, desk: Permission) -> None:
    """The centre's desk, or whoever asked."""
    if access.holds(by, desk, request.centre):
        return
    if not queries.own(by).filter(pk=request.pk).exists():
        raise AccessError(by, desk, request.centre)
