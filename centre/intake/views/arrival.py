"""Opening a case; identity; safe contact; who is on the care team."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from centre.core import access
from centre.core.actions.cases import open_case
from centre.core.errors import RuleError
from centre.core.forms import clean_text
from centre.core.http import StaffRequest, within_or_404
from centre.core.models import Case
from centre.core.permissions import Permission
from centre.intake.actions import identity as actions
from centre.intake.forms import ContactForm, IdentityForm, OpenCaseForm


@require_http_methods(["GET", "POST"])
def open_new(request: StaffRequest) -> HttpResponse:
    """Open a case for someone who has just arrived."""
    centre = request.membership.centre
    if not access.holds(request.user, Permission.CASE_OPEN, centre):
        raise Http404
    form = OpenCaseForm(request.POST or None)
    if form.perform(open_case, centre=centre, by=request.user):
        messages.success(request, f"Case {form.result} is open.")
        return redirect("intake_form", form.result.reference, "triage")
    return render(request, "intake/open_case.html", {"form": form})


@require_http_methods(["GET", "POST"])
def identity(request: StaffRequest, reference: str) -> HttpResponse:
    """Who she is, as far as she wants."""
    found = _case(request, Permission.IDENTITY_OPEN, reference)
    return _keep_page(
        request,
        found,
        IdentityForm,
        opener=actions.open_identity,
        keeper=actions.keep_identity,
        template="intake/identity.html",
        may_keep=Permission.IDENTITY_KEEP,
    )


@require_http_methods(["GET", "POST"])
def contact(request: StaffRequest, reference: str) -> HttpResponse:
    """The safe way to reach her."""
    found = _case(request, Permission.CONTACT_OPEN, reference)
    return _keep_page(
        request,
        found,
        ContactForm,
        opener=actions.open_contact,
        keeper=actions.keep_contact,
        template="intake/contact.html",
        may_keep=Permission.CONTACT_KEEP,
    )


def _keep_page(
    request: StaffRequest,
    case: Case,
    form_class: type[Form],
    *,
    opener: Callable[..., dict[str, Any]],
    keeper: Callable[..., Any],
    template: str,
    may_keep: Permission,
) -> HttpResponse:
    if request.method == "POST":
        form = form_class(request.POST)
        if form.is_valid() and _kept(keeper, case, form, request):
            messages.success(request, "Kept.")
            return redirect(case)
    else:
        form = form_class(initial=opener(case=case, by=request.user))
    may = access.holds(request.user, may_keep, case)
    return render(request, template, {"case": case, "form": form, "may_keep": may})


def _kept(
    keeper: Callable[..., Any], case: Case, form: Form, request: StaffRequest
) -> bool:
    details = {
        name: clean_text(value) if isinstance(value, str) else value
        for name, value in form.cleaned_data.items()
    }
    try:
        keeper(case=case, details=details, by=request.user)
    except RuleError as error:
        form.add_error(None, str(error))
        return False
    return True


def _case(request: StaffRequest, permission: Permission, reference: str) -> Case:
    return within_or_404(
        Case.objects.select_related("centre"),
        request,
        permission,
        path="pk",
        reference=reference,
    )
