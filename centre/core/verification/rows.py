"""Rows by themselves: their guards, their entries, their versions, their files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.apps import apps
from django.db import connection, models

from centre.core.models import (
    AccessNote,
    Opening,
    VerificationRun,
    WriteOnce,
    payload_of,
)
from centre.core.progress import Progress
from centre.ledger.guards import unguarded
from centre.ledger.verify import Fault
from centre.vault import files
from centre.vault.errors import VaultError

BATCH: Final = 500


def faults(tell: Progress) -> Iterator[Fault]:
    """Rows that stand in no entry, and live rows that are not their newest version."""
    yield from _unbound_rows(tell)
    yield from _live_row_faults(tell)


def bound_models() -> list[type[models.Model]]:
    """The tables whose every row must be committed to by an entry."""
    return [m for m in apps.get_models() if _is_bound(m)]


def _is_bound(model: type[models.Model]) -> bool:
    if model in {Opening, AccessNote}:
        return False
    return issubclass(model, WriteOnce) or hasattr(model, "history_id")


def guard_faults(tell: Progress) -> Iterator[Fault]:
    """Tables whose guard against changes is gone."""
    tables = [m._meta.db_table for m in apps.get_models() if issubclass(m, WriteOnce)]
    tell.begin("guards of the tables", len(tables))
    for table in unguarded(connection, tables):
        yield Fault("", None, table, "", "has lost the guard that refuses changes")


def _unbound_rows(tell: Progress) -> Iterator[Fault]:
    """Planted rows. An alarm that no log could take in yet is no planted row."""
    for model in bound_models():
        table = model._meta.db_table
        tell.begin(f"rows of {table}", 0)
        bound = Opening.objects.filter(row=models.OuterRef("pk"), table=table)
        planted = model._default_manager.filter(~models.Exists(bound))
        if model is VerificationRun:
            planted = planted.filter(is_sound=True)
        for key in planted.values_list("pk", flat=True).iterator():
            yield Fault("", None, table, str(key), "stands in no entry")


def _live_row_faults(tell: Progress) -> Iterator[Fault]:
    """A row that people edit is what its newest version says, byte for byte."""
    for model in apps.get_models():
        manager = getattr(model._meta, "simple_history_manager_attribute", None)
        if manager is None:
            continue
        tell.begin(f"newest versions of {model._meta.db_table}", 0)
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


def blob_faults(tell: Progress) -> Iterator[Fault]:
    """Files that are missing, replaced or unreadable."""
    for model in apps.get_models():
        if hasattr(model, "blob_id") and hasattr(model, "cipher_sha256"):
            tell.begin(f"files of {model._meta.db_table}", 0)
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
