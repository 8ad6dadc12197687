"""A caseload: each case with what is due, in a constant number of reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from centre.core import access, clock
from centre.core.models import Case, User
from centre.core.permissions import Permission
from centre.support.models import Appointment, Goal, Plan, Referral, Step
from centre.support.queries import referrals as referral_reads
from centre.support.queries.referrals import Card
from centre.support.rules.plans import GOAL_ENDS


@dataclass
class Line:
    """One case of the caseload."""

    case: Case
    today: date
    plan: Plan | None = None
    goals: list[Goal] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)
    without_consent: list[Card] = field(default_factory=list)

    @property
    def is_review_due(self) -> bool:
        """Whether the plan should be looked at again."""
        return self.plan is not None and self.plan.review_on <= self.today

    @property
    def late_cards(self) -> list[Card]:
        """Referrals whose next move is overdue."""
        return [c for c in self.cards if c.is_late]

    @property
    def due_steps(self) -> list[Step]:
        """Steps due today or earlier."""
        return [s for s in self.steps if s.due_on and s.due_on <= self.today]

    @property
    def due_goals(self) -> list[Goal]:
        """Open goals whose day of review has come."""
        return [g for g in self.goals if g.review_on and g.review_on <= self.today]


def cases(by: User) -> QuerySet[Case]:
    """The cases whose plans the person carries."""
    return access.cases(by, Permission.PLAN_OPEN).select_related("centre")


def appointments() -> QuerySet[Appointment]:
    """Appointments with their result, to be narrowed to somebody's reach."""
    return Appointment.objects.select_related(
        "case__centre", "made_by", "result__noted_by"
    )


def lines(found: Sequence[Case], at: datetime) -> list[Line]:
    """These cases with what is due; no content is opened."""
    by_case = {
        case.pk: Line(case, clock.local(at, case.centre.timezone).date())
        for case in found
    }
    _add_plans(by_case)
    _add_goals(by_case)
    _add_referrals(by_case, at)
    _add_appointments(by_case)
    return list(by_case.values())


def _add_plans(by_case: dict[UUID, Line]) -> None:
    plans = Plan.objects.filter(case__in=by_case, closed_at__isnull=True)
    for plan in plans.defer("content"):
        by_case[plan.case_id].plan = plan


def _add_goals(by_case: dict[UUID, Line]) -> None:
    current = {"case__in": by_case}
    goals = Goal.objects.filter(plan__closed_at__isnull=True, **current)
    for goal in (
        goals.exclude(state__in=GOAL_ENDS).defer("words").select_related("plan")
    ):
        by_case[goal.case_id].goals.append(goal)
    steps = Step.objects.filter(
        goal__plan__closed_at__isnull=True, done_at__isnull=True, **current
    ).exclude(goal__state__in=GOAL_ENDS)
    for step in steps.defer("words").select_related("goal"):
        by_case[step.case_id].steps.append(step)


def _add_referrals(by_case: dict[UUID, Line], at: datetime) -> None:
    rows = Referral.objects.filter(case__in=by_case).defer("needs")
    found = list(referral_reads.with_events(rows))
    gone = referral_reads.without_consent(found, at)
    for card in _open(referral_reads.cards(found, at)):
        line = by_case[card.referral.case_id]
        line.cards.append(card)
        if card.referral.pk in gone:
            line.without_consent.append(card)


def _add_appointments(by_case: dict[UUID, Line]) -> None:
    waiting = Appointment.objects.filter(case__in=by_case, result__isnull=True)
    grouped: dict[UUID, list[Appointment]] = defaultdict(list)
    for appointment in waiting.defer("details").order_by("starts_at"):
        grouped[appointment.case_id].append(appointment)
    for key, listed in grouped.items():
        by_case[key].appointments = listed


def _open(cards: Iterable[Card]) -> list[Card]:
    return [card for card in cards if card.is_open]
