"""The second factor: time-based codes (RFC 6238).

A code counts once, a step either side. After many failures one waits, never longer
than 15 minutes, so that nobody can lock a nurse out for good.
"""

from __future__ import annotations

import secrets
from base64 import b32encode
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote, urlencode

from django_otp.oath import TOTP

from centre.core.models import TotpDevice

SEED_BYTES: Final = 20
STEP_SECONDS: Final = 30
DIGITS: Final = 6
TOLERANCE: Final = 1
LONGEST_WAIT: Final = timedelta(minutes=15)
_FREE_FAILURES: Final = 3


def new_seed() -> str:
    """A random seed, in hexadecimal."""
    return secrets.token_hex(SEED_BYTES)


def code_at(seed: str, at: datetime) -> str:
    """The code an authenticator shows at this moment."""
    totp = TOTP(bytes.fromhex(seed), step=STEP_SECONDS, digits=DIGITS)
    totp.time = at.timestamp()
    return f"{totp.token():0{DIGITS}d}"


def enrolment_address(seed: str, username: str) -> str:
    """What the QR code holds for an authenticator app. It names no survivor."""
    secret = b32encode(bytes.fromhex(seed)).decode()
    query = urlencode({"secret": secret, "issuer": "Centre", "digits": DIGITS})
    return f"otpauth://totp/Centre:{quote(username)}?{query}"


def secret_in_groups(seed: str) -> str:
    """The seed to type by hand when the QR code cannot be scanned."""
    secret = b32encode(bytes.fromhex(seed)).decode()
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


def waits_until(device: TotpDevice) -> datetime | None:
    """When the next try counts, or None if now."""
    if device.failures <= _FREE_FAILURES or device.failed_at is None:
        return None
    doubled = timedelta(seconds=2 ** min(device.failures - _FREE_FAILURES, 12))
    return device.failed_at + min(doubled, LONGEST_WAIT)


def matching_step(device: TotpDevice, code: str, at: datetime) -> int | None:
    """The time step this code belongs to, if it is good and newer than the last."""
    if not (code.isascii() and code.isdigit() and len(code) == DIGITS):
        return None
    newest = int(at.timestamp()) // STEP_SECONDS
    seed = device.seed
    for step in range(newest - TOLERANCE, newest + TOLERANCE + 1):
        moment = datetime.fromtimestamp(step * STEP_SECONDS, tz=at.tzinfo)
        fits = secrets.compare_digest(code_at(seed, moment), code)
        if fits and step > device.last_step:
            return step
    return None
