"""Since when cases are reported, for many at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from centre.chain_of_custody.models import CustodyEvent
from centre.chain_of_custody.queries.disposal import REPORT
from centre.chain_of_custody.queries.history import not_void
from centre.chain_of_custody.rules.fold import Reporting
from centre.chain_of_custody.rules.moves import Move
from centre.core import consent
from centre.core.models import Case, ConsentDecision

_TOLD_BY: Final = [Move.REPORTING_CHANGED, Move.TAKEN_OVER]


def ever_reported() -> QuerySet[Case]:
    """Cases that were reported at some time, by the store or by a decision of hers."""
    told = CustodyEvent.objects.filter(
        case=OuterRef("pk"),
        move__in=_TOLD_BY,
        reason_code=Reporting.REPORTED,
    )
    decided = ConsentDecision.objects.filter(case=OuterRef("pk"), item=REPORT)
    return Case.objects.filter(Exists(told) | Exists(decided))


def reported_since(cases: Collection[UUID], at: datetime) -> dict[UUID, datetime]:
    """Of these cases, those the survivor reports, and since when.

    The newest change written in the store counts; where there is none, her signed
    decision. What was taken over says it by its earlier record.
    """
    found: dict[UUID, datetime | None] = {}
    events = not_void(CustodyEvent.objects.filter(case__in=cases, move__in=_TOLD_BY))
    told = events.order_by("-number").values_list("case", "reason_code", "occurred_at")
    for case, code, occurred_at in told:
        found.setdefault(case, occurred_at if code == Reporting.REPORTED else None)
    rows = ConsentDecision.objects.filter(case__in=cases, item=REPORT)
    for row in rows.defer("details").order_by("-number"):
        if row.case_id not in found:
            allowed = consent.allows(row, at)
            found[row.case_id] = row.decided_at if allowed else None
    return {case: since for case, since in found.items() if since is not None}
