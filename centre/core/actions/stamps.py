"""Asking a time stamp authority: over the network, or by files (RFC 3161)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from django.conf import settings
from django.db import transaction

from centre.core import clock, journal, stamps
from centre.core.actions.set_up import system_actor
from centre.core.actions.upkeep import checkpoint as make_checkpoint
from centre.core.errors import RuleError
from centre.core.models import Centre, TimeStamp
from centre.ledger import tsa, wire
from centre.ledger.errors import LedgerError
from centre.ledger.kinds import Kind
from centre.ledger.models import Checkpoint

_MOST: Final = 5000
"""So many newest checkpoints are looked through for the one a request is over."""


def stamp_request(centre: Centre) -> bytes:
    """A request for a time stamp over the custody log as it stands now."""
    try:
        return tsa.request(make_checkpoint(centre).note)
    except LedgerError as error:
        raise RuleError(str(error)) from error


@transaction.atomic
def keep_stamp(*, centre: Centre, asked: bytes, answer: bytes) -> TimeStamp:
    """Keep an authority's answer after checking it; an entry of the log says so."""
    at = clock.now()
    trusted = stamps.roots()
    log = journal.origin(centre)
    try:
        under = _checkpoint_of(log, tsa.imprint(asked))
        stamp = tsa.check_answer(asked, answer, note=under.note, roots=trusted)
    except LedgerError as error:
        raise RuleError(f"The authority's answer does not hold. {error}") from error
    row = TimeStamp.objects.create(
        centre=centre,
        log=log,
        size=under.size,
        authority=stamp.authority[:300],
        note=under.note,
        answer=answer,
        stamped_at=stamp.at,
        kept_at=at,
    )
    journal.record(
        Kind.ANCHOR_TSA, by=system_actor(), on=centre, at=at, row=row, stream=row.pk
    )
    return row


def stamp(centre: Centre) -> TimeStamp:
    """Ask the authority over the network and keep its answer."""
    asked = stamp_request(centre)
    stamps.roots()
    try:
        status, answer, _ = wire.post(settings.TSA, asked, tsa.QUERY_TYPE)
    except LedgerError as error:
        raise RuleError(f"The time stamp authority: {error}") from error
    if status != HTTPStatus.OK:
        raise RuleError(f"The time stamp authority refuses ({status}).")
    return keep_stamp(centre=centre, asked=asked, answer=answer)


def _checkpoint_of(log: str, imprint: bytes) -> Checkpoint:
    newest = Checkpoint.objects.filter(log=log).order_by("-size")[:_MOST]
    for made in newest.iterator():
        if tsa.digest(made.note) == imprint:
            return made
    raise RuleError("The request is over no checkpoint of this centre's log.")
