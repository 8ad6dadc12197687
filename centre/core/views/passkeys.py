"""One's own security keys, and the page that asks for one after an act."""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from centre.core import ceremony, clock
from centre.core.actions import confirming
from centre.core.actions import passkeys as actions
from centre.core.errors import RuleError
from centre.core.http import StaffRequest
from centre.core.models import Passkey, Waiting
from centre.core.views.forms import AssertionForm, PasskeyForm, RevokeForm

CHALLENGE = "passkey_challenge"
CHALLENGE_BYTES = 32


@require_http_methods(["GET", "POST"])
def passkeys(request: StaffRequest) -> HttpResponse:
    """The keys one has, and a form to register another."""
    form = PasskeyForm(request.POST or None)
    if form.is_valid() and _registered(request, form):
        messages.success(request, "The security key is registered.")
        return redirect("passkeys")
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    place = ceremony.place()
    if place:
        request.session[CHALLENGE] = b64encode(challenge).decode()
    page = {
        "form": form,
        "place": place,
        "options": _options(request, challenge) if place else "",
        "keys": Passkey.objects.filter(user=request.user),
        "revoking": RevokeForm(),
    }
    return render(request, "core/passkeys.html", page)


@require_http_methods(["POST"])
def revoke(request: StaffRequest, key: UUID) -> HttpResponse:
    """Take one of one's own keys out of use."""
    found = get_object_or_404(Passkey.objects.filter(user=request.user), pk=key)
    form = RevokeForm(request.POST)
    if form.is_valid():
        try:
            actions.revoke_passkey(
                passkey=found, by=request.user, code=form.cleaned_data["code"]
            )
        except RuleError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "The security key is out of use.")
    else:
        messages.error(request, "Type your one-time code, then press the button.")
    return redirect("passkeys")


@require_http_methods(["GET", "POST"])
def confirm(request: StaffRequest, key: UUID) -> HttpResponse:
    """Ask for the security key after an act; without it the act stands as it is."""
    rows = Waiting.objects.filter(user=request.user)
    found = get_object_or_404(rows.select_related("user"), pk=key)
    form = AssertionForm(request.POST or None)
    if form.is_valid() and _confirmed(request, found, form):
        messages.success(request, "Confirmed with your security key.")
        return HttpResponseRedirect(found.back)
    is_over = found.done_at is not None or clock.now() > found.lapses_at
    may_ask = not is_over and ceremony.place() != ""
    page = {
        "found": found,
        "form": form,
        "may_ask": may_ask,
        "options": confirming.options_for(found) if may_ask else "",
    }
    return render(request, "core/confirm_act.html", page)


def _options(request: StaffRequest, challenge: bytes) -> str:
    known = actions.live(request.user)
    return ceremony.registration_options(
        person=request.user, known=known, challenge=challenge
    )


def _registered(request: StaffRequest, form: PasskeyForm) -> bool:
    challenge = b64decode(request.session.pop(CHALLENGE, ""))
    try:
        actions.register_passkey(
            by=request.user, challenge=challenge, **form.cleaned_data
        )
    except RuleError as error:
        form.add_error(None, str(error))
        return False
    return True


def _confirmed(request: StaffRequest, found: Waiting, form: AssertionForm) -> bool:
    try:
        confirming.confirm_act(
            waiting=found, by=request.user, credential=form.cleaned_data["credential"]
        )
    except RuleError as error:
        form.add_error(None, str(error))
        return False
    return True
