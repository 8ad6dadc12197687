"""The clocks of requests: what started, paused and stopped them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from centre.chain_of_custody.clock_pack import pack
from centre.chain_of_custody.models import CustodyEvent
from centre.chain_of_custody.models.request_steps import RequestStep
from centre.chain_of_custody.models.requests import (
    EvidenceRequest,
    LineDecision,
    LineMatch,
    LineTransfer,
    RequestEnd,
)
from centre.chain_of_custody.queries.request_progress import progress_of
from centre.chain_of_custody.queries.transfers import dues
from centre.chain_of_custody.rules.checks import Basis
from centre.chain_of_custody.rules.clocks import (
    Light,
    Mark,
    Policy,
    Reading,
    Scope,
    read,
)
from centre.chain_of_custody.rules.moves import Move
from centre.chain_of_custody.rules.request_steps import Step

_STEP_MARKS: Final[dict[Step, tuple[tuple[str, bool], ...]]] = {
    Step.INFO_ASKED: (("info", False), ("acknowledged", False)),
    Step.INFO_GIVEN: (("info", True),),
    Step.TRIAGED: (("acknowledged", False),),
    Step.SURVIVOR_ASKED: (("survivor", False), ("survivor_to_ask", False)),
    Step.SURVIVOR_ANSWERED: (("survivor", True), ("survivor_told", False)),
    Step.EMERGENCY_REVIEWED: (("emergency_reviewed", False),),
    Step.RETURNED: (("returned", False),),
    Step.EXPIRED: (("ended", False),),
    Step.CLOSED: (("ended", False),),
}
_MOVE_MARKS: Final[dict[str, str]] = {
    Move.RECEIVED: "handed_over",
    Move.HANDED_OUT: "handed_over",
    Move.TRANSFER_CANCELLED: "cancelled",
    Move.LAB_SUBMITTED: "lab_submitted",
    Move.LAB_ACCEPTED: "lab_accepted",
    Move.LAB_REJECTED: "lab_rejected",
    Move.LAB_RESULT_ISSUED: "result_issued",
}
_REVIEWED_STILL: Final = "emergency_decided"
_ORDER: Final = (Light.OVERDUE, Light.WARNING, Light.RUNNING, Light.PAUSED)


@dataclass(frozen=True)
class Running:
    """One clock of one request."""

    request: EvidenceRequest
    reading: Reading


def of_request(request: EvidenceRequest, now: datetime) -> list[Reading]:
    """Every clock that was started for a request, those running first."""
    found = [r.reading for r in of_requests([request], now)]
    return sorted(found, key=_running_first)


def of_requests(requests: Iterable[EvidenceRequest], now: datetime) -> list[Running]:
    """The clocks of many requests, each under the version pinned to it."""
    listed = list(requests)
    told = _Marks([r.pk for r in listed])
    place = settings.JURISDICTION
    found = []
    for request in listed:
        version = pack(told.version[request.pk]) if request.pk in told.version else None
        version = version or pack()
        calendar = version.calendar(place, request.centre.timezone)
        urgent = request.pk in told.urgent
        for policy in map(_ends_with_it, version.of(place)):
            if policy.scope is not Scope.REQUEST:
                continue
            marks = told.marks[request.pk]
            reading = read(policy, marks, now=now, calendar=calendar, is_urgent=urgent)
            if reading is not None:
                found.append(Running(request, reading))
    return found


def _ends_with_it(policy: Policy) -> Policy:
    """What ends a request ends its clocks, but for the review of an emergency.

    A clock of the law goes on with the kit or the item, to which it belongs.
    """
    if policy.start == _REVIEWED_STILL:
        return policy
    return replace(policy, stops=policy.stops | {"ended"})


def due(requests: Iterable[EvidenceRequest], now: datetime) -> list[Running]:
    """Of these requests, the clocks that are due soon or overdue, latest first."""
    pressing = {Light.WARNING, Light.OVERDUE}
    found = [r for r in of_requests(requests, now) if r.reading.light in pressing]
    return sorted(found, key=_soonest_first)


def _soonest_first(running: Running) -> datetime:
    return running.reading.due_at or running.reading.started_at


def _running_first(reading: Reading) -> tuple[int, datetime]:
    light = reading.light
    rank = _ORDER.index(light) if light in _ORDER else len(_ORDER)
    return rank, reading.due_at or reading.started_at


class _Marks:
    """What happened to each request, in the words of the clocks' policies."""

    def __init__(self, keys: Sequence[UUID]) -> None:
        self.marks: dict[UUID, list[Mark]] = defaultdict(list)
        self.version: dict[UUID, str] = {}
        self.urgent: set[UUID] = set()
        self._from_requests(keys)
        self._from_steps(keys)
        self._from_decisions(keys)
        self._from_transfers(keys)

    def _add(self, key: UUID, event: str, at: datetime, *, ends: bool = False) -> None:
        self.marks[key].append(Mark(event, at, ends))

    def _from_requests(self, keys: Sequence[UUID]) -> None:
        rows = EvidenceRequest.objects.filter(pk__in=keys)
        for key, at in rows.values_list("pk", "submitted_at"):
            self._add(key, "sent", at)
        ends = RequestEnd.objects.filter(request__in=keys)
        for key, at in ends.values_list("request", "ended_at"):
            self._add(key, "ended", at)

    def _from_steps(self, keys: Sequence[UUID]) -> None:
        rows = RequestStep.objects.filter(request__in=keys).order_by("number")
        for key, step, code, at in rows.values_list("request", "step", "code", "at"):
            if step == Step.PINNED:
                self.version[key] = code
            if step == Step.TRIAGED:
                self.urgent.discard(key)
                if code == "urgent":
                    self.urgent.add(key)
            for event, ends in _STEP_MARKS.get(Step(step), ()):
                self._add(key, event, at, ends=ends)

    def _from_decisions(self, keys: Sequence[UUID]) -> None:
        matched: dict[UUID, datetime] = {}
        matches = LineMatch.objects.filter(line__request__in=keys)
        for key, at in matches.values_list("line__request", "matched_at"):
            matched[key] = max(at, matched.get(key, at))
        for key, at in matched.items():
            self._add(key, "matched", at)
            self._add(key, "acknowledged", at)
        progress = progress_of(keys)
        rows = LineDecision.objects.filter(line__request__in=keys)
        named = rows.values_list(
            "line__request", "decided_at", "is_approved", "line__basis"
        )
        for key, at, is_approved, basis in named:
            self._decided(key, at, basis, progress[key], is_approved=is_approved)

    def _decided(
        self, key: UUID, at: datetime, basis: str, progress: Any, *, is_approved: bool
    ) -> None:
        if progress.decided == progress.lines:
            self._add(key, "decided", at)
        if is_approved:
            self._add(key, "decided_yes", at)
        if is_approved and basis == Basis.EMERGENCY:
            self._add(key, "emergency_decided", at)

    def _from_transfers(self, keys: Sequence[UUID]) -> None:
        links = LineTransfer.objects.filter(line__request__in=keys)
        requests = {}
        found = list(links.select_related("transfer", "line"))
        until = dues(link.transfer for link in found)
        for link in found:
            key = link.line.request_id
            requests[link.transfer_id] = key
            told = Mark("offered", link.offered_at, due=until[link.transfer_id])
            self.marks[key].append(told)
        events = CustodyEvent.objects.filter(
            transfer__in=requests, move__in=list(_MOVE_MARKS)
        )
        for transfer, move, at in events.values_list("transfer", "move", "occurred_at"):
            self._add(requests[transfer], _MOVE_MARKS[move], at)
