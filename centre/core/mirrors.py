"""The mirrors of the logs: kept up by the clock, compared when all is checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from centre.core import journal
from centre.core.models import Centre
from centre.ledger import mirror
from centre.ledger.errors import LedgerError
from centre.ledger.verify import Fault


def paths() -> Iterator[tuple[str, Path]]:
    """Each log with the file of its mirror; nothing if no folder was chosen."""
    if not settings.MIRROR:
        return
    for centre in Centre.objects.order_by("code"):
        for log in journal.LOGS:
            origin = journal.origin(centre, log)
            yield origin, mirror.path_of(Path(settings.MIRROR), origin)


def keep() -> None:
    """Bring every mirror up to its log; raise if one tells of another history."""
    for log, path in paths():
        mirror.catch_up(log, path)


def faults() -> Iterator[Fault]:
    """What the mirrors and the logs do not tell alike."""
    for log, path in paths():
        try:
            for says in mirror.faults(log, path):
                yield Fault(log, None, "mirror", path.name, says)
        except (OSError, LedgerError):
            says = "The mirror cannot be read."
            yield Fault(log, None, "mirror", path.name, says)
