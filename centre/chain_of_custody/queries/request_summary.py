"""A request that has ended, on one page: its dates, and what became of each line."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from centre.chain_of_custody.models import CustodyEvent
from centre.chain_of_custody.models.requests import EvidenceRequest, LineTransfer
from centre.chain_of_custody.queries import request_pages as pages
from centre.chain_of_custody.queries import requests as queries
from centre.chain_of_custody.rules.moves import Move
from centre.chain_of_custody.rules.request_steps import Step
from centre.chain_of_custody.rules.requests import NOT_RELEASED
from centre.chain_of_custody.rules.returns import Fate

_LEGS: Final = (
    ("Handed over", (Move.RECEIVED, Move.HANDED_OUT)),
    ("At the laboratory", (Move.LAB_ACCEPTED,)),
    ("Laboratory's result issued", (Move.LAB_RESULT_ISSUED,)),
)


def facts_of(request: EvidenceRequest) -> tuple[tuple[str, str], ...]:
    """Who asked and when each step was taken, in the time of the centre."""
    zone = ZoneInfo(request.centre.timezone)
    steps = queries.steps_of(request)
    ends = [s for s in steps if s.step in {Step.RETURNED, Step.CLOSED}]
    told = [("Received", request.submitted_at), *_decided(request), *_legs(request)]
    told += [(Step(s.step).words, s.at) for s in ends]
    dates = [(words, f"{at.astimezone(zone):%d %b %Y %H:%M}") for words, at in told]
    said = " ".join(s.details.get("words", "") for s in ends).strip()
    return (
        ("Agency", request.agency.name),
        ("Their case number", request.asked.get("unit_case_no", "")),
        *dates,
        *([("Remarks", said)] if said else []),
    )


def rows_of(request: EvidenceRequest) -> tuple[tuple[str, ...], ...]:
    """Each line: number, what was asked, basis, answer, and what became of it."""
    endings = endings_of(request)
    rows = []
    for line in queries.lines_of(request):
        told = pages.row(line)
        decision = told["decision"]
        yes = decision is not None and decision.is_approved
        answer = f"Released: {told['item']}" if yes else NOT_RELEASED
        end = endings.get(str(line.number)) if yes else None
        became = "-"
        if end:
            became = ". ".join(x for x in (Fate(end["fate"]).words, end["words"]) if x)
        asked = line.asked["what"]
        rows.append((str(line.number), asked, told["basis"], answer, became))
    return tuple(rows)


def endings_of(request: EvidenceRequest) -> dict[str, dict[str, str]]:
    """What was said to have become of each line, by its number; the newest counts."""
    last = request.steps.filter(step=Step.RETURNED).order_by("-number").first()
    found: dict[str, dict[str, str]] = last.details.get("lines", {}) if last else {}
    return found


def _decided(request: EvidenceRequest) -> list[tuple[str, datetime]]:
    decisions = (getattr(line, "decision", None) for line in queries.lines_of(request))
    found = [d.decided_at for d in decisions if d is not None]
    return [("Decided", max(found))] if found else []


def _legs(request: EvidenceRequest) -> list[tuple[str, datetime]]:
    links = LineTransfer.objects.filter(line__request=request)
    events = CustodyEvent.objects.filter(transfer__in=links.values("transfer"))
    newest_first = events.order_by("-occurred_at")
    first = dict(newest_first.values_list("move", "occurred_at"))
    return [
        (words, min(first[m] for m in moves if m in first))
        for words, moves in _LEGS
        if any(m in first for m in moves)
    ]
