"""Time stamps of an authority: which are kept, and whether they still hold (RFC 3161).

The authority's address is CENTRE_TSA; CENTRE_TSA_ROOTS names the file of certificates
(PEM) by which it is trusted.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.conf import settings

from centre.core.errors import RuleError
from centre.core.models import Centre, TimeStamp
from centre.ledger import log_keys, tsa
from centre.ledger.errors import LedgerError
from centre.ledger.models import Checkpoint, Head
from centre.ledger.verify import Fault

_BATCH: Final = 500


def roots() -> bytes:
    """The certificates an authority is trusted by; `RuleError` says what to do."""
    path: Path | None = settings.TSA_ROOTS
    try:
        if path is not None:
            return path.read_bytes()
    except OSError as error:
        raise RuleError(
            "The file that CENTRE_TSA_ROOTS names cannot be read. Put it back."
        ) from error
    raise RuleError(
        "Set CENTRE_TSA_ROOTS to the file with the certificate (PEM) of the time stamp "
        "authority you trust."
    )


def newest(centre: Centre, log: str) -> TimeStamp | None:
    """The newest time stamp over a log."""
    rows = TimeStamp.objects.filter(centre=centre, log=log)
    return rows.order_by("-stamped_at").first()


def faults() -> Iterator[Fault]:
    """Time stamps that no longer are what an authority signed of the log they name.

    Without the certificates, or the package that reads tokens, the token itself is left
    to whoever checks a bundle; the row is bound by its entry in any case.
    """
    trusted = _trusted()
    table = TimeStamp._meta.db_table
    for row in TimeStamp.objects.order_by("log", "size").iterator(chunk_size=_BATCH):
        says = _says(row, trusted)
        if says:
            yield Fault(row.log, row.size, table, str(row.pk), says)


def _trusted() -> bytes | None:
    try:
        return roots()
    except RuleError:
        return None


def _says(row: TimeStamp, trusted: bytes | None) -> str:
    try:
        note = log_keys.of(row.log).verify(row.note)
        if (note.size, note.origin) != (row.size, row.log):
            return "The time stamp's columns are not what was signed."
        if trusted is not None:
            stamp = tsa.check(bytes(row.answer), note=row.note, roots=trusted)
            if stamp.at != row.stamped_at:
                return "The time stamp's columns are not what was signed."
    except tsa.MissingExtraError:
        pass
    except (LedgerError, Head.DoesNotExist):
        return "The time stamp is not what the log and an authority signed."
    held = Checkpoint.objects.filter(log=row.log, size=note.size, root=note.root)
    if not held.exists():
        return "The log no longer holds what an authority has stamped."
    return ""
