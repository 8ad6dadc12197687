"""The support plan: made, opened, revised, closed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from centre.core import access, clock, journal, references
from centre.core.models import Case, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind
from centre.support.actions.versions import keep, locked
from centre.support.models import Plan, Referral
from centre.support.rules import plans as rules
from centre.support.rules.referrals import ENDS


@transaction.atomic
def make_plan(
    *, case: Case, content: Mapping[str, Any], review_on: date, by: User
) -> Plan:
    """Make the survivor's current plan."""
    at = clock.now()
    access.require(by, Permission.PLAN_MAKE, case)
    Case.objects.select_for_update().get(pk=case.pk)
    current = Plan.objects.filter(case=case, closed_at__isnull=True)
    rules.check_no_current(has_current=current.exists())
    rules.check_needs(content, is_child=case.is_child)
    rules.check_day_ahead(review_on, today=today(case, at))

    plan = Plan(
        case=case,
        reference=references.new(),
        content=dict(content),
        review_on=review_on,
        made_at=at,
        made_by=by,
    )
    return keep(plan, Kind.PLAN_MADE, by=by, at=at)


@transaction.atomic
def open_plan(*, plan: Plan, by: User) -> Plan:
    """Open a plan to read it; this is written down."""
    access.require(by, Permission.PLAN_OPEN, plan.case)
    what = f"plan {plan}"
    journal.looked(Kind.READ, by=by, on=plan.case, at=clock.now(), what=what)
    return plan


@transaction.atomic
def revise_plan(
    *, plan: Plan, seen: int, content: Mapping[str, Any], review_on: date, by: User
) -> Plan:
    """Change the needs or the day of review; the former version stays."""
    at = clock.now()
    access.require(by, Permission.PLAN_REVISE, plan.case)
    plan = locked(plan, seen)
    rules.check_open(is_closed=plan.is_closed)
    rules.check_needs(content, is_child=plan.case.is_child)
    rules.check_day_ahead(review_on, today=today(plan.case, at), kept=plan.review_on)
    if (plan.content, plan.review_on) == (dict(content), review_on):
        return plan
    plan.content, plan.review_on = dict(content), review_on
    return keep(plan, Kind.PLAN_REVISED, by=by, at=at)


@transaction.atomic
def close_plan(*, plan: Plan, seen: int, closure: str, by: User) -> Plan:
    """Close a plan that leaves no referral hanging; afterwards it is only read."""
    at = clock.now()
    access.require(by, Permission.PLAN_REVISE, plan.case)
    Case.objects.select_for_update().get(pk=plan.case_id)
    plan = locked(plan, seen)
    rules.check_open(is_closed=plan.is_closed)
    sent = Referral.objects.filter(case=plan.case_id).prefetch_related("events")
    rules.check_closing(closure, [str(r) for r in sent if r.state not in ENDS])
    plan.closed_at, plan.closure = at, closure
    return keep(plan, Kind.PLAN_CLOSED, by=by, at=at)


def today(case: Case, at: datetime) -> date:
    """The day at the centre of the case."""
    return clock.local(at, case.centre.timezone).date()
