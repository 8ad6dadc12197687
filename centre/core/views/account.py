"""One's own account: second factor, recovery codes, password, what one looked at."""

from __future__ import annotations

import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from centre.core import sessions, totp
from centre.core.actions import people
from centre.core.errors import RuleError
from centre.core.http import StaffRequest, half_signed_in, safe_next
from centre.core.models import AccessNote
from centre.core.views.forms import CodeForm, PasswordForm

PAGE = 50


@half_signed_in
@require_http_methods(["GET", "POST"])
def enrol_factor(request: StaffRequest) -> HttpResponse:
    """Show the QR code and take the first code; then hand out recovery codes once."""
    try:
        device = people.begin_factor(by=request.user)
    except RuleError:
        return redirect("second_factor")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            codes = people.confirm_factor(
                by=request.user, code=form.cleaned_data["code"]
            )
        except RuleError as error:
            form.add_error("code", str(error))
        else:
            sessions.factor_given(request)
            page = {"codes": codes, "next": safe_next(request)}
            return render(request, "core/recovery_codes.html", page)
    return _enrolment_page(request, form, device.seed)


def _enrolment_page(request: StaffRequest, form: CodeForm, seed: str) -> HttpResponse:
    address = totp.enrolment_address(seed, request.user.username)
    page = {
        "form": form,
        "next": safe_next(request),
        "qr": segno.make(address, error="m").svg_inline(
            scale=5, border=2, omitsize=True
        ),
        "secret": totp.secret_in_groups(seed),
    }
    return render(request, "core/enrol_factor.html", page)


@require_http_methods(["GET", "POST"])
def account(request: StaffRequest) -> HttpResponse:
    """Who am I here, and how do I change my password."""
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        try:
            people.change_password(
                user=request.user, by=request.user, **form.cleaned_data
            )
        except RuleError as error:
            form.add_error(None, str(error))
        else:
            return _changed(request, form.cleaned_data["new"])
    notes = AccessNote.objects.filter(user=request.user).select_related("case")
    page_of_notes = Paginator(notes, PAGE).get_page(request.GET.get("page"))
    page = {"form": form, "notes": page_of_notes}
    return render(request, "core/account.html", page)


def _changed(request: StaffRequest, password: str) -> HttpResponse:
    request.session.cycle_key()
    key = sessions.reopen(request, request.user, password)
    update_session_auth_hash(request, request.user)
    response = HttpResponseRedirect(request.path)
    sessions.give_key(response, key)
    messages.success(request, "Your password is changed.")
    return response
