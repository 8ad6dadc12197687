"""What a browser and a security key are asked, and what they answer (W3C WebAuthn).

Only ES256 is taken, and only if the key verified its holder (flag UV). Registration is
checked by the `webauthn` package; an assertion over a statement by the ledger, with the
very function that checks it ever after.
"""

from __future__ import annotations

import ipaddress
import json
from base64 import urlsafe_b64decode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import webauthn
from django.conf import settings
from webauthn.helpers import decode_credential_public_key, options_to_json
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.decode_credential_public_key import DecodedEC2PublicKey
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from centre.core.errors import RuleError
from centre.core.models import Passkey, User

_ES256: Final = [COSEAlgorithmIdentifier.ECDSA_SHA_256]
_POINT: Final = b"\x04"
"""An uncompressed point of P-256 follows (SEC 1 §2.3.3)."""
_COUNTER: Final = slice(33, 37)
"""Where authenticator data tells how often the key signed (WebAuthn §6.1)."""


@dataclass(frozen=True)
class Made:
    """A new credential: its id, its public point of 65 bytes, how often it signed."""

    credential: bytes
    point: bytes
    uses: int


@dataclass(frozen=True)
class Told:
    """What a browser hands back when a security key signed."""

    credential: bytes
    origin: str
    signature: bytes
    authenticator_data: bytes
    client_data: bytes

    @property
    def uses(self) -> int:
        """How often the key says that it signed; 0 if it does not count."""
        return int.from_bytes(self.authenticator_data[_COUNTER], "big")


def place() -> str:
    """The host security keys are bound to; empty where a browser offers none.

    They need a host name over HTTPS, or localhost; never a bare address.
    """
    host = urlsplit(settings.CENTRE_ORIGIN).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host
    return ""


def registration_options(
    *, person: User, known: Iterable[Passkey], challenge: bytes
) -> str:
    """What the browser is asked to make, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=place(),
        rp_name="Centre",
        user_name=person.username,
        user_id=person.pk.bytes,
        challenge=challenge,
        exclude_credentials=_descriptors(known),
        supported_pub_key_algs=_ES256,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return options_to_json(options)


def made(credential: str, *, challenge: bytes) -> Made:
    """The credential in a browser's answer, if it was made for this challenge, here."""
    try:
        found = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=place(),
            expected_origin=settings.CENTRE_ORIGIN,
            require_user_verification=True,
            supported_pub_key_algs=_ES256,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise RuleError(
            "The security key was not registered. Try once more; it must ask for your "
            "finger or its own code."
        ) from None
    key = decode_credential_public_key(found.credential_public_key)
    if not isinstance(key, DecodedEC2PublicKey):
        raise RuleError("This kind of security key is not taken here. Use another one.")
    return Made(found.credential_id, _POINT + key.x + key.y, found.sign_count)


def assertion_options(*, known: Iterable[Passkey], challenge: bytes) -> str:
    """What the browser is asked to sign, as JSON."""
    options = webauthn.generate_authentication_options(
        rp_id=place(),
        challenge=challenge,
        allow_credentials=_descriptors(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def told(credential: str) -> Told:
    """The parts of a browser's answer; nothing in it is believed yet."""
    try:
        answer: Any = json.loads(credential)
        response = answer["response"]
        client = _bytes(response["clientDataJSON"])
        return Told(
            credential=_bytes(answer["rawId"]),
            origin=str(json.loads(client)["origin"]),
            signature=_bytes(response["signature"]),
            authenticator_data=_bytes(response["authenticatorData"]),
            client_data=client,
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        raise RuleError(
            "The security key's answer cannot be read. Try once more, or go on "
            "without it."
        ) from None


def _descriptors(known: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=bytes(key.credential)) for key in known]


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
