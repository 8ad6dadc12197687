"""What witnesses say they have seen, asked before anything is served."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus

from centre.core import journal, known_heads
from centre.core.anchors import policy
from centre.core.models import Centre
from centre.ledger import wire, witness
from centre.ledger.errors import LedgerError
from centre.ledger.models import Checkpoint


def ask_witnesses() -> None:
    """Learn from each witness that can be reached how far it has seen each log.

    A witness that knows another size than ours says so (C2SP tlog-witness, 409); one
    that does not answer tells nothing, and stops nobody.
    """
    reached = [known.address for known in policy().witnesses if known.address]
    for centre in Centre.objects.order_by("code") if reached else ():
        log = journal.origin(centre)
        newest = Checkpoint.objects.filter(log=log).order_by("-size").first()
        if newest is None:
            continue
        body = witness.Request(newest.size, (), newest.note).encode()
        for address in reached:
            with suppress(LedgerError):
                learn_from(log, wire.ask(address, body))


def learn_from(log: str, answer: witness.Answer) -> None:
    """Keep the size that an answer names, if it names one."""
    said = answer.body.strip()
    if answer.status == HTTPStatus.CONFLICT and said.isdecimal():
        known_heads.learn(log, int(said))
