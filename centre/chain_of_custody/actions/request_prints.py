"""Papers of a request: the pick list for the store, the answer for who asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from centre.chain_of_custody.actions.papers import head_of
from centre.chain_of_custody.models.requests import EvidenceRequest
from centre.chain_of_custody.queries import request_pages as pages
from centre.chain_of_custody.queries import requests as queries
from centre.chain_of_custody.rules.request_steps import OPEN
from centre.chain_of_custody.rules.requests import NOT_RELEASED
from centre.core import access, clock, journal
from centre.core.errors import RuleError
from centre.core.models import User
from centre.core.paper import LedgerHead
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind


@dataclass(frozen=True)
class Answered:
    """One line of an answer; the reason stands only on the centre's own copy."""

    number: int
    asked: str
    basis: str
    answer: str
    reason: str


@dataclass(frozen=True)
class Letter:
    """The answer to a request."""

    request: EvidenceRequest
    lines: tuple[Answered, ...]
    is_inside: bool
    made_at: datetime
    by: str
    head: LedgerHead


@dataclass(frozen=True)
class PickList:
    """The exact scan set of a request."""

    request: EvidenceRequest
    rows: tuple[dict[str, Any], ...]
    made_at: datetime
    by: str
    head: LedgerHead


@transaction.atomic
def print_answer(*, request: EvidenceRequest, by: User, is_inside: bool) -> Letter:
    """Print the answer: with reasons for the file, in neutral words for who asked."""
    at = clock.now()
    access.require(
        by,
        Permission.REQUEST_VIEW if is_inside else Permission.EVIDENCE_REQUEST,
        request.centre,
    )
    state = queries.standing(request)
    if state in OPEN:
        raise RuleError("This request is not answered yet, so there is no letter.")
    lines = tuple(
        _answered(pages.row(line), is_inside=is_inside)
        for line in queries.lines_of(request)
        if hasattr(line, "decision")
    )
    _note(request, by, at, "Answer to")
    return Letter(request, lines, is_inside, at, by.name, head_of(request.centre, at))


@transaction.atomic
def print_pick_list(*, request: EvidenceRequest, by: User) -> PickList:
    """Print which packages leave, where they lie and how they have to travel."""
    at = clock.now()
    access.require(by, Permission.HANDOVER_OFFER, request.centre)
    rows = tuple(pages.to_pick(request))
    if not rows:
        raise RuleError("Nothing is approved on this request, so there is no list.")
    _note(request, by, at, "Pick list of")
    return PickList(request, rows, at, by.name, head_of(request.centre, at))


def _answered(row: dict[str, Any], *, is_inside: bool) -> Answered:
    decision, item = row["decision"], row["item"]
    answer = f"Released: {item}" if decision.is_approved else NOT_RELEASED
    if decision.is_approved and row["conditions"]:
        answer = f"{answer}; {row['conditions']}"
    reason = row["why"] if is_inside else ""
    asked = row["line"].asked["what"]
    return Answered(row["line"].number, asked, row["basis"], answer, reason)


def _note(request: EvidenceRequest, by: User, at: datetime, what: str) -> None:
    words = f"{what} request {request}"
    journal.looked(Kind.PRINTED, by=by, on=request.centre, at=at, what=words)
