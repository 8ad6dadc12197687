"""What a sign-in session carries, and how it opens, locks and ends."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from typing import Final

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse

from centre.core import clock
from centre.core.actions.people import unlock
from centre.core.middleware import (
    ACTIVE_AT,
    BEGUN_AT,
    FACTOR_AT,
    KEY_BOX,
    LOCKED,
    MEMBERSHIP,
    SEAT,
)
from centre.core.models import Membership, User
from centre.ledger.signing import wrap_with_key

KEY_BYTES: Final = 32
SEAT_BYTES: Final = 8


def begin(request: HttpRequest, user: User, password: str) -> bytes:
    """Open a session after the password; hand back the key for the key cookie.

    Who signs in over somebody else's open session stays in the same seat, so that the
    two cannot be both sides of one hand-over; signing out frees the seat.
    """
    seat = request.session.get(SEAT) or secrets.token_hex(SEAT_BYTES)
    auth.login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session[SEAT] = seat
    moment = int(clock.now().timestamp())
    request.session[BEGUN_AT] = moment
    request.session[ACTIVE_AT] = moment
    return _box_key(request, user, password)


def reopen(request: HttpRequest, user: User, password: str) -> bytes:
    """Open a locked screen again; a fresh key, the same session."""
    request.session[LOCKED] = False
    request.session[ACTIVE_AT] = int(clock.now().timestamp())
    return _box_key(request, user, password)


def give_key(response: HttpResponse, key: bytes) -> None:
    """Put the session's half of the signing key into its own cookie."""
    response.set_cookie(
        settings.KEY_COOKIE_NAME,
        urlsafe_b64encode(key).decode(),
        secure=settings.HTTPS,
        httponly=True,
        samesite="Strict",
        path="/",
    )


def factor_given(request: HttpRequest) -> None:
    """Note that the second factor was given just now; the session id changes."""
    request.session.cycle_key()
    request.session[FACTOR_AT] = int(clock.now().timestamp())


def choose(request: HttpRequest, post: Membership) -> None:
    """Act in this role, at this centre, from now on."""
    request.session[MEMBERSHIP] = str(post.pk)


def lock(request: HttpRequest) -> None:
    """Lock the screen; the signing key goes with it."""
    request.session[LOCKED] = True
    request.session.pop(KEY_BOX, None)


def end(request: HttpRequest, response: HttpResponse) -> None:
    """End the session before anything else and leave nothing in the browser."""
    auth.logout(request)
    response.delete_cookie(settings.KEY_COOKIE_NAME, path="/", samesite="Strict")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'


def _box_key(request: HttpRequest, user: User, password: str) -> bytes:
    seed = unlock(user, password)
    key = secrets.token_bytes(KEY_BYTES)
    request.session[KEY_BOX] = wrap_with_key(seed, key).hex()
    return key
