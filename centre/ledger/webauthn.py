"""A security key's signature over a statement (W3C WebAuthn level 2, ES256).

The browser signs authenticator data and the hash of its client data; the challenge in
there is SHA-256 of the very message the actor's own key signs. It proves that somebody
held this security key, and was verified by it, for this statement. It does not prove
what the browser showed her.

In an entry it stands beside the actor's Ed25519 signature, never instead of it:

    {"ad":...,"alg":"webauthn-es256","cd":...,"kid":...,"s":...}
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from centre.ledger.errors import SignatureError

if TYPE_CHECKING:
    from centre.ledger.entry import Assertion

KEY_BYTES: Final = 65
"""An uncompressed point of P-256 (SEC 1 §2.3.3)."""
PRESENT_AND_VERIFIED: Final = 0x01 | 0x04
"""The flags UP and UV (WebAuthn §6.1)."""

_HOST: Final = re.compile(r"https://([^/:@?#]+)(?::\d{1,5})?")
_LOCAL: Final = re.compile(r"http://(localhost|127\.0\.0\.1)(?::\d{1,5})?")
_RP_HASH: Final = 32
_LEAST: Final = 37
"""Relying party's hash 32, flags 1, counter 4."""
_FALSE: Final = "The security key's signature is not one over this statement."


def challenge_of(message: bytes) -> bytes:
    """What a security key is asked to sign for a statement's message."""
    return hashlib.sha256(message).digest()


def verify(assertion: Assertion, *, public_key: bytes, message: bytes) -> None:
    """Raise unless this security key signed this message with its holder verified."""
    host = _host_of(assertion.client_data, challenge_of(message))
    data = assertion.authenticator_data
    if len(data) < _LEAST or data[:_RP_HASH] != hashlib.sha256(host).digest():
        raise SignatureError("The security key signed for another place.")
    if data[_RP_HASH] & PRESENT_AND_VERIFIED != PRESENT_AND_VERIFIED:
        raise SignatureError("The security key did not verify who held it.")
    signed = data + hashlib.sha256(assertion.client_data).digest()
    try:
        curve = ec.SECP256R1()
        key = ec.EllipticCurvePublicKey.from_encoded_point(curve, public_key)
        key.verify(assertion.signature, signed, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError) as error:
        raise SignatureError(_FALSE) from error


def _host_of(client_data: bytes, challenge: bytes) -> bytes:
    """The host the browser was at, if it was asked for this very challenge."""
    asked = urlsafe_b64encode(challenge).rstrip(b"=").decode()
    try:
        told: Any = json.loads(client_data)
        kind, found, origin = told["type"], told["challenge"], told["origin"]
    except (ValueError, KeyError, TypeError) as error:
        raise SignatureError(_FALSE) from error
    if (kind, found) != ("webauthn.get", asked) or told.get("crossOrigin", False):
        raise SignatureError(_FALSE)
    host = None
    if isinstance(origin, str):
        host = _HOST.fullmatch(origin) or _LOCAL.fullmatch(origin)
    if host is None:
        raise SignatureError("The security key signed for another place.")
    return host[1].encode()
