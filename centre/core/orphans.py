"""Files that no row names: an act wrote them and then failed, or the power went.

A file is written before its row, and its row counts only once the act is kept. So a
file is left alone until it has rested for two days, longer than any act lasts, and it
is listed before the rows are asked: whatever was kept meanwhile is named by then. A
file that an entry of a log names stays in any case, for then its row was taken away.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.apps import apps
from django.conf import settings

from centre.ledger.models import Entry
from centre.vault.root import sync_folder

REST: Final = timedelta(days=2)
_BLOB: Final = b'"blob":"'
_DIGEST_SIGNS: Final = 44
_BATCH: Final = 2000


@dataclass(frozen=True, slots=True)
class Swept:
    """How many files are gone, and how many stay because an entry names them."""

    gone: int
    kept: int


def sweep(*, at: datetime) -> Swept:
    """Remove files that have rested and that neither a row nor an entry names."""
    found = list(_rested(at - REST))
    named = set(_named())
    orphans = [path for path in found if path.name not in named]
    if not orphans:
        return Swept(0, 0)
    entered = set(_entered())
    gone = [path for path in orphans if _digest(path) not in entered]
    for path in gone:
        path.unlink(missing_ok=True)
    for folder in {path.parent for path in gone}:
        sync_folder(folder)
    return Swept(len(gone), len(orphans) - len(gone))


def _rested(since: datetime) -> Iterator[Path]:
    """Files that nobody has written to for long, half written ones among them."""
    for path in Path(settings.VAULT_BLOBS).glob("??/*"):
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if path.is_file() and written < since:
            yield path


def _named() -> Iterator[str]:
    """The file of every row of every table."""
    for model in apps.get_models():
        if any(field.attname == "blob_id" for field in model._meta.concrete_fields):
            rows = model._base_manager.values_list("blob_id", flat=True)
            yield from (UUID(str(key)).hex for key in rows.iterator())


def _entered() -> Iterator[str]:
    """The digest of every file that an entry names, in base64."""
    for whole in Entry.objects.values_list("entry", flat=True).iterator(_BATCH):
        _, found, after = bytes(whole).partition(_BLOB)
        if found:
            yield after[:_DIGEST_SIGNS].decode("ascii")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").digest()
    return base64.b64encode(found).decode("ascii")
