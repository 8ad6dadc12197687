"""The pages on which a case is closed, and opened again."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from centre import endings
from centre.chain_of_custody.queries.gates import case_bars
from centre.core import references
from centre.core.actions.cases import reopen_case
from centre.core.forms import ActionForm
from centre.core.http import StaffRequest, within_or_404
from centre.core.models import Case, CaseEnding
from centre.core.permissions import Permission

_ROWS = {"rows": 3}


class CloseCaseForm(ActionForm):
    """Why it is closed."""

    reason = forms.ChoiceField(
        label="Why is the case closed?",
        choices=[(e.value, e.label) for e in CaseEnding if e != CaseEnding.REOPENED],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="What else should be said",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs=_ROWS),
    )


class ReopenCaseForm(ActionForm):
    """Why it is opened again."""

    words = forms.CharField(
        label="Why is the case opened again?",
        max_length=2000,
        widget=forms.Textarea(attrs=_ROWS),
    )


@require_http_methods(["GET", "POST"])
def close_case(request: StaffRequest, reference: str) -> HttpResponse:
    """Close a case, or see what stands against it; a closed one is opened again."""
    found = within_or_404(
        Case.objects.select_related("centre"),
        request,
        Permission.CASE_CLOSE,
        path="pk",
        reference=references.normalise(reference),
    )
    return _reopen(request, found) if found.is_closed else _close(request, found)


def _close(request: StaffRequest, found: Case) -> HttpResponse:
    form = CloseCaseForm(request.POST or None)
    if form.perform(endings.close_case, case=found, by=request.user):
        messages.success(request, f"Case {found} is closed. Its evidence stays.")
        return redirect(found)
    page = {
        "case": found,
        "form": form,
        "title": "Close the case",
        "why": "Nobody is expected to work on it any more. Nothing is destroyed.",
        "button": "Close the case",
        "bars": [] if request.method == "POST" else case_bars(found),
    }
    return render(request, "close_case.html", page)


def _reopen(request: StaffRequest, found: Case) -> HttpResponse:
    form = ReopenCaseForm(request.POST or None)
    if form.perform(reopen_case, case=found, by=request.user):
        messages.success(request, f"Case {found} is open again.")
        return redirect(found)
    page = {
        "case": found,
        "form": form,
        "title": "Open the case again",
        "why": "It was closed. Both acts stay on record.",
        "button": "Open it again",
        "bars": [],
    }
    return render(request, "close_case.html", page)
