"""Signing keys: Ed25519 seeds, who they belong to, and how they are wrapped.

A seed never lies unwrapped in the database. At rest it is wrapped under a password
(Argon2id, then AES-256-GCM); during a session under a key that only a cookie holds.

    01 | memory KiB u32 | iterations u32 | lanes u32 | salt 16 | nonce 12 | box 48
    02 | nonce 12 | box 48
"""

from __future__ import annotations

import hashlib
import secrets
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from centre.ledger.errors import KeyBoxError, SignatureError

SEED_BYTES: Final = 32
KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
KID_SIGNS: Final = 32

_BOX_BYTES: Final = SEED_BYTES + 16
_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_UNDER_PASSWORD: Final = b"\x01"
_UNDER_KEY: Final = b"\x02"
_COST: Final = struct.Struct(">III")
_PASSWORD_HEAD: Final = 1 + _COST.size + _SALT_BYTES
_MOST: Final = (2**21, 64, 16)
"""What unwrapping will spend at most: 2 GiB, 64 passes, 16 lanes."""


@dataclass(frozen=True, slots=True)
class Signer:
    """An unlocked signing key and the name its signatures go by."""

    kid: str
    public_key: bytes
    _key: Ed25519PrivateKey = field(repr=False, compare=False)

    @classmethod
    def from_seed(cls, seed: bytes) -> Signer:
        """The signer whose seed this is."""
        if len(seed) != SEED_BYTES:
            raise KeyBoxError("A signing key's seed has 32 bytes.")
        key = Ed25519PrivateKey.from_private_bytes(seed)
        public = key.public_key().public_bytes_raw()
        return cls(kid=kid_of(public), public_key=public, _key=key)

    def sign(self, message: bytes) -> bytes:
        """The Ed25519 signature over a message (RFC 8032)."""
        return self._key.sign(message)


def new_seed() -> bytes:
    """A fresh random seed."""
    return secrets.token_bytes(SEED_BYTES)


def kid_of(public_key: bytes) -> str:
    """The name of a public key: `k:` and the first half of its SHA-256."""
    return "k:" + hashlib.sha256(public_key).hexdigest()[:KID_SIGNS]


def verify_signature(public_key: bytes, signature: bytes, message: bytes) -> None:
    """Raise unless this key signed this message."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise SignatureError("The signature is not that of the key.") from None


def wrap_seed(seed: bytes, password: str, *, params: Mapping[str, int]) -> bytes:
    """A seed under a password; `params` are memory_kib, iterations and lanes."""
    cost = (params["memory_kib"], params["iterations"], params["lanes"])
    head = _UNDER_PASSWORD + _COST.pack(*cost) + secrets.token_bytes(_SALT_BYTES)
    return head + _lock(seed, _password_key(head, password), head)


def unwrap_seed(blob: bytes, password: str) -> bytes:
    """The seed, if the password is right; its cost is read from the bytes."""
    head, box = blob[:_PASSWORD_HEAD], blob[_PASSWORD_HEAD:]
    if head[:1] != _UNDER_PASSWORD or len(box) != _NONCE_BYTES + _BOX_BYTES:
        raise KeyBoxError("These bytes are not a key wrapped under a password.")
    return _unlock(box, _password_key(head, password), head)


def wrap_with_key(seed: bytes, key: bytes) -> bytes:
    """A seed under a random key of 32 bytes, such as a session's."""
    return _UNDER_KEY + _lock(seed, key, _UNDER_KEY)


def unwrap_with_key(blob: bytes, key: bytes) -> bytes:
    """The seed, if the key is right."""
    if blob[:1] != _UNDER_KEY or len(blob) != 1 + _NONCE_BYTES + _BOX_BYTES:
        raise KeyBoxError("These bytes are not a key wrapped under a key.")
    return _unlock(blob[1:], key, _UNDER_KEY)


def _password_key(head: bytes, password: str) -> bytes:
    cost = _COST.unpack(head[1 : 1 + _COST.size])
    if any(spent > most for spent, most in zip(cost, _MOST, strict=True)):
        raise KeyBoxError("These bytes ask for more work than unwrapping may take.")
    memory, iterations, lanes = cost
    derive = Argon2id(
        salt=head[-_SALT_BYTES:],
        length=KEY_BYTES,
        iterations=iterations,
        lanes=lanes,
        memory_cost=memory,
    )
    return derive.derive(password.encode())


def _lock(seed: bytes, key: bytes, head: bytes) -> bytes:
    if len(seed) != SEED_BYTES:
        raise KeyBoxError("A signing key's seed has 32 bytes.")
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _aead(key).encrypt(nonce, seed, _bound(head))


def _unlock(box: bytes, key: bytes, head: bytes) -> bytes:
    nonce, sealed = box[:_NONCE_BYTES], box[_NONCE_BYTES:]
    try:
        return _aead(key).decrypt(nonce, sealed, _bound(head))
    except InvalidTag:
        raise KeyBoxError("The password or key is not right.") from None


def _aead(key: bytes) -> AESGCM:
    if len(key) != KEY_BYTES:
        raise KeyBoxError("A wrapping key has 32 bytes.")
    return AESGCM(key)


def _bound(head: bytes) -> bytes:
    return b"osc-seed/v1\x00" + head
