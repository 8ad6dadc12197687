"""How far requests got, for many at once, in a constant number of queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, QuerySet

from centre.chain_of_custody.models import CustodyEvent, InTransit
from centre.chain_of_custody.models.request_steps import LineTerms, RequestStep
from centre.chain_of_custody.models.requests import (
    LineDecision,
    LineMatch,
    LineTransfer,
    RequestEnd,
    RequestLine,
)
from centre.chain_of_custody.rules.moves import Move
from centre.chain_of_custody.rules.request_steps import Progress, Step
from centre.core.models import ConsentDecision, DecisionState

_YES: Final = {DecisionState.GIVEN, DecisionState.LIMITED}
_LAB: Final = {
    Move.LAB_SUBMITTED: "submitted",
    Move.LAB_ACCEPTED: "accepted",
    Move.LAB_RESULT_ISSUED: "issued",
}
_ARRIVED: Final = (Move.RECEIVED, Move.HANDED_OUT)


def progress_of(keys: Sequence[UUID]) -> dict[UUID, Progress]:
    """How far each of these requests got, by its id."""
    told: dict[UUID, dict[str, Any]] = {key: {"lines": 0} for key in keys}
    for name, counted in (
        ("lines", _per(RequestLine.objects.filter(request__in=keys), "request")),
        ("matched", _per(_of(LineMatch, keys), "line__request")),
        ("decided", _per(_of(LineDecision, keys), "line__request")),
    ):
        for key in keys:
            told[key][name] = counted[key]
    _tell_approved(told, keys)
    _tell_steps(told, keys)
    _tell_transfers(told, keys)
    return {key: Progress(**facts) for key, facts in told.items()}


def gone_lines(lines: Iterable[UUID]) -> set[UUID]:
    """Of these approved lines, those whose consent was taken back since."""
    rows = LineDecision.objects.filter(line__in=lines, consent__isnull=False)
    decisions = list(rows.filter(is_approved=True).select_related("consent"))
    newest = _newest_of({d.consent.case_id for d in decisions if d.consent})
    return {
        d.line_id
        for d in decisions
        if d.consent and newest.get(_key(d.consent), "") not in _YES
    }


def _of(model: Any, keys: Sequence[UUID]) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.filter(line__request__in=keys)
    return rows


def _per(rows: QuerySet[Any], path: str) -> Counter[UUID]:
    counted = rows.values_list(path).annotate(n=Count("pk"))
    return Counter(dict(counted.order_by()))


def _tell_approved(told: dict[UUID, dict[str, Any]], keys: Sequence[UUID]) -> None:
    approved = _of(LineDecision, keys).filter(is_approved=True)
    pairs = dict(approved.values_list("line", "line__request"))
    counted, gone = Counter(pairs.values()), gone_lines(pairs)
    stopped = {pairs[line] for line in gone}
    ended = RequestEnd.objects.filter(request__in=keys)
    taken_back = set(ended.values_list("request", flat=True))
    due = LineTerms.objects.filter(
        decision__line__request__in=keys, return_by__isnull=False
    )
    returns = set(due.values_list("decision__line__request", flat=True))
    for key in keys:
        told[key]["approved"] = counted[key]
        told[key]["is_consent_gone"] = key in stopped
        told[key]["is_withdrawn"] = key in taken_back
        told[key]["returns"] = key in returns


def _tell_steps(told: dict[UUID, dict[str, Any]], keys: Sequence[UUID]) -> None:
    rows = RequestStep.objects.filter(request__in=keys).order_by("number")
    steps: dict[UUID, list[Step]] = defaultdict(list)
    asked: dict[UUID, set[object]] = defaultdict(set)
    answered: dict[UUID, set[object]] = defaultdict(set)
    for request, line, step in rows.values_list("request", "line", "step"):
        steps[request].append(Step(step))
        if step == Step.SURVIVOR_ASKED:
            asked[request].add(line)
        if step == Step.SURVIVOR_ANSWERED:
            answered[request].add(line)
    for key in keys:
        told[key] |= {
            "steps": tuple(steps[key]),
            "asked": frozenset(asked[key]),
            "answered": frozenset(answered[key]),
        }


def _tell_transfers(told: dict[UUID, dict[str, Any]], keys: Sequence[UUID]) -> None:
    links = LineTransfer.objects.filter(line__request__in=keys)
    pairs = list(links.values_list("line__request", "transfer"))
    transfers = {transfer for _, transfer in pairs}
    moves = _moves_of(transfers)
    marked = InTransit.objects.filter(transfer__in=transfers)
    under_way = set(marked.values_list("transfer", flat=True))
    for key in keys:
        told[key] |= {"offered": 0, "received": 0}
        told[key] |= dict.fromkeys(_LAB.values(), 0)
    for request, transfer in pairs:
        found = moves[transfer]
        told[request]["offered"] += transfer in under_way
        arrived = bool(found & set(_ARRIVED)) and Move.RECEIPT_REFUSED not in found
        told[request]["received"] += arrived
        for move, name in _LAB.items():
            told[request][name] += move in found


def _moves_of(transfers: set[UUID]) -> dict[UUID, set[str]]:
    events = CustodyEvent.objects.filter(
        transfer__in=transfers, move__in=[*_ARRIVED, *_LAB, Move.RECEIPT_REFUSED]
    )
    moves: dict[UUID, set[str]] = defaultdict(set)
    for transfer, move in events.values_list("transfer", "move"):
        if transfer is not None:
            moves[transfer].add(move)
    return moves


def _newest_of(cases: set[UUID]) -> dict[tuple[Any, ...], str]:
    rows = ConsentDecision.objects.filter(case__in=cases).order_by("number")
    return {_key(row): row.state for row in rows.defer("details")}


def _key(row: ConsentDecision) -> tuple[Any, ...]:
    return row.case_id, row.item, row.recipient, row.purpose
