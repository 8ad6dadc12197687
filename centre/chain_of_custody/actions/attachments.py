"""Documents of a kit or an item: kept encrypted, bound by hash, opened on record."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import transaction

from centre.chain_of_custody.actions.docket import Told, case_of, take
from centre.chain_of_custody.models import Attachment, CustodyEvent
from centre.chain_of_custody.queries.history import Package
from centre.chain_of_custody.rules.moves import Move
from centre.chain_of_custody.rules.scans import check_scan
from centre.chain_of_custody.rules.stock import check_document
from centre.core import access, clock, journal
from centre.core.errors import RuleError
from centre.core.models import User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind
from centre.vault import files


@transaction.atomic
def attach_document(
    *,
    package: Package,
    content: bytes,
    kind: str,
    by: User,
    about: str = "",
    note: str = "",
) -> CustodyEvent:
    """Keep a document with a thing; its event and its entry carry the file's hashes."""
    at = clock.now()
    case = case_of(package)
    access.require(by, Permission.DOCUMENT_ATTACH, case)
    check_document(kind)
    check_scan(content)
    docket = take(package, by=by, at=at, told=Told(note=note))
    source = _source(package, about)
    key, blob = uuid4(), uuid4()
    with files.kept_with(blob):
        stored = files.write([content], blob_id=blob, case_id=case.pk)
        event = docket.write(
            Move.DOCUMENT_ATTACHED,
            about=source,
            reason_code=kind,
            details={"document": str(key), "sha256": stored.sha256},
            blob_sha256=stored.cipher_sha256,
        )
        _keep(event, blob, stored, key=key, note=note, by=by)
    return event


@transaction.atomic
def open_document(*, document: Attachment, by: User) -> bytes:
    """Read a document; the reading is written down."""
    at = clock.now()
    access.require(by, Permission.DOCUMENT_OPEN, document.case)
    what = f"{document}, {document.event.thing}"
    journal.looked(Kind.READ, by=by, on=document.case, at=at, what=what)
    return b"".join(files.read(document.blob_id, document.case_id))


def _keep(
    event: CustodyEvent,
    blob: UUID,
    stored: files.Stored,
    *,
    key: UUID,
    note: str,
    by: User,
) -> None:
    """The row of the document, with an entry of its own."""
    case = case_of(event.thing)
    row = Attachment.objects.create(
        id=key,
        event=event,
        case=case,
        kind=event.reason_code,
        blob_id=blob,
        size=stored.size,
        sha256=stored.sha256,
        cipher_sha256=stored.cipher_sha256,
        kept_at=event.recorded_at,
        kept_by=by,
        details={"note": note.strip()},
    )
    journal.record(
        Kind.DOCUMENT_KEPT,
        by=by,
        on=case,
        at=event.recorded_at,
        row=row,
        stream=event.thing.pk,
        blob_sha256=stored.cipher_sha256,
    )


def _source(package: Package, about: str) -> CustodyEvent | None:
    if not about:
        return None
    own = CustodyEvent.objects.filter(**{package.thing.value: package})
    try:
        found = own.filter(pk=UUID(about)).first()
    except ValueError:
        found = None
    if found is None:
        raise RuleError("Choose an event of this very thing, or none.")
    return found
