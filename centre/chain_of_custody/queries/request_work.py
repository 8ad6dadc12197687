"""What waits for whom about requests: requester, desk, care team."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from centre.chain_of_custody.models import Whereabouts
from centre.chain_of_custody.models.request_steps import LineTerms, RequestStep
from centre.chain_of_custody.models.requests import (
    EvidenceRequest,
    LineDecision,
    LineMatch,
)
from centre.chain_of_custody.queries.clock_work import asked
from centre.chain_of_custody.queries.request_clocks import due
from centre.chain_of_custody.queries.requests import of_centre, own, standings
from centre.chain_of_custody.rules.checks import Basis
from centre.chain_of_custody.rules.grounds import REVIEW_WITHIN
from centre.chain_of_custody.rules.request_acts import NOT_VERIFIED
from centre.chain_of_custody.rules.request_steps import ENDED, State, Step
from centre.core import access, references
from centre.core.models import Case, User, acting_role
from centre.core.permissions import Permission
from centre.core.work import Task, When

_MOST_OPEN: Final = 200
_RETURN_AHEAD: Final = timedelta(days=7)
_MATCH, _DECIDE = Permission.REQUEST_MATCH, Permission.REQUEST_DECIDE
_OFFER, _REVIEW = Permission.HANDOVER_OFFER, Permission.REQUEST_REVIEW
_PICKUP_UNKNOWN: Final = (
    "A pick-up is arranged, and nobody has verified who asks. Call the unit back first."
)
_TO_OFFER: Final = (_OFFER, "Approved items wait to be handed over.", "Pick")

_STEPS: Final[dict[State, tuple[Permission, str, str, str]]] = {
    State.SUBMITTED: (
        _MATCH,
        "A request for evidence waits to be matched.",
        "Match",
        "match_request",
    ),
    State.TRIAGE: (
        _DECIDE,
        "A request for evidence waits for a decision.",
        "Decide",
        "decide_request",
    ),
    State.LEGAL_REVIEW: (
        _REVIEW,
        "A request rests on an order or a law that has to be read.",
        "Review",
        "request",
    ),
    State.APPROVED_FULL: (*_TO_OFFER, "pick_list"),
    State.APPROVED_PARTIAL: (*_TO_OFFER, "pick_list"),
    State.CONSENT_WITHDRAWN: (
        _MATCH,
        "Consent behind a request was taken back. Stop, and tell whoever holds it.",
        "Look",
        "request",
    ),
    State.DISPUTED: (
        _DECIDE,
        "The answer to a request is disputed.",
        "Look",
        "request",
    ),
}

_OWN: Final[dict[State, tuple[When, str, str]]] = {
    State.OFFERED: (When.NOW, "Items are released to you.", "Receive"),
    State.PICKUP_SCHEDULED: (When.TODAY, "A pick-up is arranged.", "Look"),
    State.NEEDS_INFO: (When.NOW, "The centre asks you something.", "Answer"),
    State.CONSENT_WITHDRAWN: (When.NOW, "A request of yours was stopped.", "Look"),
    **dict.fromkeys(
        (
            State.SUBMITTED,
            State.TRIAGE,
            State.AWAITING_SURVIVOR,
            State.LEGAL_REVIEW,
        ),
        (When.WAITING, "Your request is with the centre.", "Look"),
    ),
    **dict.fromkeys(
        (State.APPROVED_FULL, State.APPROVED_PARTIAL),
        (When.WAITING, "Your request is decided.", "Look"),
    ),
}


def work(by: User, at: datetime) -> list[Task]:
    """What waits for this person about requests."""
    return [
        *_centre_tasks(by, at),
        *_pickups(by, at),
        *_returns(by, at),
        *_emergencies(by, at),
        *_survivors(by),
        *_clocks(by, at),
        *_own_tasks(by),
    ]


def _centre_tasks(by: User, at: datetime) -> list[Task]:
    held = {p: set(access.centres(by, p)) for p in (_MATCH, _DECIDE, _OFFER, _REVIEW)}
    tasks = []
    for found in standings(of_centre(by)[:_MOST_OPEN]):
        if found.state not in _STEPS:
            continue
        permission, sentence, action, name = _STEPS[found.state]
        if found.request.centre in held[permission]:
            href = reverse(name, args=[found.request.reference])
            named = str(found.request)
            tasks.append(Task(When.NOW, sentence, action, href, reference=named))
    return tasks


def _not_back(rows: Sequence[LineTerms]) -> set[EvidenceRequest]:
    """The requests of which something that is to come back lies on no shelf yet."""
    lines = {row.decision.line_id: row.decision.line.request for row in rows}
    matched = LineMatch.objects.filter(line__in=lines, item__isnull=False)
    lying = Whereabouts.objects.filter(
        Q(place__isnull=False) | Q(inside__whereabouts__place__isnull=False),
        item=OuterRef("item"),
    )
    away = matched.filter(~Exists(lying)).values_list("line", flat=True)
    return {lines[line] for line in away}


def _returns(by: User, at: datetime) -> list[Task]:
    """What is to come back, with its day; until a week before, it presses nobody."""
    over = RequestStep.objects.filter(step__in=[Step.RETURNED, Step.CLOSED])
    rows = LineTerms.objects.filter(
        return_by__isnull=False,
        decision__line__request__centre__in=access.centres(by, _MATCH),
    ).exclude(decision__line__request__in=over.values("request"))
    rows = rows.select_related("decision__line__request__centre")
    ordered = list(rows.order_by("-return_by"))
    days = {row.decision.line.request: row for row in ordered}
    out = _not_back(ordered)
    tasks = []
    for found in standings(list(days)[:_MOST_OPEN]):
        if found.state is not State.RETURN_DUE:
            continue
        zone = ZoneInfo(found.request.centre.timezone)
        day = days[found.request].return_by
        due_at = datetime.combine(day, time.max, zone) if day else at
        if found.request not in out:
            tasks.append(
                Task(
                    When.NOW,
                    "Everything of a request lies in the store again.",
                    "Confirm the return",
                    reverse("confirm_return_request", args=[found.request.reference]),
                    reference=str(found.request),
                )
            )
            continue
        tasks.append(
            Task(
                When.NOW if due_at <= at + _RETURN_AHEAD else When.WAITING,
                "Items of a request are to come back.",
                "Look",
                reverse("request", args=[found.request.reference]),
                due=due_at,
                reference=str(found.request),
            )
        )
    return tasks


def _pickups(by: User, at: datetime) -> list[Task]:
    """Hand-overs arranged for the centres where this person hands out."""
    rows = RequestStep.objects.filter(
        step=Step.PICKUP_SCHEDULED, request__centre__in=access.centres(by, _OFFER)
    ).select_related("request")
    newest = {row.request: row for row in rows.order_by("at")}
    waiting = {State.PICKUP_SCHEDULED}
    unknown = _not_verified(newest)
    return [
        Task(
            When.TODAY if newest[s.request].planned_at else When.WAITING,
            _PICKUP_UNKNOWN if s.request in unknown else "A pick-up is arranged.",
            "Hand over",
            reverse("handover_offer", args=[s.request.reference]),
            due=newest[s.request].planned_at,
            reference=str(s.request),
        )
        for s in standings(newest)
        if s.state in waiting
    ]


def _not_verified(found: Collection[EvidenceRequest]) -> set[EvidenceRequest]:
    """The requests of somebody whose identity nobody has verified."""
    rows = RequestStep.objects.filter(step=Step.TRIAGED, request__in=found)
    newest = {row.request_id: row.details["identity"] for row in rows.order_by("at")}
    return {one for one in found if newest.get(one.pk) == NOT_VERIFIED}


def _emergencies(by: User, at: datetime) -> list[Task]:
    """Emergency releases nobody has reviewed yet; their decider does not see them."""
    reviewed = RequestStep.objects.filter(step=Step.EMERGENCY_REVIEWED)
    rows = LineDecision.objects.filter(
        is_approved=True,
        line__basis=Basis.EMERGENCY,
        line__request__centre__in=access.centres(by, Permission.EMERGENCY_REVIEW),
    ).exclude(line__request__in=reviewed.values("request"))
    rows = rows.exclude(decided_by=by).select_related("line__request")
    newest = {row.line.request: row.decided_at for row in rows}
    return [
        Task(
            When.NOW,
            "An emergency release waits for its review.",
            "Review",
            reverse("review_emergency_request", args=[request.reference]),
            due=decided_at + REVIEW_WITHIN,
            reference=str(request),
        )
        for request, decided_at in newest.items()
    ]


def _clocks(by: User, at: datetime) -> list[Task]:
    """Clocks running out for this role; overdue, also for who answers for it."""
    open_ones = [
        s.request for s in standings(of_centre(by)[:_MOST_OPEN]) if s.state not in ENDED
    ]
    if not open_ones:
        return []
    return [
        Task(
            When.NOW,
            f"{found.reading.policy.words}: {found.reading.light.words.lower()}.",
            "Look",
            reverse("request", args=[found.request.reference]),
            due=found.reading.due_at,
            reference=str(found.request),
        )
        for found in due(open_ones, at)
        if acting_role(by, found.request.centre) in asked(found.reading)
    ]


def survivors_to_ask(by: User) -> list[RequestStep]:
    """The lines about which this person's care team still has to ask."""
    answered = RequestStep.objects.filter(step=Step.SURVIVOR_ANSWERED)
    asked = RequestStep.objects.filter(
        step=Step.SURVIVOR_ASKED,
        line__match__case__in=access.cases(by, Permission.SURVIVOR_ASK),
        line__decision__isnull=True,
        request__end__isnull=True,
    ).exclude(line__in=answered.values("line"))
    rows = asked.select_related(
        "request__agency", "request__centre", "line__match__case", "line__request"
    )
    return list(rows.order_by("at")[:_MOST_OPEN])


def _survivors(by: User) -> list[Task]:
    cases = [(step, _case_of(step)) for step in survivors_to_ask(by)]
    return [
        Task(
            When.NOW,
            "The survivor is to be asked whether evidence may be handed over.",
            "Ask",
            reverse("ask_survivor", args=[step.pk]),
            reference=references.grouped(case.reference),
        )
        for step, case in cases
        if case is not None
    ]


def _case_of(step: RequestStep) -> Case | None:
    return step.line.match.case if step.line is not None else None


def _own_tasks(by: User) -> list[Task]:
    return [
        Task(
            *_OWN[s.state],
            reverse("own_request", args=[s.request.reference]),
            reference=str(s.request),
        )
        for s in standings(own(by)[:_MOST_OPEN])
        if s.state in _OWN
    ]
