"""Putting lost entries back out of the mirrors, before anything else is written."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from centre.core import clock, journal, known_heads
from centre.core.actions.set_up import system_actor
from centre.core.errors import RuleError
from centre.core.models import Centre, Replay
from centre.core.verification.keys import people_keys
from centre.ledger import mirror, replay
from centre.ledger.errors import LedgerError
from centre.ledger.kinds import Kind
from centre.ledger.models import Head


@transaction.atomic
def replay_mirrors(*, centre: Centre, folder: Path) -> list[Replay]:
    """Put back what the mirrors in a folder hold beyond a centre's logs.

    `RuleError` says why nothing was put back: a mirror of another history, a mirror
    that does not agree with a head known outside, or entries that people signed whose
    accounts the backup does not hold.
    """
    at = clock.now()
    logs = [journal.origin(centre, log) for log in journal.LOGS]
    first = {log: Head.objects.get(pk=log).size for log in logs}
    grown = [log for log in sorted(logs) if _put_back(log, folder)]
    rows = [
        Replay.objects.create(
            centre=centre,
            log=log,
            first=first[log],
            size=Head.objects.get(pk=log).size,
            at=at,
        )
        for log in grown
    ]
    for row in rows:
        journal.record(
            Kind.LEDGER_REPLAYED, by=system_actor(), on=centre, at=at, row=row
        )
    return rows


def _put_back(log: str, folder: Path) -> int:
    path = mirror.path_of(folder, log)
    if not path.exists():
        return 0
    keys, lives = people_keys()
    try:
        count = replay.replay(log=log, path=path, keys=keys, lives=lives)
    except LedgerError as error:
        raise RuleError(
            f"Nothing of {log} was put back. {error} If no other mirror is left, two "
            "people can accept the loss: manage.py accept_restore."
        ) from error
    known = known_heads.known_heads().get(log)
    size = Head.objects.get(pk=log).size
    if known and known.size <= size and not known_heads.is_held(log, known):
        raise RuleError(
            f"The mirror of {log} does not agree with what is known outside at "
            f"{known.size} entries. Nothing was put back; keep both."
        )
    return count
