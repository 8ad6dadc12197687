"""What signer and witnesses say they have seen, asked before anything is served."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus

from django.conf import settings

from centre.core import journal, known_heads
from centre.core.anchors import policy
from centre.core.log_signing import is_apart
from centre.core.models import Centre
from centre.ledger import checkpoint, wire, witness
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


def ask_signer() -> None:
    """Learn from a signer that runs apart how much of each log it has signed."""
    for centre in Centre.objects.order_by("code") if settings.SIGNER else ():
        for log in (journal.origin(centre, name) for name in journal.LOGS):
            newest = Checkpoint.objects.filter(log=log).order_by("-size").first()
            if newest is None or not is_apart(log):
                continue
            text = checkpoint.read(newest.note).text
            body = witness.Request(newest.size, (), f"{text}\n").encode()
            with suppress(LedgerError):
                learn_from(log, wire.ask(settings.SIGNER, body))


def learn_from(log: str, answer: witness.Answer) -> None:
    """Keep the size that an answer names, if it names one."""
    said = answer.body.strip()
    if answer.status == HTTPStatus.CONFLICT and said.isdecimal():
        known_heads.learn(log, int(said))
