"""Writing one step of a request and its entry; the acts around it ask the policy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from centre.chain_of_custody.models.request_steps import RequestStep
from centre.chain_of_custody.models.requests import EvidenceRequest, RequestLine
from centre.chain_of_custody.queries.requests import standing
from centre.chain_of_custody.rules.request_steps import Step, check_step
from centre.core import journal
from centre.core.models import Case, User
from centre.ledger.kinds import Kind


def lock(request: EvidenceRequest) -> EvidenceRequest:
    """Hold a request for one act, so that two people never act on it at once."""
    return EvidenceRequest.objects.select_for_update().get(pk=request.pk)


def take_step(  # noqa: PLR0913 - a step has these parts, each named by the caller
    request: EvidenceRequest,
    step: Step,
    *,
    by: User,
    at: datetime,
    line: RequestLine | None = None,
    case: Case | None = None,
    code: str = "",
    person: User | None = None,
    planned_at: datetime | None = None,
    details: Mapping[str, Any] | None = None,
) -> RequestStep:
    """Write one step where the request's state allows it, with its signed entry."""
    check_step(step, standing(request))
    row = RequestStep.objects.create(
        request=request,
        line=line,
        number=RequestStep.objects.filter(request=request).count() + 1,
        step=step,
        code=code,
        person=person,
        planned_at=planned_at,
        by=by,
        at=at,
        details=dict(details or {}),
    )
    journal.record(
        Kind(f"request.{step}"),
        by=by,
        on=case or request.centre,
        at=at,
        row=row,
        stream=request.pk,
    )
    return row
