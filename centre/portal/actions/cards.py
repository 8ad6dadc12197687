"""What staff do: make and end a card, and see to what she asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from centre.core import access, clock, journal, references
from centre.core.errors import RuleError
from centre.core.models import Case, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind
from centre.portal import rules
from centre.portal.codes import bound, digest
from centre.portal.models import Answered, Asked, Card, CardEnd


@dataclass(frozen=True)
class Made:
    """A new card, with its code, which nobody can read again."""

    card: Card
    code: str


@transaction.atomic
def make_card(*, case: Case, pin: str, again: str, by: User) -> Made:
    """Make a code for the survivor, with the number she chose; an earlier card ends.

    She chooses the number herself on the staff's device. A number that was lost is
    replaced the same way, in person, by a new card.
    """
    at = clock.now()
    access.require(by, Permission.CARD_MAKE, case)
    case = Case.objects.select_for_update().get(pk=case.pk)
    rules.check_pin(pin, again)
    for card in Card.objects.filter(case=case, end__isnull=True):
        _end(card, by=by, at=at)
    code = references.new(rules.CODE_LENGTH)
    card = Card.objects.create(
        case=case,
        digest=digest(code),
        hashed=make_password(bound(code, pin)),
        made_at=at,
        made_by=by,
    )
    journal.record(Kind.CARD_MADE, by=by, on=case, at=at, row=card, stream=card.pk)
    return Made(card, references.grouped(code))


@transaction.atomic
def end_card(*, case: Case, by: User) -> CardEnd:
    """End the card of a case: her page shows nothing any more."""
    at = clock.now()
    access.require(by, Permission.CARD_MAKE, case)
    case = Case.objects.select_for_update().get(pk=case.pk)
    card = Card.objects.filter(case=case, end__isnull=True).first()
    rules.check_live(is_ended=card is None)
    assert card is not None  # noqa: S101 - the rule above
    return _end(card, by=by, at=at)


@transaction.atomic
def open_wish(*, asked: Asked, by: User) -> str:
    """Read her words; that somebody read them is written down."""
    at = clock.now()
    access.require(by, Permission.WISH_ANSWER, asked.case)
    journal.looked(Kind.READ, by=by, on=asked.case, at=at, what=str(asked))
    return str(asked.words)


@transaction.atomic
def answer_wish(*, asked: Asked, words: str, by: User) -> Answered:
    """Write down what became of something she asked for."""
    at = clock.now()
    case = asked.case
    access.require(by, Permission.WISH_ANSWER, case)
    Case.objects.select_for_update().get(pk=case.pk)
    if not words.strip():
        raise RuleError("Write what was done about it.")
    if Answered.objects.filter(asked=asked).exists():
        raise RuleError("This is seen to already.")
    row = Answered.objects.create(
        asked=asked, case=case, words=words, answered_at=at, answered_by=by
    )
    journal.record(
        Kind.SURVIVOR_ANSWERED, by=by, on=case, at=at, row=row, stream=asked.card_id
    )
    return row


def _end(card: Card, *, by: User, at: datetime) -> CardEnd:
    row = CardEnd.objects.create(card=card, ended_at=at, ended_by=by)
    journal.record(Kind.CARD_ENDED, by=by, on=card.case, at=at, row=row, stream=card.pk)
    return row
