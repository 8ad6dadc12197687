"""Everything that is chained, committed to or encrypted, checked from end to end.

The ledger checks its own chain; the vault opens every encrypted value; here the rows
are held against the entries that commit to them, so that a changed column, a planted
row and a deleted row are each found and named.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import connection, models

from centre.core import journal
from centre.core.models import (
    AccessNote,
    Centre,
    Opening,
    SigningKey,
    WriteOnce,
    payload_of,
)
from centre.ledger import canonical
from centre.ledger import verify as ledger_verify
from centre.ledger.entry import commitment
from centre.ledger.guards import unguarded
from centre.ledger.models import Entry
from centre.ledger.verify import Fault
from centre.vault import files
from centre.vault import verify as vault_verify
from centre.vault.errors import KeyDestroyedError, VaultError

BATCH: Final = 500
Progress = Callable[[str, int], None]


def faults(progress: Progress | None = None) -> Iterator[Fault]:
    """Every fault, ledger first; nothing at all if the centre is sound."""
    tell = progress or _silent
    with ledger_verify.any_text("default"):
        yield from _guard_faults(tell)
        yield from _ledger_faults(tell)
        yield from _opening_faults(tell)
        yield from _unbound_rows(tell)
        yield from _live_row_faults(tell)
        tell("encrypted fields", 0)
        yield from _vault_faults()
        yield from _blob_faults(tell)


def bound_models() -> list[type[models.Model]]:
    """The tables whose every row must be committed to by an entry."""
    return [m for m in apps.get_models() if _is_bound(m)]


def _is_bound(model: type[models.Model]) -> bool:
    if model in {Opening, AccessNote}:
        return False
    return issubclass(model, WriteOnce) or hasattr(model, "history_id")


def _ledger_faults(tell: Progress) -> Iterator[Fault]:
    keys = {k.kid: bytes(k.public_key) for k in SigningKey.objects.all()}
    for log in sorted({*ledger_verify.logs(), *_expected_logs()}):
        tell(f"log {log}", Entry.objects.filter(log=log).count())
        yield from ledger_verify.faults(log, keys=keys)


def _expected_logs() -> list[str]:
    centres = Centre.objects.all()
    return [journal.origin(c, log) for c in centres for log in journal.LOGS]


def _guard_faults(tell: Progress) -> Iterator[Fault]:
    tables = [m._meta.db_table for m in apps.get_models() if issubclass(m, WriteOnce)]
    tell("guards of the tables", len(tables))
    for table in unguarded(connection, tables):
        yield Fault("", None, table, "", "has lost the guard that refuses changes")


def _vault_faults() -> Iterator[Fault]:
    for fault in vault_verify.faults():
        yield Fault(fault.log, fault.n, fault.table, fault.row, fault.says)


def _opening_faults(tell: Progress) -> Iterator[Fault]:
    tell("what entries commit to", Opening.objects.count())
    rows = Opening.objects.order_by("log", "n").iterator(chunk_size=BATCH)
    for openings in _batches(rows):
        entries = _entries_of(openings)
        committed = _rows_of(openings)
        for opening in openings:
            yield from _faults_of(opening, entries, committed)


def _faults_of(
    opening: Opening,
    entries: dict[tuple[str, int], Entry],
    committed: dict[tuple[str, UUID], models.Model],
) -> Iterator[Fault]:
    entry = entries.get((opening.log, opening.n))
    if entry is None:
        yield _fault(opening, Opening._meta.db_table, opening.pk, "has no entry")
        return
    try:
        payload = _opened(opening, entry)
    except KeyDestroyedError:
        return
    except (VaultError, ValueError, KeyError, TypeError):
        says = "cannot be opened, or is not what its entry commits to"
        yield _fault(opening, Opening._meta.db_table, opening.pk, says)
        return
    yield from _row_faults(opening, payload, committed)


def _opened(opening: Opening, entry: Entry) -> dict[str, Any]:
    secret = opening.secret
    payload: dict[str, Any] = secret["payload"]
    salt = b64decode(secret["salt"])
    if commitment(salt, canonical.encode(payload)) != entry.commit:
        raise ValueError("commitment")
    if (payload.get("table", ""), _row_key(payload)) != (opening.table, opening.row):
        raise ValueError("row")
    return payload


def _row_key(payload: dict[str, Any]) -> UUID | None:
    row = payload.get("row")
    if row is None:
        return None
    return UUID(row.get("history_id") or row["id"])


def _row_faults(
    opening: Opening,
    payload: dict[str, Any],
    committed: dict[tuple[str, UUID], models.Model],
) -> Iterator[Fault]:
    if opening.row is None:
        return
    row = committed.get((opening.table, opening.row))
    if row is None:
        yield _fault(opening, opening.table, opening.row, "is gone")
        return
    try:
        stored = payload_of(row)
    except (VaultError, ValueError, TypeError):
        yield _fault(opening, opening.table, opening.row, "cannot be opened")
        return
    kept = payload["row"]
    changed = sorted(c for c in kept if stored.get(c) != kept[c])
    if changed:
        says = f"is not what its entry commits to: {', '.join(changed)}"
        yield _fault(opening, opening.table, opening.row, says)


def _unbound_rows(tell: Progress) -> Iterator[Fault]:
    for model in bound_models():
        table = model._meta.db_table
        tell(f"rows of {table}", 0)
        bound = Opening.objects.filter(row=models.OuterRef("pk"), table=table)
        planted = model._default_manager.filter(~models.Exists(bound))
        for key in planted.values_list("pk", flat=True).iterator():
            yield Fault("", None, table, str(key), "stands in no entry")


def _live_row_faults(tell: Progress) -> Iterator[Fault]:
    """A row that people edit is what its newest version says, byte for byte."""
    for model in apps.get_models():
        manager = getattr(model._meta, "simple_history_manager_attribute", None)
        if manager is None:
            continue
        tell(f"newest versions of {model._meta.db_table}", 0)
        versions = getattr(model, manager).model
        for row in model._default_manager.iterator(chunk_size=BATCH):
            newest = versions._default_manager.filter(id=row.pk).order_by("-version")
            yield from _differs(row, newest.first())


def _differs(row: models.Model, newest: models.Model | None) -> Iterator[Fault]:
    table = row._meta.db_table
    if newest is None:
        yield Fault("", None, table, str(row.pk), "has no version")
        return
    try:
        live, kept = payload_of(row), payload_of(newest)
    except (VaultError, ValueError, TypeError):
        return
    changed = sorted(c for c in live if live[c] != kept.get(c))
    if changed:
        says = f"is not what its newest version says: {', '.join(changed)}"
        yield Fault("", None, table, str(row.pk), says)


def _blob_faults(tell: Progress) -> Iterator[Fault]:
    for model in apps.get_models():
        if hasattr(model, "blob_id") and hasattr(model, "cipher_sha256"):
            tell(f"files of {model._meta.db_table}", 0)
            yield from _faults_of_blobs(model)


def _faults_of_blobs(model: type[models.Model]) -> Iterator[Fault]:
    for row in model._default_manager.iterator(chunk_size=BATCH):
        says = files.fault(
            blob_id=row.blob_id,  # type: ignore[attr-defined]
            case_id=row.case_id,  # type: ignore[attr-defined]
            sha256=row.sha256,  # type: ignore[attr-defined]
            cipher_sha256=row.cipher_sha256,  # type: ignore[attr-defined]
        )
        if says:
            yield Fault("", None, model._meta.db_table, str(row.pk), says)


def _entries_of(openings: Iterable[Opening]) -> dict[tuple[str, int], Entry]:
    by_log: dict[str, list[int]] = {}
    for opening in openings:
        by_log.setdefault(opening.log, []).append(opening.n)
    found: dict[tuple[str, int], Entry] = {}
    for log, numbers in by_log.items():
        for entry in Entry.objects.filter(log=log, n__in=numbers):
            found[log, entry.n] = entry
    return found


def _rows_of(openings: Iterable[Opening]) -> dict[tuple[str, UUID], models.Model]:
    by_table: dict[str, list[UUID]] = {}
    for opening in openings:
        if opening.row is not None:
            by_table.setdefault(opening.table, []).append(opening.row)
    tables = {m._meta.db_table: m for m in apps.get_models()}
    found: dict[tuple[str, UUID], models.Model] = {}
    for table, keys in by_table.items():
        model = tables.get(table)
        if model is not None:
            for row in model._default_manager.filter(pk__in=keys):
                found[table, row.pk] = row
    return found


def _batches(rows: Iterable[Opening]) -> Iterator[list[Opening]]:
    batch: list[Opening] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _fault(opening: Opening, table: str, row: UUID, says: str) -> Fault:
    return Fault(opening.log, opening.n, table, str(row), says)


def _silent(what: str, count: int) -> None:
    """Tell nobody."""
