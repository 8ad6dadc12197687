"""A security key in software: what a browser hands on, made in the test itself."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

ORIGIN = "https://centre.example"
HOST = "centre.example"
PRESENT_VERIFIED = 0x05
ATTESTED = 0x40


def text(content: bytes) -> str:
    """base64url without padding, as browsers write it."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def challenge_in(options: str) -> bytes:
    """What the server asked to be signed."""
    asked = json.loads(options)["challenge"]
    return urlsafe_b64decode(asked + "=" * (-len(asked) % 4))


class SoftKey:
    """One credential; every part of its answers can be spoilt."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential = secrets.token_bytes(16)
        self.uses = 0

    def registered(self, challenge: bytes, **spoilt: Any) -> str:
        """The answer to a registration."""
        numbers = self.key.public_key().public_numbers()
        cose = {
            1: 2,
            3: -7,
            -1: 1,
            -2: numbers.x.to_bytes(32, "big"),
            -3: numbers.y.to_bytes(32, "big"),
        }
        length = len(self.credential).to_bytes(2, "big")
        attested = bytes(16) + length + self.credential + cbor2.dumps(cose)
        flags = spoilt.pop("flags", PRESENT_VERIFIED) | ATTESTED
        data = self._data(flags, spoilt.pop("host", HOST)) + attested
        made = {"fmt": "none", "attStmt": {}, "authData": data}
        client = self._client("webauthn.create", challenge, **spoilt)
        response = {
            "attestationObject": text(cbor2.dumps(made)),
            "clientDataJSON": text(client),
        }
        return self._answer(response)

    def signed(self, challenge: bytes, **spoilt: Any) -> str:
        """The answer to a request to sign."""
        self.uses += spoilt.pop("step", 1)
        flags = spoilt.pop("flags", PRESENT_VERIFIED)
        data = self._data(flags, spoilt.pop("host", HOST))
        client = self._client(spoilt.pop("kind", "webauthn.get"), challenge, **spoilt)
        over = data + hashlib.sha256(client).digest()
        response = {
            "authenticatorData": text(data),
            "clientDataJSON": text(client),
            "signature": text(self.key.sign(over, ec.ECDSA(SHA256()))),
        }
        return self._answer(response)

    def _data(self, flags: int, host: str) -> bytes:
        counter = self.uses.to_bytes(4, "big")
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + counter

    def _client(self, kind: str, challenge: bytes, origin: str = ORIGIN) -> bytes:
        told = {"type": kind, "challenge": text(challenge), "origin": origin}
        return json.dumps({**told, "crossOrigin": False}).encode()

    def _answer(self, response: dict[str, str]) -> str:
        own = text(self.credential)
        made = {"id": own, "rawId": own, "type": "public-key", "response": response}
        return json.dumps({**made, "clientExtensionResults": {}})
