"""Going on after entries were lost: two people answer for it, and it stays visible.

What two people accept opens a new epoch: new logs, whose first entries name the logs
before them, what those still hold and what is known to be lost. Nothing is written any
more at positions that may have been taken by entries which are gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from centre.core import access, clock, journal
from centre.core.actions.approvals import approve, execute, propose
from centre.core.actions.set_up import open_log, system_actor
from centre.core.actions.upkeep import sign_head
from centre.core.errors import RuleError
from centre.core.known_heads import Lost, root_at
from centre.core.models import Centre, Proposal, Restoration, User
from centre.core.permissions import Permission
from centre.core.two_person import TwoPersonAct
from centre.ledger import actions as ledger
from centre.ledger import epochs
from centre.ledger.kinds import Kind
from centre.ledger.models import Head
from centre.ledger.origins import stream_of_log


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
    *,
    centre: Centre,
    lost: Sequence[Lost],
    words: str,
    by: User,
    code: str,
    second: User,
    second_code: str,
) -> list[Restoration]:
    """Accept, as two people, that known entries are gone, and go on in a new epoch.

    Proposal and approval are the new epoch's entries, for the log that lost entries
    takes none any more. Without both of them nothing is opened.
    """
    at = clock.now()
    access.require(by, Permission.KEYS_PROPOSE, centre)
    if not lost:
        raise RuleError("Nothing is missing. There is nothing to accept.")
    held = Centre.objects.select_for_update().get(pk=centre.pk)
    if {journal.origin(held, log) for log in journal.LOGS} & {f.log for f in lost}:
        _open_epoch(held, lost, at)
    payload = payload_of_loss(lost)
    proposal = propose(
        act=TwoPersonAct.RESTORE,
        on=held,
        payload=payload,
        words=words,
        by=by,
        code=code,
    )
    approve(proposal=proposal, by=second, code=second_code)
    execute(proposal=proposal, payload=payload, by=by, at=clock.now())
    centre.epoch = held.epoch
    return [_write(found, proposal, held, by) for found in lost]


def _open_epoch(centre: Centre, lost: Sequence[Lost], at: datetime) -> None:
    """End the centre's logs where they stand and open the next ones."""
    ended = {name: journal.origin(centre, name) for name in journal.LOGS}
    ledger.lock_in_order(logs=ended.values())
    _sign_ends(ended.values(), lost, at)
    centre.epoch += 1
    centre.save(update_fields=["epoch"])
    for name in journal.LOGS:
        open_log(journal.origin(centre, name), at)
    for name, older in ended.items():
        log = journal.origin(centre, name)
        journal.append_plain(
            Kind.LEDGER_GENESIS,
            log=log,
            centre=centre,
            facts={"centre": centre.code, "log": log, **_told_of(older, lost)},
            by=system_actor(),
            at=at,
            row=centre if name == journal.CUSTODY else None,
            stream=stream_of_log(log),
            refs=[epochs.end_of(older)],
        )


def _sign_ends(ended: Any, lost: Sequence[Lost], at: datetime) -> None:
    """Sign what is left of each log, so that it can be shown; never another history.

    Where entries stand in place of known ones, a second root would be signed for one
    log: there the newest checkpoint the backup brought stays the last.
    """
    others = {found.log for found in lost if not found.is_shorter}
    for log in ended:
        if log not in others:
            sign_head(log=log, at=at)


def _told_of(older: str, lost: Sequence[Lost]) -> dict[str, Any]:
    """What the first entry of an epoch says of the log before it."""
    size = Head.objects.get(pk=older).size
    known = [found.known for found in lost if found.log == older]
    furthest = max(known, key=lambda one: one.size, default=None)
    return {
        "before": older,
        "size": size,
        "root": root_at(older, size).hex(),
        "known_size": furthest.size if furthest else size,
        "known_root": furthest.root.hex() if furthest else "",
    }


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
