"""Asking witnesses: over the network, or by files on a stick."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus

from django.db import transaction

from centre.core import clock, journal, outside
from centre.core.actions.set_up import system_actor
from centre.core.actions.upkeep import checkpoint as make_checkpoint
from centre.core.anchors import Known
from centre.core.errors import RuleError
from centre.core.models import Anchor, Centre
from centre.ledger import cosign, log_keys, proofs, wire, witness
from centre.ledger.errors import LedgerError
from centre.ledger.kinds import Kind
from centre.ledger.models import Checkpoint


def request_for(centre: Centre, asked: Known, *, old: int | None = None) -> bytes:
    """The request for this witness's signature under the log as it stands now.

    `old` is the size the witness says it knows; else the newest it signed for us.
    """
    log = journal.origin(centre)
    under = make_checkpoint(centre)
    if old is None:
        rows = Anchor.objects.filter(log=log, witness=asked.key.name)
        last = rows.order_by("-size").first()
        old = last.size if last else 0
    if old > under.size:
        raise RuleError(
            f"The witness knows {old} entries, this log has {under.size}: entries "
            "are missing. Stop work and look for the newest backup and mirror."
        )
    proof = (
        proofs.prove_consistency(log=log, old=old, new=under.size)
        if 0 < old < under.size
        else ()
    )
    return witness.Request(old, tuple(proof), under.note).encode()


@transaction.atomic
def keep_answer(*, centre: Centre, asked: Known, body: bytes, answer: str) -> Anchor:
    """Keep a witness's signature after checking it; an entry of the log says so."""
    at = clock.now()
    log = journal.origin(centre)
    try:
        note = cosign.joined(witness.read(body).note, answer, keys=[asked.key])
        found = log_keys.of(log).verify(note)
        seconds = cosign.cosigned(found, [asked.key])[asked.key.name]
    except LedgerError as error:
        raise RuleError(f"The witness's answer does not hold. {error}") from error
    if not Checkpoint.objects.filter(log=log, size=found.size).exists():
        raise RuleError("The answer is to another request than ours.")
    system = system_actor()
    row = Anchor.objects.create(
        centre=centre,
        log=log,
        size=found.size,
        witness=asked.key.name,
        note=note,
        seen_at=datetime.fromtimestamp(seconds, tz=UTC),
        kept_at=at,
    )
    journal.record(
        Kind.ANCHOR_WITNESS, by=system, on=centre, at=at, row=row, stream=row.pk
    )
    return row


def anchor(centre: Centre, asked: Known) -> Anchor:
    """Ask a witness over the network and keep its answer; `RuleError` says why not."""
    body = request_for(centre, asked)
    answer = _ask(asked, body)
    if answer.status == HTTPStatus.CONFLICT and answer.body.strip().isdecimal():
        outside.learn_from(journal.origin(centre), answer)
        body = request_for(centre, asked, old=int(answer.body))
        answer = _ask(asked, body)
    if answer.status != HTTPStatus.OK:
        says = answer.body.strip()
        raise RuleError(f"The witness {asked.name} refuses ({answer.status}): {says}")
    return keep_answer(centre=centre, asked=asked, body=body, answer=answer.body)


def _ask(asked: Known, body: bytes) -> witness.Answer:
    try:
        return wire.ask(asked.address, body)
    except LedgerError as error:
        raise RuleError(f"The witness {asked.name}: {error}") from error
