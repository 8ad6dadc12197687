"""What is kept of a code and a number instead of them."""

from __future__ import annotations

from django.utils.crypto import salted_hmac


def digest(code: str) -> str:
    """A hash of the code under the server's secret; nothing without that secret."""
    return salted_hmac("centre.portal.code", code, algorithm="sha256").hexdigest()


def source(address: str) -> str:
    """The same of a network address, so that none is kept."""
    return salted_hmac("centre.portal.source", address, algorithm="sha256").hexdigest()


def bound(code: str, pin: str) -> str:
    """The number together with its code, as it is hashed like a password."""
    return f"{code}:{pin}"
