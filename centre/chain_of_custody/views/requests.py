"""The requester's own pages: ask, keep a draft, follow, answer, take back, dispute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from centre.chain_of_custody.actions import request_steps as steps
from centre.chain_of_custody.actions import requests as actions
from centre.chain_of_custody.actions.request_drafts import drop_draft, keep_draft
from centre.chain_of_custody.actions.request_papers import keep_paper
from centre.chain_of_custody.forms.requests import (
    LineFormSet,
    RequestForm,
    asked_lines,
)
from centre.chain_of_custody.models.request_steps import RequestDraft
from centre.chain_of_custody.models.requests import EvidenceRequest
from centre.chain_of_custody.queries import request_pages as pages
from centre.chain_of_custody.queries import requests as queries
from centre.chain_of_custody.views import doors
from centre.core import access
from centre.core.errors import RuleError
from centre.core.http import StaffRequest
from centre.core.models import Centre
from centre.core.permissions import Permission

PAGE = 50
NO_KEEP = {"csrfmiddlewaretoken", "token", "keep", "send"}


@require_http_methods(["GET", "POST"])
def request_evidence(request: StaffRequest) -> HttpResponse:
    """The investigator asks."""
    centre = _centre(request)
    form = RequestForm(request.POST or None, request.FILES or None)
    lines = LineFormSet(request.POST or None, prefix="lines")
    if request.method == "POST" and "keep" in request.POST:
        return _kept(request, centre, None)
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        made = _ask(request, form, lines)
        if made is not None:
            messages.success(request, f"Your request {made} is received.")
            return redirect("own_request", made.reference)
    page = {"form": form, "lines": lines}
    return render(request, "chain_of_custody/request_evidence.html", page)


@require_http_methods(["GET", "POST"])
def draft(request: StaffRequest, key: UUID) -> HttpResponse:
    """Go on with a request that was kept while it was being written."""
    centre = _centre(request)
    rows = RequestDraft.objects.filter(centre=centre, written_by=request.user)
    kept = get_object_or_404(rows, pk=key)
    if "keep" in request.POST:
        return _kept(request, centre, kept)
    told = kept.content
    form = RequestForm(request.POST or None, request.FILES or None, initial=told)
    lines = LineFormSet(
        request.POST or None, prefix="lines", initial=told.get("rows", [])
    )
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        made = _ask(request, form, lines)
        if made is not None:
            drop_draft(draft=kept, by=request.user)
            messages.success(request, f"Your request {made} is received.")
            return redirect("own_request", made.reference)
    page = {"form": form, "lines": lines, "draft": kept}
    return render(request, "chain_of_custody/request_evidence.html", page)


@require_POST
def forget_draft(request: StaffRequest, key: UUID) -> HttpResponse:
    """Throw a draft away."""
    rows = RequestDraft.objects.filter(centre=_centre(request), written_by=request.user)
    drop_draft(draft=get_object_or_404(rows, pk=key), by=request.user)
    messages.success(request, "The draft is gone. Nothing of it was sent.")
    return redirect("own_requests")


@require_http_methods(["GET"])
def own_requests(request: StaffRequest) -> HttpResponse:
    """What this investigator asked for, and where it stands."""
    centre = _centre(request)
    page = Paginator(queries.own(request.user), PAGE).get_page(request.GET.get("page"))
    rows = [(s.request, pages.words_for_requester(s)) for s in queries.standings(page)]
    drafts = RequestDraft.objects.filter(centre=centre, written_by=request.user)
    context = {"page": page, "rows": rows, "drafts": drafts[:PAGE]}
    return render(request, "chain_of_custody/own_requests.html", context)


@require_http_methods(["GET"])
def own_request(request: StaffRequest, reference: str) -> HttpResponse:
    """One's own request; before a decision it tells nothing but that it came."""
    found = _own(request, reference)
    return render(
        request,
        "chain_of_custody/own_request.html",
        pages.for_requester(found, request.user),
    )


@require_POST
def withdraw(request: StaffRequest, reference: str) -> HttpResponse:
    """Take one's own request back."""
    found = _own(request, reference)
    done = "The request is taken back."
    return _answered(request, found, done, actions.withdraw_request)


@require_POST
def give_info(request: StaffRequest, reference: str) -> HttpResponse:
    """Answer what the centre asked."""
    found = _own(request, reference)
    words = request.POST.get("words", "")[:4000]
    done = "Your answer is with the centre."
    return _answered(request, found, done, steps.give_info, words=words)


@require_POST
def dispute(request: StaffRequest, reference: str) -> HttpResponse:
    """Dispute the answer."""
    found = _own(request, reference)
    words = request.POST.get("words", "")[:4000]
    done = "Your words are with the centre."
    return _answered(request, found, done, steps.dispute_answer, words=words)


def _answered(
    request: StaffRequest,
    found: EvidenceRequest,
    done: str,
    action: Callable[..., Any],
    **given: Any,
) -> HttpResponse:
    try:
        action(request=found, by=request.user, **given)
    except RuleError as error:
        messages.error(request, str(error))
        page = pages.for_requester(found, request.user) | given
        return render(request, "chain_of_custody/own_request.html", page)
    messages.success(request, done)
    return redirect("own_request", found.reference)


def _ask(
    request: StaffRequest, form: RequestForm, lines: Any
) -> EvidenceRequest | None:
    asked = asked_lines(lines, form.cleaned_data["purpose"])

    def ask(**given: Any) -> EvidenceRequest:
        made = actions.request_evidence(
            centre=given["centre"],
            lines=asked,
            details={name: given[name] for name in pages.DETAILS},
            needed_by=given["needed_by"],
            by=given["by"],
        )
        if given["paper"] is not None:
            content = given["paper"].read()
            keep_paper(request=made, content=content, kind="order", by=given["by"])
        return made

    if form.perform(ask, centre=request.membership.centre, by=request.user):
        made: EvidenceRequest = form.result
        return made
    return None


def _kept(
    request: StaffRequest, centre: Centre, kept: RequestDraft | None
) -> HttpResponse:
    """Keep whatever was typed, by name; lines as rows."""
    told = {
        name: str(value)[:1000]
        for name, value in request.POST.items()
        if name not in NO_KEEP and not name.startswith("lines-")
    }
    formset = LineFormSet(request.POST, prefix="lines")
    rows = [
        {name: str(form[name].value() or "")[:300] for name in form.fields}
        for form in formset.forms[:20]
    ]
    content = told | {"rows": [row for row in rows if any(_typed(row))]}
    made = keep_draft(centre=centre, content=content, by=request.user, draft=kept)
    messages.success(request, "Kept as a draft. Nothing is sent yet.")
    return redirect(made)


def _typed(row: dict[str, str]) -> list[str]:
    return [value for name, value in row.items() if name != "scope"]


def _centre(request: StaffRequest) -> Centre:
    centre = request.membership.centre
    access.require(request.user, Permission.EVIDENCE_REQUEST, centre)
    return centre


def _own(request: StaffRequest, reference: str) -> EvidenceRequest:
    return doors.own_request(request, reference)
