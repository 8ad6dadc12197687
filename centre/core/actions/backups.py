"""Backups and restores as the ledger tells of them; the system is their actor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from centre.core import journal
from centre.core.actions.set_up import system_actor
from centre.core.models import Centre
from centre.ledger.kinds import Kind


@transaction.atomic
def note_backup(*, data: str, keys: str, name: str, at: datetime) -> None:
    """Write down that a backup was made, with the digests of its two manifests."""
    facts = {"data": data, "keys": keys, "name": name}
    _note(Kind.BACKUP_MADE, facts, at)


@transaction.atomic
def note_drill(
    *, data: str, seconds: int, faults: int, name: str, at: datetime
) -> None:
    """Write down that a backup was restored for trial, and how that went."""
    facts = {"data": data, "seconds": seconds, "faults": faults, "name": name}
    _note(Kind.BACKUP_DRILLED, facts, at)


def _note(kind: Kind, facts: Mapping[str, Any], at: datetime) -> None:
    system = system_actor()
    for centre in Centre.objects.order_by("code"):
        journal.record(kind, by=system, on=centre, at=at, facts=facts)
