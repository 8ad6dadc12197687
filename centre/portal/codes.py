"""What is kept of a code and a number instead of them."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Final

from django.core import signing
from django.utils.crypto import salted_hmac

OPEN_FOR: Final = timedelta(hours=1)
"""So long a page that was shown may be sent."""

_ONCE: Final = "centre.portal.once"


def digest(code: str) -> str:
    """A hash of the code under the server's secret; nothing without that secret."""
    return salted_hmac("centre.portal.code", code, algorithm="sha256").hexdigest()


def source(address: str) -> str:
    """The same of a network address, so that none is kept."""
    return salted_hmac("centre.portal.source", address, algorithm="sha256").hexdigest()


def bound(code: str, pin: str) -> str:
    """The number together with its code, as it is hashed like a password."""
    return f"{code}:{pin}"


def once() -> str:
    """A mark for one sending of a form."""
    return signing.dumps(secrets.token_hex(16), salt=_ONCE)


def once_read(mark: str) -> str | None:
    """What is kept of such a mark; None if it is not ours or too old."""
    try:
        return str(signing.loads(mark, salt=_ONCE, max_age=OPEN_FOR))
    except signing.BadSignature:
        return None
