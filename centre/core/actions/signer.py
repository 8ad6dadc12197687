"""Moving the logs' keys to a signer that runs apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db import transaction

from centre.core import journal
from centre.core.actions.keys import note_rotation
from centre.core.errors import RuleError
from centre.core.log_signing import is_apart, purpose
from centre.core.models import Centre, SystemKey
from centre.ledger import log_keys


@transaction.atomic
def hand_to_signer(*, write: Callable[[Mapping[str, str]], None]) -> list[str]:
    """Hand the newest key of each log to the signer apart; say of which logs.

    `write` takes seeds in hexadecimal by the logs' names and returns once they are on
    the signer's disk. Afterwards the application holds none of them.
    """
    handed = {
        log: SystemKey.objects.get(purpose=purpose(log, len(log_keys.of(log).every)))
        for centre in Centre.objects.order_by("code")
        for log in (journal.origin(centre, name) for name in journal.LOGS)
        if not is_apart(log)
    }
    if not handed:
        raise RuleError("The signer has the keys of all logs already.")
    write({log: row.seed for log, row in handed.items()})
    for row in handed.values():
        row.delete()
    note_rotation(what="log keys, handed to the signer", count=len(handed))
    return sorted(handed)
