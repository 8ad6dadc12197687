"""A plan with its goals and steps, family by family, in a constant number of reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from centre.agencies.rules import FAMILY_WORDS, Family
from centre.core.models import Case, User
from centre.support.models import Goal, Plan, Step
from centre.support.queries.referrals import Card
from centre.support.rules import plans as rules

_NEEDS = {str(need): words for need, words in rules.NEED_WORDS}


@dataclass(frozen=True)
class FamilyPart:
    """One family of a plan: what is needed, the goals, the referrals."""

    family: Family
    title: str
    need: str
    words: str
    goals: list[Goal]
    cards: list[Card]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked or begun in it."""
        return not (self.words or self.goals or self.cards)


def current(case: Case) -> Plan | None:
    """The plan the case is worked by at present."""
    return Plan.objects.filter(case=case, closed_at__isnull=True).first()


def plans() -> QuerySet[Plan]:
    """Plans with their case, to be narrowed to somebody's reach."""
    return Plan.objects.select_related("case__centre")


def goals() -> QuerySet[Goal]:
    """Goals with plan and case, to be narrowed to somebody's reach."""
    return Goal.objects.select_related("plan", "case__centre")


def steps() -> QuerySet[Step]:
    """Steps with plan and case, to be narrowed to somebody's reach."""
    return Step.objects.select_related("goal__plan", "case__centre", "owner")


def with_parts() -> QuerySet[Plan]:
    """Plans with goals and steps fetched along."""
    their_steps = Step.objects.select_related("owner")
    their_goals = Goal.objects.prefetch_related(Prefetch("steps", their_steps))
    return (
        plans()
        .select_related("made_by")
        .prefetch_related(Prefetch("goals", their_goals))
    )


def parts(plan: Plan, cards: list[Card]) -> list[FamilyPart]:
    """The plan by family; the child family only where it applies."""
    content = plan.content
    shown = rules.families(
        is_child=plan.case.is_child, has_children=rules.is_parent(content)
    )
    return [_part(family, plan, content, cards) for family in shown]


def care_team(case: Case) -> QuerySet[User]:
    """Who can take a step on."""
    return User.objects.filter(
        assignments__case=case, assignments__ended_at__isnull=True
    ).order_by("name")


def _part(
    family: Family, plan: Plan, content: dict[str, Any], cards: list[Card]
) -> FamilyPart:
    found = content["needs"].get(family, {"need": "not_asked", "words": ""})
    return FamilyPart(
        family=family,
        title=FAMILY_WORDS[family],
        need=_NEEDS[found["need"]],
        words=found["words"],
        goals=[g for g in plan.goals.all() if g.family == family],
        cards=[c for c in cards if c.referral.family == family],
    )
