"""When database, disk or keys do not take what was sent: say so, lose nothing typed.

The answer is a page with status 503 and `Retry-After` (RFC 9110 §15.6.4). It asks the
database for nothing. What was sent stands in it, to be sent again; the token of the
form makes it count once, also if the first attempt was kept after all.
"""

from __future__ import annotations

import errno
import sys
from typing import Final

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.views.defaults import server_error

from centre.vault.errors import RootKeyError

SECONDS: Final = 5
_NO_ROOM: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FULL_DISK: Final = ("disk is full", "disk I/O error", "No space left")
_OUR_OWN: Final = {"csrfmiddlewaretoken"}

WAIT: Final = "The database did not answer for a moment."
FULL: Final = (
    "There is no room left on the server. Tell whoever runs it; until then, write on "
    "paper."
)
SHUT: Final = (
    "The keys of this centre do not open, so nothing is shown or kept. Tell whoever "
    "runs the server; until then, write on paper."
)


def outage_behind(error: BaseException | None) -> str:
    """A sentence for the person, if this error means that nothing could be kept."""
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return FULL
    if isinstance(error, RootKeyError):
        return SHUT
    if isinstance(error, OperationalError | InterfaceError):
        return FULL if any(sign in str(error) for sign in _FULL_DISK) else WAIT
    return ""


def unavailable(request: HttpRequest, sentence: str) -> HttpResponse:
    """The page that says so, with what was sent."""
    page = {
        "sentence": sentence,
        "was_sent": request.method == "POST",
        "here": request.get_full_path(),
        "has_files": bool(request.FILES) if request.method == "POST" else False,
        "csrf": get_token(request),
        "kept": _kept(request),
        "again": _again(request),
    }
    content = render_to_string("errors/outage.html", page)
    return HttpResponse(content, status=503, headers={"Retry-After": str(SECONDS)})


def failed(request: HttpRequest) -> HttpResponse:
    """The answer to an error nobody foresaw, or to one before the page was reached."""
    sentence = outage_behind(sys.exc_info()[1])
    return unavailable(request, sentence) if sentence else server_error(request)


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """Every field that was sent but secrets, as it was sent."""
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        for value in values
        if not _is_secret(name) and name not in _OUR_OWN
    ]


def _again(request: HttpRequest) -> list[str]:
    """Secrets are never written into a page; they are typed again."""
    return [name for name in request.POST if _is_secret(name)]


def _is_secret(name: str) -> bool:
    return "password" in name or name == "code"
