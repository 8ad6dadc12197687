"""Doors: signed in by both factors, deny by default, refusals that tell nothing."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import auth
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from centre.core import clock, journal
from centre.core.errors import AccessError, LockedKeyError, RuleError, StepUpError
from centre.core.models import Membership
from centre.core.outage import outage_behind, unavailable
from centre.ledger.errors import KeyBoxError
from centre.ledger.kinds import Kind
from centre.ledger.signing import Signer, unwrap_with_key

if TYPE_CHECKING:
    from centre.core.http import StaffRequest

Answer = Callable[[HttpRequest], HttpResponse]

MEMBERSHIP: Final = "membership"
FACTOR_AT: Final = "factor_at"
ACTIVE_AT: Final = "active_at"
BEGUN_AT: Final = "begun_at"
KEY_BOX: Final = "key_box"
SEAT: Final = "seat"
LOCKED: Final = "is_locked"
_ACTIVE_STEP: Final = 20
"""Seconds between two notes of activity, so that not every page writes a session."""


def harden(get_response: Answer) -> Answer:
    """No answer of ours is ever stored, framed, indexed or shared across origins."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex, noarchive"
        return response

    return answer


class SignInRequired:
    """Nothing opens before both factors, unless the view is marked."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find the person's post and unlock her signing key before the view."""
        request.membership = None  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            _take_post(request)
            _unlock(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Let through, or send to the step of signing in that is missing."""
        if getattr(view, "open_to_strangers", False):
            return None
        missing = _missing_step(request, view)
        return _send_to(missing, request) if missing else None


class Refusals:
    """Out of reach is a 404 like any other; a late step-up is asked for."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, error: Exception
    ) -> HttpResponse | None:
        """Turn what stopped an act into what the person may know of it."""
        if isinstance(error, AccessError):
            _note_refusal(error)
            return not_found(request)
        if isinstance(error, StepUpError):
            return _send_to("step_up", request)
        if isinstance(error, LockedKeyError):
            return _send_to("sign_in", request)
        if isinstance(error, RuleError):
            page = {"sentence": str(error)}
            return render(request, "errors/rule.html", page, status=409)
        sentence = outage_behind(error)
        return unavailable(request, sentence) if sentence else None


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The one page for everything missing or out of reach."""
    del exception
    return render(request, "404.html", status=404)


def deliberate(request: HttpRequest) -> bool:
    """Whether a person did this, rather than the page keeping a draft by itself."""
    return request.headers.get("X-Kept-By") != "page"


def _take_post(request: HttpRequest) -> None:
    posts = Membership.objects.filter(
        user_id=request.session[auth.SESSION_KEY], ended_at__isnull=True
    ).select_related("centre")
    chosen = request.session.get(MEMBERSHIP)
    post = posts.filter(pk=chosen).first() if chosen else None
    request.membership = post  # type: ignore[attr-defined]
    request.user.acting = post  # type: ignore[union-attr]
    request.user.seat = request.session.get(SEAT, "")  # type: ignore[union-attr]


def _unlock(request: HttpRequest) -> None:
    box = request.session.get(KEY_BOX)
    key = request.COOKIES.get(settings.KEY_COOKIE_NAME)
    if not box or not key or request.session.get(LOCKED):
        return
    try:
        seed = unwrap_with_key(bytes.fromhex(box), urlsafe_b64decode(key))
    except (KeyBoxError, ValueError):
        return
    request.user.unlock_with(Signer.from_seed(seed))  # type: ignore[union-attr]


def _missing_step(request: HttpRequest, view: Any) -> str | None:
    if not request.user.is_authenticated:
        return "sign_in"
    if _is_over(request):
        auth.logout(request)
        return "sign_in"
    if getattr(view, "half_signed_in", False):
        return None
    if not request.session.get(FACTOR_AT):
        return "second_factor"
    return _missing_in_session(request, view)


def _missing_in_session(request: HttpRequest, view: Any) -> str | None:
    if request.membership is None:  # type: ignore[attr-defined]
        return "choose_role"
    if getattr(view, "open_when_locked", False):
        return None
    if _is_idle(request):
        request.session[LOCKED] = True
        return "unlock"
    if deliberate(request):
        _stay_active(request)
    return None


def _stay_active(request: HttpRequest) -> None:
    moment = int(clock.now().timestamp())
    if moment - request.session.get(ACTIVE_AT, 0) >= _ACTIVE_STEP:
        request.session[ACTIVE_AT] = moment


def _is_over(request: HttpRequest) -> bool:
    begun = request.session.get(BEGUN_AT, 0)
    return bool(clock.now().timestamp() - begun > settings.SESSION_COOKIE_AGE)


def _is_idle(request: HttpRequest) -> bool:
    if request.session.get(LOCKED):
        return True
    active = request.session.get(ACTIVE_AT, 0)
    return bool(clock.now().timestamp() - active > settings.IDLE_SECONDS)


def _send_to(name: str, request: HttpRequest) -> HttpResponse:
    if request.headers.get("X-Kept-By") == "page":
        return HttpResponse(status=401)
    back = request.path if request.method == "GET" else request.POST.get("here", "")
    query = f"?{urlencode({'next': back})}" if back.startswith("/") else ""
    return HttpResponseRedirect(reverse(name) + query)


def _note_refusal(error: AccessError) -> None:
    with transaction.atomic():
        journal.looked(
            Kind.DENIED,
            by=error.actor,
            on=error.on,
            at=clock.now(),
            what=str(error.permission),
            outcome="denied",
        )


def require_step_up(request: StaffRequest) -> None:
    """Stop here unless the second factor was given within five minutes."""
    given = request.session.get(FACTOR_AT, 0)
    if clock.now().timestamp() - given > settings.STEP_UP_SECONDS:
        raise StepUpError
