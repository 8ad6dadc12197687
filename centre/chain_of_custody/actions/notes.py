"""Words added to a chain: notes, and discrepancies from being raised to resolved."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from centre.chain_of_custody.actions.docket import Told, case_of, take
from centre.chain_of_custody.actions.seals import raise_question
from centre.chain_of_custody.models import CustodyEvent
from centre.chain_of_custody.queries.history import Package
from centre.chain_of_custody.rules import checks
from centre.chain_of_custody.rules.discrepancies import Question
from centre.chain_of_custody.rules.fold import Outcome
from centre.chain_of_custody.rules.moves import Move
from centre.core import access, clock
from centre.core.errors import RuleError
from centre.core.models import User
from centre.core.permissions import Permission


@transaction.atomic
def add_note(
    *,
    package: Package,
    words: str,
    by: User,
    occurred_at: datetime | None = None,
    late_reason: str = "",
) -> CustodyEvent:
    """Add words to the chain of a kit or item; they change nothing else."""
    at = clock.now()
    access.require(by, Permission.CUSTODY_NOTE, case_of(package))
    checks.check_words(words, "what is to be noted")
    told = Told(occurred_at, late_reason, words)
    return take(package, by=by, at=at, told=told).write(Move.NOTE_ADDED)


@transaction.atomic
def raise_discrepancy(
    *,
    package: Package,
    question: str,
    words: str,
    by: User,
    safeguarding: str = "",
    occurred_at: datetime | None = None,
    late_reason: str = "",
) -> CustodyEvent:
    """Say that something is not as it should be, and what was done at once."""
    at = clock.now()
    access.require(by, Permission.DISCREPANCY_RAISE, case_of(package))
    if question not in {q.value for q in Question}:
        raise RuleError("Choose what is not as it should be.")
    checks.check_words(words, "what you saw")
    docket = take(package, by=by, at=at, told=Told(occurred_at, late_reason))
    return raise_question(docket, Question(question), words, safeguarding=safeguarding)


@transaction.atomic
def resolve_discrepancy(
    *, event: CustodyEvent, outcome: str, words: str, by: User
) -> CustodyEvent:
    """Answer a discrepancy that somebody else raised."""
    at = clock.now()
    access.require(by, Permission.DISCREPANCY_RESOLVE, case_of(event.thing))
    checks.check_words(words, "what was found out")
    if outcome not in {o.value for o in Outcome}:
        raise RuleError("Choose how this ended.")
    checks.check_other_resolver(event.actor_id, by.pk)
    docket = take(event.thing, by=by, at=at, told=Told(note=words))
    if event.pk not in docket.standing.questions:
        raise RuleError("This discrepancy is resolved already.")
    return docket.write(
        Move.DISCREPANCY_RESOLVED, about=event, reason_code=Outcome(outcome)
    )
