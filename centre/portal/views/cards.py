"""The staff's page of a case: her card, and what she asked for."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from centre.core import references
from centre.core.http import StaffRequest, within_or_404
from centre.core.models import Case
from centre.core.permissions import Permission
from centre.portal import queries
from centre.portal.actions import cards as actions
from centre.portal.forms import AnswerForm, CardForm
from centre.portal.models import Asked


@require_http_methods(["GET", "POST"])
def card(request: StaffRequest, reference: str) -> HttpResponse:
    """Make a card; its code is shown this once."""
    case = _case(request, reference)
    form = CardForm(request.POST or None)
    made = None
    if request.method == "POST" and form.perform(
        actions.make_card, case=case, by=request.user
    ):
        made = form.result
        form = CardForm()
    page = {
        "case": case,
        "form": form,
        "made": made,
        "card": queries.live_card(case),
        "wishes": queries.wishes(case),
    }
    return render(request, "portal/card.html", page)


@require_POST
def end_card(request: StaffRequest, reference: str) -> HttpResponse:
    """End the card; her page shows nothing any more."""
    case = _case(request, reference)
    actions.end_card(case=case, by=request.user)
    messages.success(request, "The card counts no longer.")
    return redirect("card", reference=case.reference)


@require_http_methods(["GET", "POST"])
def answer_wish(request: StaffRequest, key: UUID) -> HttpResponse:
    """Write down what became of something she asked for."""
    rows = Asked.objects.select_related("case__centre")
    asked = within_or_404(rows, request, Permission.WISH_ANSWER, pk=key)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.perform(
        actions.answer_wish, asked=asked, by=request.user
    ):
        messages.success(request, "It is written down.")
        return redirect("card", reference=asked.case.reference)
    page = {
        "asked": asked,
        "words": actions.open_wish(asked=asked, by=request.user),
        "case": asked.case,
        "form": form,
    }
    return render(request, "portal/answer.html", page)


def _case(request: StaffRequest, reference: str) -> Case:
    return within_or_404(
        Case.objects.select_related("centre"),
        request,
        Permission.CARD_MAKE,
        path="pk",
        reference=references.normalise(reference),
    )
