"""Deciding line by line, on the ground in force at that moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from centre.chain_of_custody.actions.grounds import carrying_ground
from centre.chain_of_custody.actions.request_log import lock
from centre.chain_of_custody.models.request_steps import LineTerms
from centre.chain_of_custody.models.requests import (
    EvidenceRequest,
    LineDecision,
    LineMatch,
    RequestLine,
)
from centre.chain_of_custody.queries.requests import standing
from centre.chain_of_custody.rules import requests as rules
from centre.chain_of_custody.rules.checks import ORDERS
from centre.core import access, clock, journal
from centre.core.errors import RuleError
from centre.core.models import ConsentDecision, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind


@dataclass(frozen=True)
class Decided:
    """One line as the coordinator decided it."""

    line: RequestLine
    is_approved: bool
    reason: str = ""
    return_by: date | None = None
    tests: str = ""
    may_consume: bool = False


@transaction.atomic
def decide_request(
    *, request: EvidenceRequest, decisions: Sequence[Decided], by: User
) -> list[LineDecision]:
    """Decide each line against the consent in force at this moment."""
    at = clock.now()
    access.require(by, Permission.REQUEST_DECIDE, request.centre)
    lock(request)
    rules.check_decider(by.pk, request.requested_by_id)
    rules.check_review_is_done(standing(request))
    if hasattr(request, "end"):
        raise RuleError("The requester took this request back. Nothing is decided.")
    return [_decide(request, decision, by=by, at=at) for decision in decisions]


def _decide(
    request: EvidenceRequest, decided: Decided, *, by: User, at: datetime
) -> LineDecision:
    line = decided.line
    rules.check_undecided(is_decided=LineDecision.objects.filter(line=line).exists())
    match = LineMatch.objects.filter(line=line).select_related("item", "case").first()
    if match is None:
        raise RuleError("The custodian has not matched this request yet. Wait for it.")
    leaning = None
    if decided.is_approved:
        leaning = _basis_of(line, match, at)
    else:
        rules.check_refusal(decided.reason)
    row = LineDecision.objects.create(
        line=line,
        is_approved=decided.is_approved,
        reason="" if decided.is_approved else decided.reason,
        consent=leaning,
        decided_by=by,
        decided_at=at,
    )
    journal.record(
        Kind.REQUEST_DECIDED,
        by=by,
        on=match.case or request.centre,
        at=at,
        row=row,
        stream=request.pk,
    )
    if decided.is_approved:
        _write_terms(request, row, decided, match, by=by, at=at)
    return row


def _write_terms(
    request: EvidenceRequest,
    decision: LineDecision,
    decided: Decided,
    match: LineMatch,
    *,
    by: User,
    at: datetime,
) -> None:
    by_letter = hasattr(request, "party")
    terms = LineTerms.objects.create(
        decision=decision,
        asked_by=None if by_letter else request.requested_by,
        decided_by=by,
        return_by=decided.return_by,
        may_consume=decided.may_consume,
        details={"tests": decided.tests},
    )
    journal.record(
        Kind.REQUEST_DECIDED,
        by=by,
        on=match.case or request.centre,
        at=at,
        row=terms,
        stream=request.pk,
    )


def _basis_of(
    line: RequestLine, match: LineMatch, at: datetime
) -> ConsentDecision | None:
    if match.item is None or match.case is None:
        raise RuleError(
            f"Line {line.number} was matched to no item, so it cannot be approved."
        )
    if match.case.registration == "anonymous" and line.basis not in ORDERS:
        raise RuleError(
            f"Line {line.number} belongs to a kit kept without report. Nothing of it "
            "leaves before the survivor decides to report."
        )
    return carrying_ground(line, match.case, at)
