"""What a laboratory sees: the submissions addressed to her who signs in, no others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from centre.chain_of_custody.models import CustodyEvent, Transfer
from centre.chain_of_custody.rules.laboratory import REJECTIONS, RESULTS
from centre.chain_of_custody.rules.moves import Move
from centre.core import access, references
from centre.core.models import User
from centre.core.permissions import Permission
from centre.core.work import Task, When

_STAGES = (
    Move.LAB_RESULT_ISSUED,
    Move.LAB_ANALYSED,
    Move.LAB_STARTED,
    Move.LAB_REJECTED,
    Move.LAB_ACCEPTED,
    Move.LAB_SUBMITTED,
)
STAGE_WORDS = {
    Move.LAB_SUBMITTED: "On its way",
    Move.LAB_ACCEPTED: "Accepted",
    Move.LAB_REJECTED: "Rejected",
    Move.LAB_STARTED: "Being analysed",
    Move.LAB_ANALYSED: "Analysed",
    Move.LAB_RESULT_ISSUED: "Result issued",
}


@dataclass(frozen=True)
class Submitted:
    """A submission with the stage it is at."""

    transfer: Transfer
    stage: Move

    @property
    def words(self) -> str:
        """The stage as pages say it."""
        return STAGE_WORDS[self.stage]


def submissions(by: User) -> QuerySet[Transfer]:
    """The transfers to this person that are submissions to a laboratory."""
    centres = access.centres(by, Permission.LAB_WORK)
    sent = CustodyEvent.objects.filter(move=Move.LAB_SUBMITTED)
    rows = Transfer.objects.filter(
        receiver=by, case__centre__in=centres, pk__in=sent.values("transfer")
    )
    return rows.select_related("case__centre", "released_by").order_by("-released_at")


def staged(transfers: list[Transfer]) -> list[Submitted]:
    """Each submission with its newest stage, in one query."""
    events = CustodyEvent.objects.filter(transfer__in=transfers, move__in=_STAGES)
    moves: dict[Any, set[str]] = {}
    for transfer, move in events.values_list("transfer", "move"):
        moves.setdefault(transfer, set()).add(move)
    return [
        Submitted(t, next(m for m in _STAGES if m in moves[t.pk])) for t in transfers
    ]


def told_of(transfer: Transfer) -> list[dict[str, Any]]:
    """What was written about a submission, once for all its packages."""
    seen: set[str] = set()
    rows = []
    events = transfer.events.filter(move__in=_STAGES).select_related("actor")
    for event in events.order_by("number"):
        if event.move in seen:
            continue
        seen.add(event.move)
        code = {**REJECTIONS, **RESULTS}.get(event.reason_code, "")
        details = event.details or {}
        names = ("number", "tests", "questions", "lab_case_no", "report_no", "words")
        rows.append(
            {
                "words": STAGE_WORDS[Move(event.move)],
                "code": code,
                "at": event.occurred_at,
                "by": event.actor.name,
                "said": "; ".join(details[n] for n in names if details.get(n)),
            }
        )
    return rows


def work(by: User, at: datetime) -> list[Task]:
    """Submissions on their way to this laboratory."""
    return [
        Task(
            When.NOW,
            "A submission is on its way to you.",
            "Receive",
            reverse("submission", args=[found.transfer.code]),
            due=found.transfer.expected_at,
            reference=references.grouped(found.transfer.code),
        )
        for found in staged(list(submissions(by)[:200]))
        if found.stage is Move.LAB_SUBMITTED
    ]
