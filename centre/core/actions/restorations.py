"""Going on after entries were lost: two people answer for it, and it stays visible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from centre.core import access, clock, journal
from centre.core.actions.approvals import execute
from centre.core.errors import RuleError
from centre.core.known_heads import Lost
from centre.core.models import Centre, Proposal, Restoration, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind


def payload_of_loss(lost: Sequence[Lost]) -> dict[str, Any]:
    """What exactly is accepted: each log, what it holds, what is known of it."""
    return {
        "lost": [
            {
                "log": found.log,
                "size": found.size,
                "known_size": found.known.size,
                "known_root": found.known.root.hex(),
            }
            for found in lost
        ]
    }


@transaction.atomic
def accept_loss(
    *, proposal: Proposal, centre: Centre, lost: Sequence[Lost], by: User
) -> list[Restoration]:
    """Write down which known entries are gone; from here on the centre is served."""
    at = clock.now()
    access.require(by, Permission.KEYS_PROPOSE, centre)
    if not lost:
        raise RuleError("Nothing is missing. There is nothing to accept.")
    execute(proposal=proposal, payload=payload_of_loss(lost), by=by, at=at)
    return [_write(found, proposal, centre, by) for found in lost]


def _write(found: Lost, proposal: Proposal, centre: Centre, by: User) -> Restoration:
    at = clock.now()
    row = Restoration.objects.create(
        centre=centre,
        log=found.log,
        size=found.size,
        known_size=found.known.size,
        known_root=found.known.root.hex(),
        proposal=proposal,
        at=at,
    )
    journal.record(Kind.LEDGER_RECOVERED, by=by, on=centre, at=at, row=row)
    return row
