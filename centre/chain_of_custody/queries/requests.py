"""Reads about requests for evidence: states, own requests, the centre's list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from centre.chain_of_custody.models import CustodyEvent, InTransit, Transfer
from centre.chain_of_custody.models.requests import (
    EvidenceRequest,
    LineDecision,
    LineMatch,
    LineTransfer,
    RequestEnd,
    RequestLine,
)
from centre.chain_of_custody.rules.moves import Move
from centre.chain_of_custody.rules.requests import State, state
from centre.core import access
from centre.core.models import User
from centre.core.permissions import Permission
from centre.core.work import Task, When


@dataclass(frozen=True)
class Standing:
    """A request with where it stands."""

    request: EvidenceRequest
    state: State


def of_centre(by: User) -> QuerySet[EvidenceRequest]:
    """The requests of the centres where the person sees them."""
    centres = access.centres(by, Permission.REQUEST_VIEW)
    rows = EvidenceRequest.objects.filter(centre__in=centres)
    return rows.select_related("agency", "requested_by", "centre")


def own(by: User) -> QuerySet[EvidenceRequest]:
    """The requests an investigator made."""
    rows = EvidenceRequest.objects.filter(requested_by=by)
    return rows.select_related("agency", "centre")


def standings(requests: Iterable[EvidenceRequest]) -> list[Standing]:
    """Where each of these requests stands, in a constant number of queries."""
    listed = list(requests)
    counts = _counts([r.pk for r in listed])
    return [Standing(r, state(**counts[r.pk])) for r in listed]


def standing(request: EvidenceRequest) -> State:
    """Where one request stands."""
    return standings([request])[0].state


def lines_of(request: EvidenceRequest) -> list[RequestLine]:
    """Its lines with match and decision."""
    lines = request.lines.select_related(
        "match__item", "match__case", "decision__decided_by", "request__agency"
    )
    return list(lines)


def _counts(keys: list[UUID]) -> dict[UUID, dict[str, Any]]:
    lines = _per_request(RequestLine.objects.filter(request__in=keys), "request")
    matched = _per_request(
        LineMatch.objects.filter(line__request__in=keys), "line__request"
    )
    decided = LineDecision.objects.filter(line__request__in=keys)
    totals = decided.values_list("line__request").annotate(
        all=Count("pk"), yes=Count("pk", filter=Q(is_approved=True))
    )
    decided_by = {key: (count, yes) for key, count, yes in totals}
    ended = set(
        RequestEnd.objects.filter(request__in=keys).values_list("request", flat=True)
    )
    offered, received = handed(keys)
    return {
        key: {
            "is_withdrawn": key in ended,
            "lines": lines[key],
            "matched": matched[key],
            "decided": decided_by.get(key, (0, 0))[0],
            "approved": decided_by.get(key, (0, 0))[1],
            "offered": offered[key],
            "received": received[key],
        }
        for key in keys
    }


def _per_request(rows: QuerySet[Any], path: str) -> Counter[UUID]:
    counted = rows.values_list(path).annotate(n=Count("pk"))
    return Counter(dict(counted.order_by()))


def handed(keys: list[UUID]) -> tuple[Counter[UUID], Counter[UUID]]:
    """How many lines of each request are offered now, and how many were received."""
    links = LineTransfer.objects.filter(line__request__in=keys)
    pairs = list(links.values_list("line__request", "transfer"))
    transfers = {transfer for _, transfer in pairs}
    under_way = set(
        InTransit.objects.filter(transfer__in=transfers).values_list(
            "transfer", flat=True
        )
    )
    arrived = set(
        CustodyEvent.objects.filter(
            transfer__in=transfers, move__in=[Move.RECEIVED, Move.HANDED_OUT]
        ).values_list("transfer", flat=True)
    )
    offered = Counter(request for request, t in pairs if t in under_way)
    received = Counter(request for request, t in pairs if t in arrived)
    return offered, received


def transfers_of(request: EvidenceRequest) -> list[Transfer]:
    """The transfers that carry lines of a request, oldest first."""
    rows = Transfer.objects.filter(lines__line__request=request).distinct()
    return list(rows.select_related("case__centre", "released_by", "receiver"))


_STEPS: Final[tuple[tuple[Permission, State, str, str, str], ...]] = (
    (
        Permission.REQUEST_MATCH,
        State.SUBMITTED,
        "A request for evidence waits to be matched.",
        "Match",
        "match_request",
    ),
    (
        Permission.REQUEST_DECIDE,
        State.MATCHED,
        "A request for evidence waits for a decision.",
        "Decide",
        "decide_request",
    ),
    (
        Permission.HANDOVER_OFFER,
        State.DECIDED,
        "Approved items wait to be handed over.",
        "Release",
        "handover_offer",
    ),
)
_MOST_OPEN: Final = 200


def work(by: User, at: datetime) -> list[Task]:
    """What waits for this person about requests."""
    tasks = [
        Task(When.NOW, sentence, action, reverse(name, args=[s.request.reference]),
             reference=str(s.request))
        for s in standings(of_centre(by)[:_MOST_OPEN])
        for permission, state_, sentence, action, name in _STEPS
        if s.state is state_ and access.holds(by, permission, s.request.centre)
    ]  # fmt: skip
    return tasks + _own_tasks(by)


def _own_tasks(by: User) -> list[Task]:
    said = {
        State.OFFERED: (When.NOW, "Items are released to you.", "Receive"),
        State.SUBMITTED: (When.WAITING, "Your request is with the centre.", "Look"),
        State.MATCHED: (When.WAITING, "Your request is with the centre.", "Look"),
        State.DECIDED: (When.WAITING, "Your request is decided.", "Look"),
    }
    return [
        Task(*said[s.state], reverse("own_request", args=[s.request.reference]),
             reference=str(s.request))
        for s in standings(own(by)[:_MOST_OPEN])
        if s.state in said
    ]  # fmt: skip
