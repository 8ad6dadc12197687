"""Giving the logs new keys: two people, and the old key's word for the new one."""

from __future__ import annotations

from django.db import transaction

from centre.core import access, clock, journal
from centre.core.actions.approvals import approve, execute, propose
from centre.core.actions.set_up import make_key, system_actor
from centre.core.actions.upkeep import sign_head
from centre.core.errors import RuleError
from centre.core.log_signing import purpose, signers
from centre.core.models import Centre, User
from centre.core.permissions import Permission
from centre.core.two_person import TwoPersonAct
from centre.ledger import actions as ledger
from centre.ledger import log_keys
from centre.ledger.heads import Apart
from centre.ledger.models import LogKey


@transaction.atomic
def change_log_keys(
    *, centre: Centre, words: str, by: User, code: str, second: User, second_code: str
) -> list[LogKey]:
    """Give both logs of a centre fresh keys, as two people.

    An entry of each log names the new key, with the old one's signature. The heads
    signed right away bear both signatures.
    """
    at = clock.now()
    access.require(by, Permission.KEYS_PROPOSE, centre)
    logs = sorted(journal.origin(centre, log) for log in journal.LOGS)
    payload = {"keys": {log: log_keys.of(log).every[-1] for log in logs}}
    proposal = propose(
        act=TwoPersonAct.KEY_ROTATION,
        on=centre,
        payload=payload,
        words=words,
        by=by,
        code=code,
    )
    approve(proposal=proposal, by=second, code=second_code)
    execute(proposal=proposal, payload=payload, by=by, at=clock.now())
    changed = []
    for log in logs:
        old, _ = signers(log, at)
        if isinstance(old, Apart):
            raise RuleError(
                "The logs' keys are with the signer that runs apart; it cannot be "
                "asked for its word on a new key. Nothing was changed."
            )
        number = len(log_keys.of(log).every) + 1
        new = make_key(purpose(log, number))
        changed.append(
            ledger.change_key(
                log=log, old=old, new=new, by=system_actor().signer, at=clock.now()
            )
        )
        sign_head(log=log, at=clock.now())
    return changed
