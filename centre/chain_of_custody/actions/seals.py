"""Taking a seal into use, and what follows when a seal is not as it should be."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from centre.chain_of_custody.actions.docket import Docket
from centre.chain_of_custody.models import CustodyEvent, Seal
from centre.chain_of_custody.rules import checks
from centre.chain_of_custody.rules.codes import seal_number
from centre.chain_of_custody.rules.discrepancies import Question, question_about
from centre.chain_of_custody.rules.fold import Condition
from centre.chain_of_custody.rules.moves import Move
from centre.core import journal
from centre.core.models import User
from centre.ledger.kinds import Kind


def use_seal(docket: Docket, typed: str, kind: str) -> Seal:
    """Register the seal that is put on now; its number must be new everywhere (R8)."""
    number = seal_number(typed)
    checks.check_seal_is_new(
        number, is_used=Seal.objects.filter(number=number).exists()
    )
    seal = Seal(
        number=number,
        kind=kind,
        centre=docket.centre,
        registered_at=docket.at,
        registered_by=docket.by,
    )
    try:
        with transaction.atomic():
            seal.save()
    except IntegrityError:
        checks.check_seal_is_new(number, is_used=True)
    journal.record(
        Kind.SEAL_REGISTERED,
        by=docket.by,
        on=docket.centre,
        at=docket.at,
        row=seal,
        stream=seal.pk,
    )
    return seal


def question_seal(
    docket: Docket, condition: Condition, package: str, *, about: CustodyEvent
) -> CustodyEvent | None:
    """Raise a discrepancy if the seal or its package is not as it should be."""
    question = question_about(condition, package)
    if question is None:
        return None
    return raise_question(docket, question, question.words, about=about)


def raise_question(
    docket: Docket,
    question: Question,
    words: str,
    *,
    safeguarding: str = "",
    about: CustodyEvent | None = None,
) -> CustodyEvent:
    """Write that something is not as it should be."""
    return docket.write(
        Move.DISCREPANCY_RAISED,
        reason_code=question,
        about=about,
        details={"words": words, "safeguarding": safeguarding},
    )


def counterpart_of(docket: Docket) -> User | None:
    """Who held the thing until now, if a person did and it is not the actor.

    On one care team a sample passes from hand to hand; each event names both.
    """
    holder = docket.standing.holder
    if holder is None or holder == docket.by.pk:
        return None
    return User.objects.get(pk=holder)
