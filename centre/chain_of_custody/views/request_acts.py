"""One page for each step of a request, and the page where a survivor is asked about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from centre.chain_of_custody.actions import request_returns as returns
from centre.chain_of_custody.actions import request_steps as actions
from centre.chain_of_custody.forms import request_desk as forms
from centre.chain_of_custody.forms.request_return import ReturnForm
from centre.chain_of_custody.models.requests import EvidenceRequest
from centre.chain_of_custody.queries import request_pages as rows
from centre.chain_of_custody.queries.request_work import survivors_to_ask
from centre.chain_of_custody.queries.requests import lines_of
from centre.chain_of_custody.rules.checks import Basis
from centre.chain_of_custody.rules.request_steps import (
    APPROVED,
    GONE,
    OPEN,
    TO_HAND_OVER,
    State,
)
from centre.chain_of_custody.views import doors
from centre.core import access
from centre.core.http import StaffRequest
from centre.core.models import User
from centre.core.permissions import Permission


@dataclass(frozen=True)
class StepPage:
    """A step as a page: its address, who may, its form and action, and when."""

    word: str
    permission: Permission
    form: type[forms.StepForm]
    action: Callable[..., Any]
    title: str
    why: str
    states: frozenset[State]

    @property
    def name(self) -> str:
        """The name of its address."""
        return f"{self.word.replace('-', '_')}_request"


REVIEW_EMERGENCY: Final = "review-emergency"

STEP_PAGES: Final = (
    StepPage(
        "triage",
        Permission.REQUEST_MATCH,
        forms.TriageForm,
        actions.triage_request,
        "Triage",
        "The first request of a unit is called back at a number the unit publishes.",
        OPEN,
    ),
    StepPage(
        "ask-info",
        Permission.REQUEST_MATCH,
        forms.WordsForm,
        actions.ask_info,
        "Ask the requester",
        "Ask about the request only. Never write whether a person or a kit is known.",
        OPEN - {State.NEEDS_INFO},
    ),
    StepPage(
        "review",
        Permission.REQUEST_REVIEW,
        forms.ReviewForm,
        actions.review_request,
        "Legal review",
        "Compare the words of the order or the law with each line. Less is better.",
        frozenset({State.LEGAL_REVIEW}),
    ),
    StepPage(
        REVIEW_EMERGENCY,
        Permission.EMERGENCY_REVIEW,
        forms.ReviewForm,
        actions.review_emergency,
        "Review the emergency release",
        "Within 72 hours, by somebody who did not decide it.",
        APPROVED | GONE | {State.PICKUP_SCHEDULED, State.OFFERED, State.CLOSED},
    ),
    StepPage(
        "pick-up",
        Permission.HANDOVER_OFFER,
        forms.PickupForm,
        actions.schedule_pickup,
        "Arrange the pick-up",
        "Name who comes. Nobody else is given anything.",
        TO_HAND_OVER,
    ),
    StepPage(
        "forward-withdrawal",
        Permission.REQUEST_MATCH,
        forms.WordsForm,
        actions.forward_withdrawal,
        "Tell whoever holds it",
        "Consent was taken back. Say whom you told, when, and how.",
        frozenset({State.CONSENT_WITHDRAWN}),
    ),
    StepPage(
        "answer-dispute",
        Permission.REQUEST_DECIDE,
        forms.WordsForm,
        actions.answer_dispute,
        "Answer the dispute",
        "The decision stays. On a new ground a new request is made.",
        frozenset({State.DISPUTED}),
    ),
    StepPage(
        "confirm-return",
        Permission.REQUEST_MATCH,
        ReturnForm,
        returns.confirm_return,
        "Confirm the return",
        "Say for each line what became of it. What is back was received first.",
        frozenset({State.RETURN_DUE, State.RESULT_ISSUED, State.HANDED_OVER}),
    ),
    StepPage(
        "expire",
        Permission.REQUEST_DECIDE,
        forms.WordsForm,
        actions.expire_request,
        "End as expired",
        "Nobody went on with it. Say what was tried.",
        OPEN | TO_HAND_OVER,
    ),
    StepPage(
        "close",
        Permission.REQUEST_DECIDE,
        forms.CloseForm,
        actions.close_request,
        "Close",
        "It ran its course. The record stays.",
        GONE - {State.RETURN_DUE} | {State.REFUSED, State.CONSENT_WITHDRAWN},
    ),
)


def possible_steps(
    found: EvidenceRequest, state: State, by: User
) -> list[tuple[str, str]]:
    """The steps this person may take now, with their addresses."""
    held = {
        permission: access.holds(by, permission, found.centre)
        for permission in {page.permission for page in STEP_PAGES}
    }
    has_emergency = any(line.basis == Basis.EMERGENCY for line in found.lines.all())
    return [
        (page.title, reverse(page.name, args=[found.reference]))
        for page in STEP_PAGES
        if state in page.states
        and held[page.permission]
        and (page.word != REVIEW_EMERGENCY or has_emergency)
    ]


@require_http_methods(["GET", "POST"])
def step(request: StaffRequest, reference: str, *, doing: StepPage) -> HttpResponse:
    """Take one step of a request."""
    centre = request.membership.centre
    may_view = access.holds(request.user, Permission.REQUEST_VIEW, centre)
    if doing.word == REVIEW_EMERGENCY and not may_view:
        found = doors.emergency(request, reference)
    else:
        found = doors.request_of_centre(request, reference)
    access.require(request.user, doing.permission, found.centre)
    form = doing.form(request.POST or None, found=found)
    if form.perform(doing.action, request=found, by=request.user):
        messages.success(request, f"{doing.title}: written down.")
        return redirect(found if may_view else "home")
    page = {"found": found, "form": form, "doing": doing, "may_view": may_view}
    if doing.word == REVIEW_EMERGENCY:
        page["rows"] = [rows.row(line) for line in lines_of(found)]
    return render(request, "chain_of_custody/request_step.html", page)


@require_http_methods(["GET", "POST"])
def ask_survivor(request: StaffRequest, key: UUID) -> HttpResponse:
    """Ask the survivor about a line: attempts by the safe way, then her answer."""
    open_steps = {row.pk: row for row in survivors_to_ask(request.user)}
    asked = open_steps.get(key)
    if asked is None or asked.line is None:
        raise Http404
    attempt = forms.AttemptForm(_of(request, "attempt"), prefix="attempt")
    answer = forms.AnswerForm(_of(request, "answer"), prefix="answer")
    given = {"line": asked.line, "by": request.user}
    if "attempt" in request.POST and attempt.perform(actions.try_survivor, **given):
        messages.success(request, "The attempt is written down.")
        return redirect("ask_survivor", key)
    if "answer" in request.POST and answer.perform(actions.keep_answer, **given):
        messages.success(request, "Her answer is kept.")
        return redirect("home")
    page = {
        "asked": asked,
        "case": asked.line.match.case,
        "attempt": attempt,
        "answer": answer,
        "tries": asked.line.steps.filter(step="survivor_tried"),
    }
    return render(request, "chain_of_custody/ask_survivor.html", page)


def _of(request: StaffRequest, name: str) -> Any:
    return request.POST if name in request.POST else None
