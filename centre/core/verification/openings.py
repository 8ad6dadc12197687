"""Openings: what entries commit to, and the rows it is about."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import models

from centre.core.models import Opening, Recorded, Replay, payload_of
from centre.core.progress import Progress
from centre.ledger import canonical
from centre.ledger.entry import commitment
from centre.ledger.kinds import Kind
from centre.ledger.models import Entry
from centre.ledger.verify import Fault
from centre.vault.errors import KeyDestroyedError, VaultError

BATCH: Final = 500
WITHOUT: Final = frozenset(
    {
        Kind.CLOCK_REGRESSED,
        Kind.ANCHOR_TSA,
        Kind.ANCHOR_WITNESS,
        Kind.ANCHOR_PAPER,
        Kind.LEDGER_POLICY,
        Kind.LEDGER_RECOVERED,
    }
)
"""Entries about the log itself may commit to what anybody can recompute."""


@dataclass(slots=True)
class _Changing:
    """Rows that change, with the newest entry about each."""

    tables: frozenset[str]
    newest: dict[tuple[str, UUID], tuple[str, Opening, dict[str, Any]]]

    def keep(self, opening: Opening, payload: dict[str, Any], at: str) -> bool:
        """Whether the opening is of such a row; the newest of each is kept."""
        if opening.row is None or opening.table not in self.tables:
            return False
        key = (opening.table, opening.row)
        if key not in self.newest or at > self.newest[key][0]:
            self.newest[key] = (at, opening, payload)
        return True


def faults(
    tell: Progress, *, since: Mapping[str, int] | None = None
) -> Iterator[Fault]:
    """Openings that are not what their entries commit to, and rows that are not.

    With `since` only openings of entries from these positions on are looked at.
    """
    rows = Opening.objects.order_by("log", "n")
    for log, size in (since or {}).items():
        rows = rows.exclude(log=log, n__lt=size)
    tell.begin("what entries commit to", rows.count())
    changing = _Changing(_recorded_tables(), {})
    for openings in _batches(rows.iterator(chunk_size=BATCH)):
        entries = _entries_of(openings)
        committed = _rows_of(openings)
        for opening in openings:
            yield from _faults_of(opening, entries, committed, changing)
        tell.step(len(openings))
    yield from _changing_faults(changing)
    yield from _without_opening(since or {})


def _without_opening(since: Mapping[str, int]) -> Iterator[Fault]:
    """Entries whose content was taken away; what came out of a mirror had none."""
    kept = Opening.objects.filter(log=models.OuterRef("log"), n=models.OuterRef("n"))
    rows = Entry.objects.filter(~models.Exists(kept)).exclude(kind__in=WITHOUT)
    for log, size in since.items():
        rows = rows.exclude(log=log, n__lt=size)
    for back in Replay.objects.all():
        rows = rows.exclude(log=back.log, n__gte=back.first, n__lt=back.size)
    for log, n in rows.order_by("log", "n").values_list("log", "n").iterator():
        says = "is gone: nothing tells what the entry commits to"
        yield Fault(log, n, Opening._meta.db_table, "", says)


def _faults_of(
    opening: Opening,
    entries: dict[tuple[str, int], Entry],
    committed: dict[tuple[str, UUID], models.Model],
    changing: _Changing,
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
    if changing.keep(opening, payload, entry.content.at):
        return
    yield from _row_faults(opening, payload, committed, entry)


def _changing_faults(changing: _Changing) -> Iterator[Fault]:
    """Rows that change: each is what the newest entry about it says."""
    newest = {opening.pk: payload for _, opening, payload in changing.newest.values()}
    for openings in _batches(one for _, one, _ in changing.newest.values()):
        committed = _rows_of(openings)
        for opening in openings:
            yield from _row_faults(opening, newest[opening.pk], committed)


def _recorded_tables() -> frozenset[str]:
    rows = (m for m in apps.get_models() if issubclass(m, Recorded))
    return frozenset(m._meta.db_table for m in rows)


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
    entry: Entry | None = None,
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
    if entry is not None and not _is_its_file(row, entry):
        says = "does not name the file its entry commits to"
        yield _fault(opening, opening.table, opening.row, says)
    kept = payload["row"]
    changed = sorted(c for c in kept if stored.get(c) != kept[c])
    if changed:
        says = f"is not what its entry commits to: {', '.join(changed)}"
        yield _fault(opening, opening.table, opening.row, says)


def _is_its_file(row: models.Model, entry: Entry) -> bool:
    """Whether the digest of a stored file is the one that was signed; no key asked."""
    blob = entry.content.statement.blob
    digest = getattr(row, "cipher_sha256", None)
    return blob is None or digest is None or digest == blob.hex()


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
