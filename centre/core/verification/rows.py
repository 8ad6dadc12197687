"""Rows by themselves: their guards, their entries, their versions, their files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from centre.core import log_signing
from centre.core.models import (
    AccessNote,
    Opening,
    Recorded,
    SigningKey,
    SystemKey,
    TotpDevice,
    VerificationRun,
    WriteOnce,
    payload_of,
)
from centre.core.progress import Progress
from centre.ledger import log_keys
from centre.ledger.checkpoint import vkey
from centre.ledger.guards import unguarded
from centre.ledger.models import Head
from centre.ledger.signing import Signer
from centre.ledger.verify import Fault
from centre.vault import files
from centre.vault.errors import KeyDestroyedError, VaultError

BATCH: Final = 500
SYSTEM: Final = "system"


def faults(tell: Progress) -> Iterator[Fault]:
    """Rows that stand in no entry, and live rows that are not their newest version."""
    yield from _unbound_rows(tell)
    yield from _live_row_faults(tell)
    yield from _system_key_faults()


def bound_models() -> list[type[models.Model]]:
    """The tables whose every row must be committed to by an entry."""
    return [m for m in apps.get_models() if _is_bound(m)]


def _is_bound(model: type[models.Model]) -> bool:
    if model in {Opening, AccessNote}:
        return False
    return issubclass(model, WriteOnce | Recorded) or hasattr(model, "history_id")


def guard_faults(tell: Progress) -> Iterator[Fault]:
    """Tables whose guard against changes is gone."""
    tables = [m._meta.db_table for m in apps.get_models() if issubclass(m, WriteOnce)]
    tell.begin("guards of the tables", len(tables))
    for table in unguarded(connection, tables):
        yield Fault("", None, table, "", "has lost the guard that refuses changes")


def _unbound_rows(tell: Progress) -> Iterator[Fault]:
    """Planted rows: not an alarm no log took in yet, nor a factor not yet confirmed."""
    for model in bound_models():
        table = model._meta.db_table
        tell.begin(f"rows of {table}", 0)
        bound = Opening.objects.filter(row=models.OuterRef("pk"), table=table)
        planted = model._default_manager.filter(~models.Exists(bound))
        if model is VerificationRun:
            planted = planted.filter(is_sound=True)
        elif model is TotpDevice:
            planted = planted.exclude(confirmed_at=None)
        for key in planted.values_list("pk", flat=True).iterator():
            yield Fault("", None, table, str(key), "stands in no entry")


def _live_row_faults(tell: Progress) -> Iterator[Fault]:
    """A row that people edit is what its newest version says; none is ever deleted."""
    for model in apps.get_models():
        manager = getattr(model._meta, "simple_history_manager_attribute", None)
        if manager is None:
            continue
        tell.begin(f"newest versions of {model._meta.db_table}", 0)
        versions = getattr(model, manager).model
        for row in model._default_manager.iterator(chunk_size=BATCH):
            newest = versions._default_manager.filter(id=row.pk).order_by("-version")
            yield from _differs(row, newest.first())
        live = model._default_manager.filter(pk=models.OuterRef("id"))
        left = versions._default_manager.filter(~models.Exists(live)).order_by()
        for key in left.values_list("id", flat=True).distinct():
            table = model._meta.db_table
            yield Fault("", None, table, str(key), "is gone; its versions are there")


def _differs(row: models.Model, newest: models.Model | None) -> Iterator[Fault]:
    table = row._meta.db_table
    if newest is None:
        yield Fault("", None, table, str(row.pk), "has no version")
        return
    try:
        live, kept = payload_of(row), payload_of(newest)
    except KeyDestroyedError:
        return
    except (VaultError, ValueError, TypeError):
        yield Fault("", None, table, str(row.pk), "cannot be opened")
        return
    changed = sorted(c for c in live if live[c] != kept.get(c))
    if changed:
        says = f"is not what its newest version says: {', '.join(changed)}"
        yield Fault("", None, table, str(row.pk), says)


def _system_key_faults() -> Iterator[Fault]:
    """Keys the centre itself signs with: each is what the log says it is."""
    known = _log_keys()
    missing = {SYSTEM, *known}
    for row in SystemKey.objects.all():
        missing.discard(row.purpose)
        says = _system_key_says(row, known)
        if says:
            yield Fault("", None, SystemKey._meta.db_table, str(row.pk), says)
    if settings.SIGNER:
        missing &= {SYSTEM}
    for purpose in sorted(missing):
        says = f"There is no key for {purpose}."
        yield Fault("", None, SystemKey._meta.db_table, "", says)


def _log_keys() -> dict[str, str]:
    """Every key of every log: its verifier key by what it is kept as."""
    return {
        log_signing.purpose(log, number): key
        for log in Head.objects.values_list("log", flat=True)
        for number, key in enumerate(log_keys.of(log).every, start=1)
    }


def _system_key_says(row: SystemKey, known: dict[str, str]) -> str:
    try:
        signer = Signer.from_seed(bytes.fromhex(row.seed))
    except (VaultError, ValueError):
        return "cannot be opened"
    if signer.public_key != bytes(row.public_key):
        return "is not what its entry commits to: public_key"
    if row.purpose == SYSTEM:
        mine = SigningKey.objects.filter(kid=signer.kid, user__username=SYSTEM)
        return "" if mine.exists() else "is not the system's key on file"
    log, _ = log_signing.placed(row.purpose)
    held = known.get(row.purpose)
    if held is None and not Head.objects.filter(pk=log).exists():
        return ""
    is_it = held == vkey(log, signer.public_key)
    return "" if is_it else "is not the key of its log"


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
