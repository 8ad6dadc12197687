"""Asking for evidence, matching, deciding: separate acts of separate people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from centre.agencies import queries as agencies
from centre.chain_of_custody.models import Item
from centre.chain_of_custody.models.requests import (
    EvidenceRequest,
    LineDecision,
    LineMatch,
    RequestEnd,
    RequestLine,
)
from centre.chain_of_custody.rules import requests as rules
from centre.chain_of_custody.rules.checks import Basis
from centre.core import access, clock, consent, journal, references
from centre.core.errors import RuleError
from centre.core.models import Case, Centre, ConsentDecision, Recipient, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind


@dataclass(frozen=True)
class Asked:
    """One line as the investigator typed it."""

    what: str
    basis: str
    basis_reference: str
    purpose: str


@dataclass(frozen=True)
class Decided:
    """One line as the coordinator decided it."""

    line: RequestLine
    is_approved: bool
    reason: str = ""


@transaction.atomic
def request_evidence(
    *,
    centre: Centre,
    lines: Sequence[Asked],
    details: Mapping[str, Any],
    needed_by: date | None,
    by: User,
) -> EvidenceRequest:
    """Ask for items, each on one legal basis; the receipt tells nothing else."""
    at = clock.now()
    access.require(by, Permission.EVIDENCE_REQUEST, centre)
    rules.check_lines([(a.what, a.basis, a.basis_reference) for a in lines])
    agency = _agency_of(by, centre)

    request = EvidenceRequest.objects.create(
        reference=references.new(),
        centre=centre,
        agency=agency,
        requested_by=by,
        submitted_at=at,
        needed_by=needed_by,
        asked=dict(details),
    )
    journal.record(
        Kind.EVIDENCE_REQUESTED,
        by=by,
        on=centre,
        at=at,
        row=request,
        stream=request.pk,
    )
    for number, line in enumerate(lines, 1):
        _write_line(request, number, line, by=by, at=at)
    return request


@transaction.atomic
def withdraw_request(*, request: EvidenceRequest, by: User) -> RequestEnd:
    """Take one's own request back, as long as nothing was handed over on it."""
    at = clock.now()
    access.require(by, Permission.EVIDENCE_REQUEST, request.centre)
    _lock(request)
    if request.requested_by_id != by.pk or hasattr(request, "end"):
        raise RuleError("Only an open request of your own can be taken back.")
    end = RequestEnd.objects.create(request=request, ended_by=by, ended_at=at)
    journal.record(
        Kind.REQUEST_WITHDRAWN,
        by=by,
        on=request.centre,
        at=at,
        row=end,
        stream=request.pk,
    )
    return end


@transaction.atomic
def match_request(
    *, request: EvidenceRequest, found: Mapping[UUID, Item | None], by: User
) -> list[LineMatch]:
    """Say which item of the store each line means, or that there is none."""
    at = clock.now()
    access.require(by, Permission.REQUEST_MATCH, request.centre)
    _lock(request)
    lines = list(request.lines.all())
    if LineMatch.objects.filter(line__in=lines).exists():
        raise RuleError("This request is matched already. Go on to the decision.")
    return [_match(request, line, found.get(line.pk), by=by, at=at) for line in lines]


@transaction.atomic
def decide_request(
    *, request: EvidenceRequest, decisions: Sequence[Decided], by: User
) -> list[LineDecision]:
    """Decide each line against the consent in force at this moment."""
    at = clock.now()
    access.require(by, Permission.REQUEST_DECIDE, request.centre)
    _lock(request)
    rules.check_decider(by.pk, request.requested_by_id)
    if hasattr(request, "end"):
        raise RuleError("The requester took this request back. Nothing is decided.")
    return [_decide(request, decision, by=by, at=at) for decision in decisions]


def consent_for(line: RequestLine, case: Case, at: datetime) -> ConsentDecision | None:
    """The consent a line rests on, asked anew; None where it rests on another basis."""
    if Basis(line.basis) is not Basis.CONSENT:
        return None
    return consent.require(
        case,
        rules.SAMPLES,
        recipient=line.request.agency.code,
        purpose=line.purpose,
        at=at,
    )


def _agency_of(by: User, centre: Centre) -> Recipient:
    member = agencies.agency_of(by, centre=centre)
    if member is None:
        raise RuleError(
            "Your account belongs to no agency here. Ask the coordinator to attest it."
        )
    return member


def _write_line(
    request: EvidenceRequest, number: int, asked: Asked, *, by: User, at: datetime
) -> None:
    line = RequestLine.objects.create(
        request=request,
        number=number,
        basis=asked.basis,
        purpose=asked.purpose,
        asked={"what": asked.what, "basis_reference": asked.basis_reference},
    )
    journal.record(
        Kind.EVIDENCE_REQUESTED,
        by=by,
        on=request.centre,
        at=at,
        row=line,
        stream=request.pk,
    )


def _match(
    request: EvidenceRequest,
    line: RequestLine,
    item: Item | None,
    *,
    by: User,
    at: datetime,
) -> LineMatch:
    if item is not None:
        access.require(by, Permission.ITEM_VIEW, item.case)
    match = LineMatch.objects.create(
        line=line,
        item=item,
        case=item.case if item else None,
        matched_by=by,
        matched_at=at,
    )
    journal.record(
        Kind.REQUEST_MATCHED,
        by=by,
        on=item.case if item else request.centre,
        at=at,
        row=match,
        stream=request.pk,
    )
    return match


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
    return row


def _basis_of(
    line: RequestLine, match: LineMatch, at: datetime
) -> ConsentDecision | None:
    if match.item is None or match.case is None:
        raise RuleError(
            f"Line {line.number} was matched to no item, so it cannot be approved."
        )
    if match.case.registration == "anonymous":
        raise RuleError(
            f"Line {line.number} belongs to a kit kept without report. Nothing of it "
            "leaves before the survivor decides to report."
        )
    return consent_for(line, match.case, at)


def _lock(request: EvidenceRequest) -> None:
    EvidenceRequest.objects.select_for_update().get(pk=request.pk)
