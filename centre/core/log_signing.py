"""With which keys a log's checkpoints are signed now.

The first key of a log is kept under the log's name, its later ones under the name, `#`
and their number.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from centre.core import journal
from centre.core.models import SystemKey
from centre.ledger import log_keys
from centre.ledger.heads import Apart
from centre.ledger.models import Entry
from centre.ledger.signing import Signer

BOTH_SIGN: Final = timedelta(days=90)
"""So long the old key signs beside the new one, for whoever knows only the old."""

_NUMBER: Final = "#"


def purpose(log: str, number: int) -> str:
    """What a log's key is kept as; the first has number 1."""
    return log if number == 1 else f"{log}{_NUMBER}{number}"


def placed(purpose: str) -> tuple[str, int]:
    """The log a key is of, and its number."""
    log, _, number = purpose.partition(_NUMBER)
    return log, int(number) if number.isdecimal() else 1


def is_apart(log: str) -> bool:
    """Whether the newest key of a log is not here but with the signer apart."""
    if not settings.SIGNER:
        return False
    newest = purpose(log, len(log_keys.of(log).every))
    return not SystemKey.objects.filter(purpose=newest).exists()


def signers(log: str, at: datetime) -> tuple[Signer | Apart, tuple[Signer, ...]]:
    """Who signs with the key a log has now, and what signs beside it for a while."""
    later = log_keys.of(log).later
    newest: Signer | Apart = Apart(settings.SIGNER)
    if not is_apart(log):
        newest = journal.system_signer(purpose(log, len(later) + 1))
    if not later:
        return newest, ()
    changed = Entry.objects.get(log=log, n=later[-1][0]).at
    if at - changed > BOTH_SIGN:
        return newest, ()
    return newest, (journal.system_signer(purpose(log, len(later))),)
