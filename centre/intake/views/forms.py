"""Triage and intake, section by section."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from centre.core import clock, drafts
from centre.core.errors import RuleError
from centre.core.filling import Filling, section_page
from centre.core.http import StaffRequest, within_or_404
from centre.core.models import Case, Draft
from centre.core.permissions import Permission
from centre.intake import queries
from centre.intake.actions import forms as actions
from centre.intake.cover import cover
from centre.intake.rules.forms import PACK_OF, TITLES, Form
from centre.packs.read import load

_PERMISSION = {
    Form.TRIAGE: Permission.TRIAGE_OPEN,
    Form.INTAKE: Permission.INTAKE_OPEN,
}


@require_http_methods(["GET"])
def begin(request: StaffRequest, reference: str, form: str) -> HttpResponse:
    """Go to the first section that still lacks something."""
    return redirect(_open(request, reference, form).first_open())


@require_http_methods(["GET", "POST"])
def section(
    request: StaffRequest, reference: str, form: str, section: str
) -> HttpResponse:
    """One section: kept by the page while it is typed, or by its button."""
    opened = _open(request, reference, form)
    here = opened.section(section)
    if here is None:
        raise Http404

    def keep(content: Mapping[str, Any], revision: int) -> Draft:
        return actions.keep_section(
            case=opened.case,
            form=Form(form),
            section=here.code,
            content=content,
            revision=revision,
            by=request.user,
        )

    extra = {"cover": cover(opened.case, request.user, clock.now())}
    return section_page(
        request, opened, here, keep, template="filling/section.html", extra=extra
    )


@require_http_methods(["GET", "POST"])
def review(request: StaffRequest, reference: str, form: str) -> HttpResponse:
    """What still lacks a value or a reason; then finish."""
    opened = _open(request, reference, form)
    error = ""
    if request.method == "POST":
        try:
            actions.complete_form(case=opened.case, form=Form(form), by=request.user)
        except RuleError as stopped:
            error = str(stopped)
        else:
            messages.success(request, f"{opened.title} is finished.")
            return redirect(opened.case)
    page = {
        "case": opened.case,
        "title": opened.title,
        "sections": opened.tasks(),
        "lacking": opened.lacking(),
        "error": error,
        "is_done": any(
            p.is_done for p in queries.progress(opened.case) if p.form == form
        ),
        "cover": cover(opened.case, request.user, clock.now()),
    }
    return render(request, "filling/review.html", page)


def _open(request: StaffRequest, reference: str, name: str) -> Filling:
    if name not in set(Form):
        raise Http404
    form = Form(name)
    case = within_or_404(
        Case.objects.select_related("centre"),
        request,
        _PERMISSION[form],
        path="pk",
        reference=reference,
    )
    kept = actions.open_form(case=case, form=form, by=request.user)

    def address(code: str) -> str:
        return reverse("intake_section", args=[case.reference, name, code])

    return Filling(
        case=case,
        title=TITLES[form],
        pack=load(PACK_OF[form]),
        kept=kept,
        facts=actions.facts_of(case),
        address=address,
        review=reverse("intake_review", args=[case.reference, name]),
        answers=drafts.answers_of(kept),
    )
