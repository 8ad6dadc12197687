"""Goals in the survivor's words, and the steps towards them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from centre.core import access, clock, references
from centre.core.models import Case, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind
from centre.support.actions.plans import today
from centre.support.actions.versions import keep, locked
from centre.support.models import Goal, Plan, Step
from centre.support.rules import plans as rules


@dataclass(frozen=True)
class Wanted:
    """A goal as it is now wanted."""

    words: str
    state: str = rules.GoalState.NOT_STARTED
    due_on: date | None = None
    review_on: date | None = None


@transaction.atomic
def set_goal(*, plan: Plan, family: str, wanted: Wanted, by: User) -> Goal:
    """Set a goal of one family."""
    at = clock.now()
    access.require(by, Permission.GOAL_SET, plan.case)
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    rules.check_open(is_closed=plan.is_closed)
    parent = rules.is_parent(plan.content)
    rules.check_family(family, is_child=plan.case.is_child, has_children=parent)
    _check_wanted(wanted, plan.case, None)

    goal = Goal(
        plan=plan,
        case=plan.case,
        reference=references.new(),
        family=family,
        words=wanted.words,
        due_on=wanted.due_on,
        review_on=wanted.review_on,
        state=wanted.state,
        set_at=at,
    )
    return keep(goal, Kind.GOAL_SET, by=by, at=at)


@transaction.atomic
def revise_goal(*, goal: Goal, seen: int, wanted: Wanted, by: User) -> Goal:
    """Change a goal; the former words stay on record."""
    at = clock.now()
    access.require(by, Permission.GOAL_SET, goal.case)
    goal = locked(goal, seen)
    rules.check_open(is_closed=goal.plan.is_closed)
    _check_wanted(wanted, goal.case, goal)
    if _as_wanted(goal) == wanted:
        return goal
    goal.words, goal.state = wanted.words, wanted.state
    goal.due_on, goal.review_on = wanted.due_on, wanted.review_on
    return keep(goal, Kind.GOAL_SET, by=by, at=at)


@transaction.atomic
def set_step(
    *, goal: Goal, words: str, owner: User | None, due_on: date | None, by: User
) -> Step:
    """Set a step towards a goal: what, who, by when."""
    at = clock.now()
    access.require(by, Permission.GOAL_SET, goal.case)
    goal = Goal.objects.select_for_update().get(pk=goal.pk)
    rules.check_open(is_closed=goal.plan.is_closed)
    _check_step(words, owner, due_on, goal.case, None)

    step = Step(
        goal=goal,
        case=goal.case,
        reference=references.new(),
        words=words,
        owner=owner,
        due_on=due_on,
        set_at=at,
    )
    return keep(step, Kind.STEP_SET, by=by, at=at)


@transaction.atomic
def revise_step(
    *,
    step: Step,
    seen: int,
    words: str,
    owner: User | None,
    due_on: date | None,
    by: User,
) -> Step:
    """Change a step that is not done yet."""
    at = clock.now()
    access.require(by, Permission.GOAL_SET, step.case)
    step = locked(step, seen)
    rules.check_open(is_closed=step.goal.plan.is_closed)
    rules.check_not_done(is_done=step.done_at is not None)
    _check_step(words, owner, due_on, step.case, step)
    if (step.words, step.owner, step.due_on) == (words, owner, due_on):
        return step
    step.words, step.owner, step.due_on = words, owner, due_on
    return keep(step, Kind.STEP_SET, by=by, at=at)


@transaction.atomic
def done_step(*, step: Step, seen: int, by: User) -> Step:
    """Note that a step is done."""
    at = clock.now()
    access.require(by, Permission.STEP_DONE, step.case)
    step = locked(step, seen)
    rules.check_open(is_closed=step.goal.plan.is_closed)
    rules.check_not_done(is_done=step.done_at is not None)
    step.done_at, step.done_by = at, by
    return keep(step, Kind.STEP_DONE, by=by, at=at)


def _check_wanted(wanted: Wanted, case: Case, kept: Goal | None) -> None:
    rules.check_words(wanted.words)
    day = today(case, clock.now())
    due, review = (kept.due_on, kept.review_on) if kept else (None, None)
    rules.check_day_ahead(wanted.due_on, today=day, kept=due)
    rules.check_day_ahead(wanted.review_on, today=day, kept=review)


def _check_step(
    words: str,
    owner: User | None,
    due_on: date | None,
    case: Case,
    kept: Step | None,
) -> None:
    rules.check_words(words)
    team = case.care_team.filter(ended_at__isnull=True).values_list("user", flat=True)
    rules.check_owner(owner.pk if owner else None, set(team))
    day = today(case, clock.now())
    rules.check_day_ahead(due_on, today=day, kept=kept.due_on if kept else None)


def _as_wanted(goal: Goal) -> Wanted:
    return Wanted(goal.words, goal.state, goal.due_on, goal.review_on)
