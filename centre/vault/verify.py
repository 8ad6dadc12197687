"""Opens everything that is encrypted and names what does not open.

What a destroyed key encrypted is meant to stay shut and is no fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import models

from centre.vault import files, keys
from centre.vault.errors import KeyDestroyedError, RootKeyError, VaultError
from centre.vault.fields import EncryptedField, encrypted_fields
from centre.vault.models import CaseKey, CentreKey

BATCH: Final = 200

Blob = tuple[UUID, UUID, str, str]
"""Id of a file, its case, SHA-256 of its content and of its ciphertext."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was written; shaped like the ledger's."""

    log: str
    n: int | None
    table: str
    row: str
    says: str


def faults(tables: Iterable[type[models.Model]] | None = None) -> Iterator[Fault]:
    """Every key and every encrypted value that does not open, table by table."""
    try:
        keys.check_root_key()
    except RootKeyError as error:
        yield _fault("vault_root_check", 1, str(error))
        return
    yield from key_faults()
    for model in apps.get_models() if tables is None else tables:
        yield from table_faults(model)


def key_faults() -> Iterator[Fault]:
    """Every centre and case key that does not unwrap."""
    for centre in CentreKey.objects.values_list("centre_id", flat=True).distinct():
        if not _opens_centre(centre):
            yield _fault(CentreKey._meta.db_table, centre, "does not unwrap")
    rows = CaseKey.objects.exclude(wrapped=None).order_by("case_id")
    scopes = rows.values_list("case_id", flat=True).distinct()
    for batch in _batches(scopes.iterator(chunk_size=BATCH)):
        keys.warm(batch)
        for scope in batch:
            if not _opens_case(scope):
                yield _fault(CaseKey._meta.db_table, scope, "does not unwrap")


def table_faults(model: type[models.Model]) -> Iterator[Fault]:
    """Every encrypted value of one table that does not open in its place."""
    fields = encrypted_fields(model)
    if not fields:
        return
    rows = model._base_manager.select_related(*_ways(fields)).order_by("pk")
    for row in rows.iterator(chunk_size=BATCH):
        for field in fields:
            says = _value_fault(row, field)
            if says:
                yield _fault(model._meta.db_table, row.pk, says)


def blob_faults(blobs: Iterable[Blob], *, table: str = "blobs") -> Iterator[Fault]:
    """Every file that is missing, replaced, cut short or unreadable."""
    for blob_id, case_id, sha256, cipher_sha256 in blobs:
        says = files.fault(
            blob_id=blob_id,
            case_id=case_id,
            sha256=sha256,
            cipher_sha256=cipher_sha256,
        )
        if says:
            yield _fault(table, blob_id, f"the file {says}")


def _value_fault(row: models.Model, field: EncryptedField[Any, Any]) -> str:
    try:
        getattr(row, field.attname)
    except KeyDestroyedError:
        return ""
    except (VaultError, ValueError):
        return f"the column {field.column} does not open in its place"
    return ""


def _ways(fields: Iterable[EncryptedField[Any, Any]]) -> list[str]:
    """The relations on the way to a scope, for one query with the rows."""
    dotted = (f.scope.split(".")[:-1] for f in fields if isinstance(f.scope, str))
    return ["__".join(way) for way in dotted if way]


def _opens_centre(centre_id: UUID) -> bool:
    try:
        keys.centre_key(centre_id)
    except VaultError:
        return False
    return True


def _opens_case(scope: UUID) -> bool:
    try:
        keys.case_keys(scope)
    except VaultError:
        return False
    return True


def _batches(scopes: Iterable[UUID]) -> Iterator[list[UUID]]:
    batch: list[UUID] = []
    for scope in scopes:
        batch.append(scope)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _fault(table: str, row: object, says: str) -> Fault:
    return Fault(log="", n=None, table=table, row=str(row), says=says)
