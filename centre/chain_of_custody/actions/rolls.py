"""Taking in rolls of seals, accounting for spoilt ones, and printing the seal log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from centre.chain_of_custody.actions.papers import head_of
from centre.chain_of_custody.models import Seal
from centre.chain_of_custody.models.rolls import SealRoll, SpoiltSeal
from centre.chain_of_custody.queries.seal_log import (
    RollState,
    SealLine,
    lines,
    rolls,
    seals,
)
from centre.chain_of_custody.rules import seal_log as rules
from centre.chain_of_custody.rules.codes import seal_number
from centre.chain_of_custody.rules.samples import SEAL_KINDS
from centre.core import access, clock, journal, references
from centre.core.errors import RuleError
from centre.core.models import Centre, User
from centre.core.paper import LedgerHead
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind


@dataclass(frozen=True)
class SealLog:
    """The seal log as it is printed."""

    centre: Centre
    rolls: tuple[RollState, ...]
    seals: tuple[SealLine, ...]
    number: str
    made_at: datetime
    by: str
    head: LedgerHead


@transaction.atomic
def take_in_roll(
    *, centre: Centre, first: str, last: str, kind: str, by: User
) -> SealRoll:
    """Take in a roll, so that each of its numbers must be accounted for."""
    at = clock.now()
    access.require(by, Permission.KIT_STOCK, centre)
    if kind not in SEAL_KINDS:
        raise RuleError("Choose the kind of seal.")
    prefix, begins, ends, digits = rules.check_roll(
        seal_number(first), seal_number(last)
    )
    same = SealRoll.objects.filter(
        prefix=prefix, digits=digits, first__lte=ends, last__gte=begins
    )
    if same.exists():
        raise RuleError("Some of these numbers are of a roll that was taken in before.")
    roll = SealRoll.objects.create(
        centre=centre,
        prefix=prefix,
        first=begins,
        last=ends,
        digits=digits,
        kind=kind,
        taken_in_at=at,
        taken_in_by=by,
    )
    journal.record(
        Kind.SEAL_ROLL_TAKEN_IN, by=by, on=centre, at=at, row=roll, stream=roll.pk
    )
    return roll


@transaction.atomic
def note_spoilt(*, centre: Centre, number: str, reason: str, by: User) -> SpoiltSeal:
    """Account for a seal that was spoilt before it was put on anything."""
    at = clock.now()
    access.require(by, Permission.KIT_STOCK, centre)
    rules.check_spoilt(reason)
    typed = seal_number(number)
    prefix, value, digits = rules.parted(typed)
    roll = SealRoll.objects.filter(
        centre=centre,
        prefix=prefix,
        digits=digits,
        first__lte=value,
        last__gte=value,
    ).first()
    if roll is None:
        raise RuleError("No roll of this centre has this number. Check what you typed.")
    if Seal.objects.filter(number=typed).exists():
        raise RuleError("This seal was put on something. Look at it in the seal log.")
    if SpoiltSeal.objects.filter(number=typed).exists():
        raise RuleError("This seal is noted as spoilt already.")
    row = SpoiltSeal.objects.create(
        roll=roll, number=typed, reason=reason, noted_at=at, noted_by=by
    )
    journal.record(Kind.SEAL_SPOILT, by=by, on=centre, at=at, row=row, stream=roll.pk)
    return row


@transaction.atomic
def print_seal_log(*, centre: Centre, by: User) -> SealLog:
    """Issue the seal log of a centre, with its gaps."""
    at = clock.now()
    access.require(by, Permission.KIT_STOCK, centre)
    number = references.new()
    facts = {"document": "seal_log", "number": number}
    journal.record(Kind.DOCUMENT_ISSUED, by=by, on=centre, at=at, facts=facts)
    journal.looked(Kind.PRINTED, by=by, on=centre, at=at, what="Seal log")
    return SealLog(
        centre=centre,
        rolls=tuple(rolls(centre)),
        seals=tuple(lines(seals(centre))),
        number=number,
        made_at=at,
        by=by.name,
        head=head_of(centre, at),
    )
