"""Her own page: one address, no account, no session, nothing in the address.

Each post carries code and number itself, so that nothing stays on a shared telephone.
"""

from __future__ import annotations

from typing import Any

from axes.helpers import get_client_ip_address
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from centre.core.errors import RuleError
from centre.core.http import open_to_strangers
from centre.portal.actions import own as actions
from centre.portal.codes import once
from centre.portal.forms import LookForm, WishForm


@open_to_strangers
@require_http_methods(["GET", "POST"])
def own_page(request: HttpRequest) -> HttpResponse:
    """The door, and behind it the steps."""
    if request.method == "GET":
        return _door(request)
    if not actions.is_first(request.POST.get("once", "")):
        return _door(request, is_stale=True)
    given = _given(request)
    if "wish" in request.POST:
        return _wished(request, given)
    steps = actions.look(**given)
    return _door(request, is_refused=True) if steps is None else _shown(request, steps)


def _wished(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
    form = WishForm(request.POST)
    if form.is_valid():
        told = {k: form.cleaned_data[k] for k in ("wish", "words")}
        try:
            if actions.wish(**given, **told) is None:
                return _door(request, is_refused=True)
        except RuleError as error:
            form.add_error(None, str(error))
    steps = actions.look(**given)
    if steps is None:
        return _door(request, is_refused=True)
    return _shown(request, steps, form if form.errors else None, is_kept=True)


def _given(request: HttpRequest) -> dict[str, Any]:
    return {
        "code": request.POST.get("code", ""),
        "pin": request.POST.get("pin", ""),
        "address": str(get_client_ip_address(request) or ""),
    }


def _door(
    request: HttpRequest, *, is_refused: bool = False, is_stale: bool = False
) -> HttpResponse:
    """The same bytes for whatever did not open."""
    page = {
        "form": LookForm(),
        "once": once(),
        "is_refused": is_refused,
        "is_stale": is_stale,
    }
    return render(request, "portal/door.html", page)


def _shown(
    request: HttpRequest,
    steps: Any,
    form: WishForm | None = None,
    *,
    is_kept: bool = False,
) -> HttpResponse:
    page = {
        "steps": steps,
        "form": form or WishForm(),
        "once": once(),
        "is_kept": is_kept and form is None,
        "code": request.POST.get("code", ""),
    }
    return render(request, "portal/steps.html", page)
