"""Record: who did what when goes into the ledger in the act's own transaction.

`record` appends a signed entry to the centre's custody log and keeps the opening of
its commitment under the case's key. `looked` notes a reading; the notes of a centre
are put into its access log by `sequence`, in batches.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import models, transaction

from centre.core.models import (
    AccessNote,
    Case,
    Centre,
    Opening,
    SystemKey,
    User,
    acting_role,
    payload_of,
)
from centre.ledger import actions as ledger
from centre.ledger import canonical, epochs, times
from centre.ledger.entry import AnySignature, commitment
from centre.ledger.kinds import Kind
from centre.ledger.models import Entry, Head
from centre.ledger.signing import Signer
from centre.vault.keys import SYSTEM_SCOPE

CUSTODY: Final = "custody"
ACCESS: Final = "access"
LOGS: Final = (CUSTODY, ACCESS)
SALT_BYTES: Final = 32


def origin(centre: Centre, log: str = CUSTODY) -> str:
    """The name of one of a centre's two logs, in the epoch the centre is in."""
    return epochs.named(_plain(centre, log), centre.epoch)


def origins(centre: Centre) -> list[str]:
    """The names of a centre's logs in every epoch there was, the oldest first."""
    plain = [_plain(centre, log) for log in LOGS]
    lived = range(1, centre.epoch + 1)
    return [epochs.named(name, epoch) for epoch in lived for name in plain]


def _plain(centre: Centre, log: str) -> str:
    return f"{settings.LEDGER_HOST}/{centre.code}/{log}"


def record(  # noqa: PLR0913 - an entry has these parts, each named by the caller
    kind: Kind,
    *,
    by: User,
    on: Case | Centre,
    at: datetime,
    row: models.Model | None = None,
    facts: Mapping[str, Any] | None = None,
    stream: UUID | None = None,
    refs: Sequence[Entry] = (),
    blob_sha256: str | None = None,
) -> Entry:
    """Append one entry about an act and keep what it commits to."""
    centre = on.centre if isinstance(on, Case) else on
    payload = _payload(on, row, facts)
    salt = secrets.token_bytes(SALT_BYTES)
    entry = ledger.append(
        log=origin(centre),
        kind=kind,
        stream=(stream or on.pk).bytes,
        commit=commitment(salt, canonical.encode(payload)),
        signer=by.signer,
        role=acting_role(by, centre),
        at=at,
        refs=[bytes(ref.leaf) for ref in refs],
        blob=bytes.fromhex(blob_sha256) if blob_sha256 else None,
    )
    _keep_opening(entry, on, row, payload, salt)
    return entry


@dataclass(frozen=True)
class Prepared:
    """A statement that others are to sign too, with what it commits to."""

    log: str
    statement: bytes
    secret: dict[str, Any]


def prepare(
    kind: Kind,
    *,
    by: User,
    on: Case | Centre,
    at: datetime,
    row: models.Model,
    stream: UUID,
    refs: Sequence[Entry] = (),
) -> Prepared:
    """The statement of an entry to come; nothing is written."""
    centre = on.centre if isinstance(on, Case) else on
    payload = _payload(on, row, None)
    salt = secrets.token_bytes(SALT_BYTES)
    said = ledger.Said(
        kind=kind,
        stream=stream.bytes,
        commit=commitment(salt, canonical.encode(payload)),
        at=at,
        refs=tuple(bytes(ref.leaf) for ref in refs),
    )
    log = origin(centre)
    made = ledger.prepare(
        log=log, said=said, signer=by.signer, role=acting_role(by, centre)
    )
    return Prepared(log, made, secret_of(payload, salt))


def record_prepared(
    prepared: Prepared,
    *,
    by: User,
    on: Case | Centre,
    at: datetime,
    row: models.Model,
    more: Sequence[AnySignature],
) -> Entry:
    """Append a prepared statement with the signatures of others beside the actor's."""
    entry = ledger.append_prepared(
        log=prepared.log,
        statement=prepared.statement,
        signer=by.signer,
        at=at,
        more=more,
    )
    Opening(
        log=entry.log,
        n=entry.n,
        scope_id=on.pk if isinstance(on, Case) else SYSTEM_SCOPE,
        table=row._meta.db_table,
        row=row.pk,
        secret=prepared.secret,
    ).save()
    return entry


@dataclass(frozen=True)
class Deed:
    """One of many acts recorded at once: its row, and whose stream it is in."""

    kind: Kind
    on: Case | Centre
    row: models.Model
    stream: UUID
    blob_sha256: str = ""


def record_all(
    deeds: Sequence[Deed], *, centre: Centre, by: User, at: datetime
) -> None:
    """Append the entries of many acts of one person under one lock, all or none."""
    payloads = [_payload(d.on, d.row, None) for d in deeds]
    salts = [secrets.token_bytes(SALT_BYTES) for _ in deeds]
    drafts = list(zip(deeds, payloads, salts, strict=True))
    log = origin(centre)
    said = [
        ledger.Said(
            kind=deed.kind,
            stream=deed.stream.bytes,
            commit=commitment(salt, canonical.encode(payload)),
            at=at,
            blob=bytes.fromhex(deed.blob_sha256) or None,
        )
        for deed, payload, salt in drafts
    ]
    placed = ledger.append_all(
        log=log, said=said, signer=by.signer, role=acting_role(by, centre)
    )
    Opening.objects.bulk_create(
        _opening(log, n, deed.on, deed.row, payload, salt)
        for n, (deed, payload, salt) in zip(placed, drafts, strict=True)
    )


def newest_at(centre: Centre) -> datetime:
    """The time of the newest entry of the custody log, which stays locked.

    It is later than the clock's once that went back.
    """
    log = origin(centre)
    ledger.lock_in_order(logs=[log])
    return times.moment(Head.objects.values_list("last_at", flat=True).get(pk=log))


def looked(
    kind: Kind,
    *,
    by: User | None,
    on: Case | Centre | None,
    at: datetime,
    what: str = "",
    outcome: str = "ok",
) -> AccessNote:
    """Note that somebody looked, searched, printed or was turned away."""
    centre = on.centre if isinstance(on, Case) else on
    return AccessNote.objects.create(
        at=at,
        kind=kind,
        user=by,
        role=acting_role(by, centre) if by and centre else "",
        centre=centre,
        case=on if isinstance(on, Case) else None,
        what=what,
        outcome=outcome,
    )


@transaction.atomic
def sequence(centre: Centre, *, signer: Signer, most: int = 500) -> int:
    """Put a centre's waiting access notes into its access log; say how many."""
    done = Opening.objects.filter(row=models.OuterRef("pk"))
    waiting = AccessNote.objects.filter(~models.Exists(done), centre=centre)
    oldest = waiting.select_related("case").order_by("at", "pk")
    drafts = [_draft(note, centre) for note in oldest[:most]]
    log = origin(centre, ACCESS)
    placed = ledger.append_all(
        log=log,
        said=[said for _, _, _, said in drafts],
        signer=signer,
        role="system",
    )
    Opening.objects.bulk_create(
        _opening(log, n, note.case or centre, note, payload, salt)
        for n, (note, payload, salt, _) in zip(placed, drafts, strict=True)
    )
    return len(placed)


def append_plain(  # noqa: PLR0913 - an entry has these parts, each named by the caller
    kind: Kind,
    *,
    log: str,
    centre: Centre,
    facts: Mapping[str, Any],
    by: User,
    at: datetime,
    row: models.Model | None = None,
    stream: bytes | None = None,
    refs: Sequence[bytes] = (),
) -> Entry:
    """Append an entry about the log itself."""
    payload = _payload(centre, row, facts)
    salt = secrets.token_bytes(SALT_BYTES)
    entry = ledger.append(
        log=log,
        kind=kind,
        stream=stream or centre.pk.bytes,
        commit=commitment(salt, canonical.encode(payload)),
        signer=by.signer,
        role="system",
        at=at,
        refs=refs,
    )
    _keep_opening(entry, centre, row, payload, salt)
    return entry


def secret_of(payload: Mapping[str, Any], salt: bytes) -> dict[str, Any]:
    """What an opening holds, encrypted."""
    return {"payload": dict(payload), "salt": b64encode(salt).decode()}


def system_signer(purpose: str) -> Signer:
    """The centre's own key for a purpose, such as a log's."""
    key = SystemKey.objects.get(purpose=purpose)
    return Signer.from_seed(bytes.fromhex(key.seed))


def _payload(
    on: Case | Centre, row: models.Model | None, facts: Mapping[str, Any] | None
) -> dict[str, Any]:
    payload: dict[str, Any] = {"facts": dict(facts or {}), "on": str(on.pk)}
    if row is not None:
        payload["row"] = payload_of(row)
        payload["table"] = row._meta.db_table
    return payload


def _keep_opening(
    entry: Entry,
    on: Case | Centre,
    row: models.Model | None,
    payload: Mapping[str, Any],
    salt: bytes,
) -> None:
    _opening(entry.log, entry.n, on, row, payload, salt).save()


def _opening(
    log: str,
    n: int,
    on: Case | Centre,
    row: models.Model | None,
    payload: Mapping[str, Any],
    salt: bytes,
) -> Opening:
    return Opening(
        log=log,
        n=n,
        scope_id=on.pk if isinstance(on, Case) else SYSTEM_SCOPE,
        table=row._meta.db_table if row is not None else "",
        row=row.pk if row is not None else None,
        secret=secret_of(payload, salt),
    )


def _draft(
    note: AccessNote, centre: Centre
) -> tuple[AccessNote, dict[str, Any], bytes, ledger.Said]:
    """A note with what its entry will commit to and say."""
    payload = _payload(note.case or centre, note, None)
    salt = secrets.token_bytes(SALT_BYTES)
    said = ledger.Said(
        kind=Kind(note.kind),
        stream=(note.user_id or centre.pk).bytes,
        commit=commitment(salt, canonical.encode(payload)),
        at=note.at,
    )
    return note, payload, salt, said


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal, as openings and documents quote it."""
    return hashlib.sha256(content).hexdigest()
