"""The steps of a request: information, triage, the survivor, the law, pick-up, end."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from centre.chain_of_custody.actions.grounds import ground_of
from centre.chain_of_custody.actions.request_log import lock, take_step
from centre.chain_of_custody.models.request_steps import RequestStep
from centre.chain_of_custody.models.requests import EvidenceRequest, RequestLine
from centre.chain_of_custody.queries import requests as queries
from centre.chain_of_custody.rules import request_acts as rules
from centre.chain_of_custody.rules.checks import Basis, check_words
from centre.chain_of_custody.rules.request_steps import Step
from centre.core import access, clock
from centre.core.errors import AccessError, RuleError
from centre.core.models import Case, User
from centre.core.permissions import Permission


@transaction.atomic
def ask_info(*, request: EvidenceRequest, words: str, by: User) -> RequestStep:
    """Ask the requester something about her request; it waits until she answers."""
    at = clock.now()
    access.require(by, Permission.REQUEST_MATCH, request.centre)
    lock(request)
    check_words(words, "what you need to know")
    return take_step(request, Step.INFO_ASKED, by=by, at=at, details={"words": words})


@transaction.atomic
def give_info(*, request: EvidenceRequest, words: str, by: User) -> RequestStep:
    """Answer what the centre asked about one's own request."""
    at = clock.now()
    _require_own(request, by)
    lock(request)
    check_words(words, "your answer")
    return take_step(request, Step.INFO_GIVEN, by=by, at=at, details={"words": words})


@transaction.atomic
def triage_request(
    *, request: EvidenceRequest, identity: str, urgency: str, words: str, by: User
) -> RequestStep:
    """Write down how the requester's identity was checked, and how urgent it is."""
    at = clock.now()
    access.require(by, Permission.REQUEST_MATCH, request.centre)
    lock(request)
    rules.check_triage(identity, urgency, words, is_first=queries.is_first_use(request))
    return take_step(
        request,
        Step.TRIAGED,
        by=by,
        at=at,
        code=urgency,
        details={"identity": identity, "words": words},
    )


@transaction.atomic
def try_survivor(
    *, line: RequestLine, outcome: str, words: str, by: User
) -> RequestStep:
    """Write down one attempt to reach the survivor by the way she marked safe."""
    at = clock.now()
    case = _case_of(line)
    access.require(by, Permission.SURVIVOR_ASK, case)
    lock(line.request)
    rules.check_attempt(outcome)
    return take_step(
        line.request,
        Step.SURVIVOR_TRIED,
        by=by,
        at=at,
        line=line,
        case=case,
        code=outcome,
        details={"words": words},
    )


@transaction.atomic
def keep_answer(*, line: RequestLine, answer: str, by: User) -> RequestStep:
    """Keep how asking the survivor ended. Silence is not consent.

    “Agreed” is kept only while her signed consent for this recipient and purpose is in
    force; the consent itself is written down in the talk with her, never here.
    """
    at = clock.now()
    case = _case_of(line)
    access.require(by, Permission.SURVIVOR_ASK, case)
    lock(line.request)
    rules.check_answer(answer, tries=queries.tries_of(line))
    if answer == rules.Answer.AGREED:
        ground_of(line, case, at)
    return take_step(
        line.request,
        Step.SURVIVOR_ANSWERED,
        by=by,
        at=at,
        line=line,
        case=case,
        code=answer,
    )


@transaction.atomic
def review_request(
    *, request: EvidenceRequest, verdict: str, words: str, by: User
) -> RequestStep:
    """Compare the text of an order or statute with the lines."""
    at = clock.now()
    access.require(by, Permission.REQUEST_REVIEW, request.centre)
    lock(request)
    rules.check_verdict(verdict, words)
    return take_step(
        request,
        Step.LEGAL_REVIEWED,
        by=by,
        at=at,
        code=verdict,
        details={"words": words},
    )


@transaction.atomic
def review_emergency(
    *, request: EvidenceRequest, verdict: str, words: str, by: User
) -> RequestStep:
    """Look at an emergency release afterwards; whoever decided it does not.

    Where there is one coordinator alone, the legal officer reviews what she decided.
    """
    at = clock.now()
    access.require(by, Permission.EMERGENCY_REVIEW, request.centre)
    lock(request)
    rules.check_verdict(verdict, words)
    lines = queries.lines_of(request)
    deciders = {
        line.decision.decided_by_id
        for line in lines
        if line.basis == Basis.EMERGENCY and hasattr(line, "decision")
    }
    rules.check_reviewer(by.pk, deciders)
    return take_step(
        request,
        Step.EMERGENCY_REVIEWED,
        by=by,
        at=at,
        code=verdict,
        details={"words": words},
    )


@transaction.atomic
def schedule_pickup(
    *,
    request: EvidenceRequest,
    planned_at: datetime,
    by: User,
    person: User | None = None,
    named: str = "",
) -> RequestStep:
    """Arrange when the approved items are fetched, and by which named person."""
    at = clock.now()
    access.require(by, Permission.HANDOVER_OFFER, request.centre)
    lock(request)
    rules.check_pickup(planned_at, at, is_named=person is not None or bool(named))
    if person is not None and person not in queries.possible_collectors(request):
        raise RuleError("Choose somebody who acts for the agency that asked.")
    return take_step(
        request,
        Step.PICKUP_SCHEDULED,
        by=by,
        at=at,
        person=person,
        planned_at=planned_at,
        details={"named": named},
    )


@transaction.atomic
def forward_withdrawal(
    *, request: EvidenceRequest, words: str, by: User
) -> RequestStep:
    """Write down that whoever holds the evidence was told consent was taken back."""
    at = clock.now()
    access.require(by, Permission.REQUEST_MATCH, request.centre)
    lock(request)
    check_words(words, "whom you told, and how")
    if not queries.is_consent_gone(request):
        raise RuleError("No consent behind this request was taken back.")
    return take_step(
        request, Step.WITHDRAWAL_FORWARDED, by=by, at=at, details={"words": words}
    )


@transaction.atomic
def dispute_answer(*, request: EvidenceRequest, words: str, by: User) -> RequestStep:
    """Say that the answer to one's own request is wrong, and why."""
    at = clock.now()
    _require_own(request, by)
    lock(request)
    check_words(words, "why the answer should be another one")
    return take_step(request, Step.DISPUTED, by=by, at=at, details={"words": words})


@transaction.atomic
def answer_dispute(*, request: EvidenceRequest, words: str, by: User) -> RequestStep:
    """Answer a dispute. A decision stays; a new ground takes a new request."""
    at = clock.now()
    access.require(by, Permission.REQUEST_DECIDE, request.centre)
    lock(request)
    check_words(words, "the answer to the dispute")
    return take_step(
        request, Step.DISPUTE_ANSWERED, by=by, at=at, details={"words": words}
    )


@transaction.atomic
def expire_request(*, request: EvidenceRequest, words: str, by: User) -> RequestStep:
    """End a request that nobody went on with."""
    at = clock.now()
    access.require(by, Permission.REQUEST_DECIDE, request.centre)
    lock(request)
    check_words(words, "why it ends")
    return take_step(request, Step.EXPIRED, by=by, at=at, details={"words": words})


@transaction.atomic
def close_request(*, request: EvidenceRequest, words: str, by: User) -> RequestStep:
    """Close a request that ran its course."""
    at = clock.now()
    access.require(by, Permission.REQUEST_DECIDE, request.centre)
    lock(request)
    return take_step(request, Step.CLOSED, by=by, at=at, details={"words": words})


def _require_own(request: EvidenceRequest, by: User) -> None:
    access.require(by, Permission.EVIDENCE_REQUEST, request.centre)
    if request.requested_by_id != by.pk or hasattr(request, "party"):
        raise AccessError(by, Permission.EVIDENCE_REQUEST, request.centre)


def _case_of(line: RequestLine) -> Case:
    match = getattr(line, "match", None)
    if match is None or match.case is None:
        raise RuleError("This line was matched to no case, so nobody is to be asked.")
    case: Case = match.case
    return case
