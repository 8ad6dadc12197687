"""Signing in: password, second factor, role; locking, leaving, coming back."""

from __future__ import annotations

from django.contrib import auth, messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from centre.core import clock, journal, sessions
from centre.core.actions import people
from centre.core.errors import RuleError
from centre.core.http import (
    StaffRequest,
    half_signed_in,
    open_to_strangers,
    open_when_locked,
    safe_next,
)
from centre.core.middleware import FACTOR_AT
from centre.core.models import Centre, User
from centre.core.views.forms import (
    CodeForm,
    RecoveryForm,
    RoleForm,
    SignInForm,
    UnlockForm,
)
from centre.ledger.kinds import Kind

NOT_RIGHT = "Name and password do not fit together. Check both and try again."
CODE_NOT_RIGHT = (
    "This code is not right or was used before. Wait for the next code and type it."
)


@open_to_strangers
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for name and password."""
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = auth.authenticate(request, **form.cleaned_data)
        if user is None:
            _note(None, Kind.SIGN_IN_FAILED, "password")
            form.add_error(None, NOT_RIGHT)
        else:
            return _begun(request, user, form)
    return _page(request, "core/sign_in.html", form)


@half_signed_in
@require_http_methods(["GET", "POST"])
def second_factor(request: StaffRequest) -> HttpResponse:
    """Ask for the code; who has no factor yet sets one up first."""
    if not _has_factor(request.user):
        return _onward("enrol_factor", request)
    form = CodeForm(request.POST or None)
    if form.is_valid() and _passes(request, form, people.check_factor):
        return _entered(request)
    return _page(request, "core/second_factor.html", form)


@half_signed_in
@require_http_methods(["GET", "POST"])
def recovery(request: StaffRequest) -> HttpResponse:
    """Take a recovery code in place of the app."""
    form = RecoveryForm(request.POST or None)
    if form.is_valid() and _passes(request, form, people.use_recovery_code):
        return _entered(request)
    return _page(request, "core/recovery.html", form)


@open_when_locked
@half_signed_in
@require_http_methods(["GET", "POST"])
def choose_role(request: StaffRequest) -> HttpResponse:
    """Choose the role of this session; with only one there is nothing to choose."""
    if not request.session.get(FACTOR_AT):
        return _onward("second_factor", request)
    form = RoleForm(request.POST or None, user=request.user)
    posts = form.fields["post"].queryset  # type: ignore[attr-defined]
    chosen = posts.first() if posts.count() == 1 else None
    if chosen is None and form.is_valid():
        chosen = form.cleaned_data["post"]
    if chosen is not None:
        sessions.choose(request, chosen)
        _note(request.user, Kind.SIGNED_IN, str(chosen.role), chosen.centre)
        return HttpResponseRedirect(safe_next(request))
    return _page(request, "core/choose_role.html", form)


@require_http_methods(["GET", "POST"])
def step_up(request: StaffRequest) -> HttpResponse:
    """Ask for a fresh code before an act that needs one."""
    form = CodeForm(request.POST or None)
    if form.is_valid() and _passes(request, form, people.check_factor):
        sessions.factor_given(request)
        _note(request.user, Kind.STEPPED_UP, "", request.membership.centre)
        return HttpResponseRedirect(safe_next(request))
    return _page(request, "core/step_up.html", form)


@open_when_locked
@require_POST
def lock(request: StaffRequest) -> HttpResponse:
    """Lock the screen."""
    sessions.lock(request)
    _note(request.user, Kind.LOCKED, "", request.membership.centre)
    return _onward("unlock", request)


@open_when_locked
@require_http_methods(["GET", "POST"])
def unlock(request: StaffRequest) -> HttpResponse:
    """Open a locked screen with the password and return to the same page."""
    form = UnlockForm(request.POST or None)
    if form.is_valid():
        name, password = request.user.username, form.cleaned_data["password"]
        user = auth.authenticate(request, username=name, password=password)
        if user is not None:
            response = HttpResponseRedirect(safe_next(request))
            key = sessions.reopen(request, request.user, password)
            sessions.give_key(response, key)
            return response
        form.add_error("password", "This password is not right. Try again.")
    return _page(request, "core/unlock.html", form)


@open_when_locked
@half_signed_in
@require_POST
def sign_out(request: StaffRequest) -> HttpResponse:
    """End the session."""
    if request.membership is not None:
        _note(request.user, Kind.SIGNED_OUT, "", request.membership.centre)
    response = redirect("sign_in")
    sessions.end(request, response)
    return response


@open_to_strangers
@require_POST
def leave_at_once(request: HttpRequest) -> HttpResponse:
    """Exit: end the session first, then show a page that tells nothing."""
    response = redirect("away")
    sessions.end(request, response)
    return response


@open_to_strangers
@require_http_methods(["GET"])
def away(request: HttpRequest) -> HttpResponse:
    """A neutral page."""
    return render(request, "core/away.html")


def _begun(request: HttpRequest, user: User, form: SignInForm) -> HttpResponse:
    key = sessions.begin(request, user, form.cleaned_data["password"])
    response = _onward("second_factor", request)
    sessions.give_key(response, key)
    return response


def _has_factor(user: User) -> bool:
    device = getattr(user, "totp", None)
    return device is not None and device.confirmed_at is not None


def _passes(request: StaffRequest, form: Form, check: object) -> bool:
    try:
        good = check(by=request.user, code=form.cleaned_data["code"])  # type: ignore[operator]
    except RuleError as error:
        form.add_error(None, str(error))
        return False
    if not good:
        form.add_error("code", CODE_NOT_RIGHT)
        _note(request.user, Kind.SIGN_IN_FAILED, "code")
    return bool(good)


def _entered(request: StaffRequest) -> HttpResponse:
    sessions.factor_given(request)
    messages.success(request, f"You are signed in, {request.user.name}.")
    return _onward("choose_role", request)


def _onward(name: str, request: HttpRequest) -> HttpResponse:
    query = urlencode({"next": safe_next(request)})
    return HttpResponseRedirect(f"{reverse(name)}?{query}")


def _page(request: HttpRequest, template: str, form: Form) -> HttpResponse:
    page = {"form": form, "next": safe_next(request)}
    return render(request, template, page)


@transaction.atomic
def _note(
    user: User | None, kind: Kind, what: str, centre: Centre | None = None
) -> None:
    outcome = "denied" if kind is Kind.SIGN_IN_FAILED else "ok"
    on = centre or _only_centre()
    journal.looked(kind, by=user, on=on, at=clock.now(), what=what, outcome=outcome)


def _only_centre() -> Centre | None:
    """Whose log a failed sign-in belongs to, where there is no doubt."""
    known = list(Centre.objects.all()[:2])
    return known[0] if len(known) == 1 else None
