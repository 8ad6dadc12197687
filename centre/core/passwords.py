"""What a password must be, and what is kept of a failed sign-in.

NIST SP 800-63B-4 3.1.1.2: at least 15 characters, no composition rule, no rotation.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

if TYPE_CHECKING:
    from centre.core.models import User

LEAST: Final = 15
MOST: Final = 128
_LEAST_NAME: Final = 3
_LOCAL_WORDS: Final = ("centre", "password", "survivor", "evidence", "custodian")


class LengthValidator:
    """At least 15 characters, at most 128."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Refuse a password that is too short or too long."""
        if not LEAST <= len(password) <= MOST:
            raise ValidationError(self.get_help_text())

    def get_help_text(self) -> str:
        """What to do."""
        return (
            f"Use {LEAST} to {MOST} characters. A sentence of a few words is easy "
            "to remember and hard to guess."
        )


class LocalWordsValidator:
    """Not the sign-in name, and not words anyone here would guess first."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Refuse a password that mostly consists of such a word."""
        rest = password.lower()
        for word in (*_LOCAL_WORDS, *_names(user)):
            rest = rest.replace(word, "")
        if len(rest) < LEAST // 2:
            raise ValidationError(self.get_help_text())

    def get_help_text(self) -> str:
        """What to do."""
        return "Do not build the password from your name or from words of the centre."


def _names(user: User | None) -> list[str]:
    if user is None:
        return []
    parts = [user.username, *user.name.lower().split()]
    return [p for p in parts if len(p) >= _LEAST_NAME]


def username_digest(request: HttpRequest | None, credentials: Any = None) -> str:
    """A keyed digest of the typed name: it may be a mistyped password."""
    typed = (credentials or {}).get("username") or ""
    if not typed and request is not None:
        typed = request.POST.get("username", "")
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, typed.lower().encode(), hashlib.sha256).hexdigest()[:32]


def locked_out(
    request: HttpRequest,
    response: HttpResponse | None = None,
    credentials: Any = None,
) -> HttpResponse:
    """Too many wrong tries from here; whether the name exists is not told."""
    return render(request, "core/locked_out.html", status=429)
