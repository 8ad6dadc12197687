"""The mirrors of the logs: kept up by the clock, compared when all is checked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from centre.core import journal
from centre.core.models import Centre, Restoration
from centre.ledger import mirror
from centre.ledger.errors import LedgerError
from centre.ledger.verify import Fault


def paths() -> Iterator[tuple[str, Path]]:
    """Each log of each epoch with the file of its mirror; none without a folder."""
    if not settings.MIRROR:
        return
    for centre in Centre.objects.order_by("code"):
        for log in journal.origins(centre):
            yield log, mirror.path_of(Path(settings.MIRROR), log)


def keep() -> None:
    """Bring every mirror up to its log; raise if one tells of another history.

    The mirror of a log that lost entries is left as it is: it may hold them still.
    """
    for log, path in paths():
        if not _is_loss_known(log):
            mirror.catch_up(log, path)


def unheld() -> Iterator[tuple[str, tuple[int, bytes]]]:
    """Logs that do not hold what their mirrors do, with size and root mirrored.

    A mirror that cannot be read tells nothing here; `keep` and `faults` say so.
    """
    for log, path in paths():
        with suppress(OSError, LedgerError):
            head = mirror.unheld(log, path)
            if head is not None:
                yield log, head


def faults() -> Iterator[Fault]:
    """What the mirrors and the logs do not tell alike.

    For entries that a mirror holds and the log has lost, two people have answered.
    """
    for log, path in paths():
        yield from _faults(log, path)


def _faults(log: str, path: Path) -> Iterator[Fault]:
    try:
        for says in mirror.faults(log, path, is_loss_known=_is_loss_known(log)):
            yield Fault(log, None, "mirror", path.name, says)
    except (OSError, LedgerError):
        says = "The mirror cannot be read."
        yield Fault(log, None, "mirror", path.name, says)


def _is_loss_known(log: str) -> bool:
    return Restoration.objects.filter(log=log).exists()
