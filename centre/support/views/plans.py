"""The plan by family, its goals and steps."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from centre.agencies.rules import FAMILY_WORDS, Family
from centre.core import access, clock
from centre.core.http import StaffRequest, within_or_404
from centre.core.models import Case
from centre.core.permissions import Permission
from centre.intake.cover import cover
from centre.support.actions import goals as goal_actions
from centre.support.actions import plans as actions
from centre.support.forms.plans import (
    ClosePlanForm,
    DoneForm,
    GoalForm,
    MakePlanForm,
    PlanForm,
    SetGoalForm,
    SetStepForm,
    StepForm,
    initial_of,
)
from centre.support.models import Goal, Step
from centre.support.queries import plans as queries
from centre.support.queries import referrals, sessions

NOTHING_CHANGED: Final = "Nothing was changed. Open the plan and try again."


@require_http_methods(["GET"])
def case_plan(request: StaffRequest, reference: str) -> HttpResponse:
    """To the current plan of a case, or to making one."""
    case = case_or_404(request, Permission.PLAN_OPEN, reference)
    return redirect(queries.current(case) or f"{request.path}new/")


@require_http_methods(["GET", "POST"])
def make_plan(request: StaffRequest, reference: str) -> HttpResponse:
    """Make the survivor's plan."""
    case = case_or_404(request, Permission.PLAN_MAKE, reference)
    form = MakePlanForm(request.POST or None)
    if form.perform(actions.make_plan, case=case, by=request.user):
        messages.success(request, "The plan is made. Set the first goal with her.")
        return redirect(form.result)
    return render(request, "support/make_plan.html", {"case": case, "form": form})


@require_http_methods(["GET"])
def plan(request: StaffRequest, reference: str) -> HttpResponse:
    """The plan: needs, goals, steps and referrals, family by family."""
    found = _found(queries.with_parts(), request, Permission.PLAN_OPEN, reference)
    actions.open_plan(plan=found, by=request.user)
    at = clock.now()
    cards = referrals.cards(referrals.of_case(found.case), at)
    page = {
        "plan": found,
        "case": found.case,
        "cover": cover(found.case, request.user, at),
        "content": found.content,
        "parts": queries.parts(found, cards),
        "today": actions.today(found.case, at),
        "notes": sessions.of_case(found.case, request.user),
        "may_revise": access.holds(request.user, Permission.PLAN_REVISE, found.case),
    }
    return render(request, "support/plan.html", page)


@require_http_methods(["GET", "POST"])
def revise_plan(request: StaffRequest, reference: str) -> HttpResponse:
    """Change what is needed, or when to look again."""
    found = _found(queries.plans(), request, Permission.PLAN_REVISE, reference)
    if request.method == "GET":
        actions.open_plan(plan=found, by=request.user)
    form = PlanForm(request.POST or None, initial=initial_of(found))
    if form.perform(actions.revise_plan, plan=found, by=request.user):
        messages.success(request, "Kept. The former version stays on record.")
        return redirect(found)
    page = {"case": found.case, "plan": found, "form": form, **_compared(form)}
    return render(request, "support/revise_plan.html", page)


@require_http_methods(["GET", "POST"])
def close_plan(request: StaffRequest, reference: str) -> HttpResponse:
    """Close the plan."""
    found = _found(queries.plans(), request, Permission.PLAN_REVISE, reference)
    form = ClosePlanForm(request.POST or None, initial={"seen": found.version})
    if form.perform(actions.close_plan, plan=found, by=request.user):
        messages.success(request, "The plan is closed. She may come back at any time.")
        return redirect(found)
    page = {"case": found.case, "plan": found, "form": form}
    return render(request, "support/close_plan.html", page)


@require_http_methods(["GET", "POST"])
def set_goal(request: StaffRequest, reference: str, family: str) -> HttpResponse:
    """Set a goal of one family."""
    found = _found(queries.plans(), request, Permission.GOAL_SET, reference)
    if family not in set(Family):
        raise Http404
    form = SetGoalForm(request.POST or None)
    done = form.perform(
        goal_actions.set_goal, plan=found, family=family, by=request.user
    )
    if done:
        messages.success(request, "The goal is set.")
        return redirect(form.result)
    words = FAMILY_WORDS[Family(family)]
    page = {"case": found.case, "plan": found, "form": form, "family": words}
    return render(request, "support/set_goal.html", page)


@require_http_methods(["GET", "POST"])
def revise_goal(request: StaffRequest, reference: str) -> HttpResponse:
    """Change a goal."""
    found = _found(queries.goals(), request, Permission.GOAL_SET, reference)
    names = ("words", "state", "due_on", "review_on")
    initial = {"seen": found.version} | {n: getattr(found, n) for n in names}
    if request.method == "GET":
        actions.open_plan(plan=found.plan, by=request.user)
    form = GoalForm(request.POST or None, initial=initial)
    if form.perform(goal_actions.revise_goal, goal=found, by=request.user):
        messages.success(request, "Kept. The former words stay on record.")
        return redirect(found)
    page = {"case": found.case, "plan": found.plan, "goal": found, "form": form}
    return render(request, "support/revise_goal.html", {**page, **_compared(form)})


@require_http_methods(["GET", "POST"])
def set_step(request: StaffRequest, reference: str) -> HttpResponse:
    """Set a step towards a goal."""
    found = _found(queries.goals(), request, Permission.GOAL_SET, reference)
    team = queries.care_team(found.case)
    form = SetStepForm(
        request.POST or None, team=team, initial={"owner": request.user.pk}
    )
    if form.perform(goal_actions.set_step, goal=found, by=request.user):
        messages.success(request, "The step is set.")
        return redirect(found)
    page = {"case": found.case, "plan": found.plan, "goal": found, "form": form}
    return render(request, "support/set_step.html", page)


@require_http_methods(["GET", "POST"])
def revise_step(request: StaffRequest, reference: str) -> HttpResponse:
    """Change a step."""
    found = _found(queries.steps(), request, Permission.GOAL_SET, reference)
    initial = {
        "seen": found.version,
        "words": found.words,
        "owner": found.owner_id,
        "due_on": found.due_on,
    }
    if request.method == "GET":
        actions.open_plan(plan=found.goal.plan, by=request.user)
    team = queries.care_team(found.case)
    form = StepForm(request.POST or None, team=team, initial=initial)
    if form.perform(goal_actions.revise_step, step=found, by=request.user):
        messages.success(request, "Kept. The former words stay on record.")
        return redirect(found.goal)
    page = {"case": found.case, "plan": found.goal.plan, "step": found, "form": form}
    return render(request, "support/revise_step.html", {**page, **_compared(form)})


@require_POST
def done_step(request: StaffRequest, reference: str) -> HttpResponse:
    """Note that a step is done."""
    found = _found(queries.steps(), request, Permission.STEP_DONE, reference)
    form = DoneForm(request.POST)
    if form.perform(goal_actions.done_step, step=found, by=request.user):
        messages.success(request, "The step is done.")
    else:
        sentences = [str(sentence) for sentence in form.non_field_errors()]
        messages.error(request, " ".join(sentences or [NOTHING_CHANGED]))
    return redirect(found.goal)


def case_or_404(request: StaffRequest, permission: Permission, reference: str) -> Case:
    """A case within reach, by its reference."""
    return within_or_404(
        Case.objects.select_related("centre"),
        request,
        permission,
        path="pk",
        reference=reference,
    )


def _found(
    rows: Any, request: StaffRequest, permission: Permission, reference: str
) -> Any:
    return within_or_404(rows, request, permission, reference=reference)


def _compared(form: Any) -> dict[str, Any]:
    """Both versions side by side, field by field, once somebody was faster."""
    if form.theirs is None:
        return {}
    theirs, name = form.theirs, type(form.theirs).__name__
    kept = initial_of(theirs) if name == "Plan" else _shown(theirs, form)
    author = theirs.history.select_related("history_user").get(version=theirs.version)
    rows = [
        {
            "label": form.fields[field].label,
            "theirs": _in_words(form.fields[field], kept.get(field)),
            "yours": _in_words(form.fields[field], form[field].value()),
        }
        for field in form.fields
        if field not in {"seen", "token"}
    ]
    changed = [row for row in rows if row["theirs"] != row["yours"]]
    who = author.history_user.name
    return {"conflict": changed, "their_name": who, "their_at": author.history_date}


def _shown(theirs: Goal | Step, form: Any) -> dict[str, Any]:
    names = [f for f in form.fields if f not in {"seen", "token"}]
    return {n: getattr(theirs, "owner_id" if n == "owner" else n) for n in names}


def _in_words(field: Any, value: Any) -> str:
    choices = {str(code): words for code, words in getattr(field, "choices", ())}
    text = "" if value is None else str(value)
    return str(choices.get(text, text))
