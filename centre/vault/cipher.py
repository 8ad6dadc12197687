"""Field values, wrapped keys and padding as bytes; pure functions, no database.

A field value is ``01 | suite 01 | key generation u16 | nonce 12 | ciphertext | tag``
under AES-256-GCM. Table, row, case, column and generation are bound to it as
associated data, so a value copied to any other place does not open. A wrapped key is
``01 | id of the wrapping key 4 | nonce 12 | ciphertext | tag``. Numbers are
big-endian. Random nonces are safe here: one key per case sees far fewer than 2^32
messages (NIST SP 800-38D, 8.3).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from centre.vault.errors import DamagedError, VaultError

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
LAST_GENERATION: Final = 0xFFFF
BLOCK: Final = 256
"""Documents are padded to whole blocks, so that their length tells little."""

_FIELD_FORMAT: Final = b"\x01\x01"
_FIELD_HEADER: Final = len(_FIELD_FORMAT) + 2
_FIELD_SEALED: Final = _FIELD_HEADER + NONCE_BYTES
_KEY_FORMAT: Final = b"\x01"
_KEY_ID_BYTES: Final = 4
_KEY_HEADER: Final = len(_KEY_FORMAT) + _KEY_ID_BYTES
_KEY_SEALED: Final = _KEY_HEADER + NONCE_BYTES
_PAD: Final = b"\x80"


@dataclass(frozen=True, slots=True)
class Column:
    """What the places of one column share."""

    before: bytes
    after: bytes

    @classmethod
    @lru_cache(maxsize=256)
    def of(cls, label: str, field: str) -> Column:
        """The column of this name in the table with this label."""
        before = b"osc-field/v1\0" + label.encode() + b"\0"
        return cls(before, field.encode() + b"\0")

    def aad(self, row: bytes, scope: bytes, generation: int) -> bytes:
        """Table, row, case, column and the key's generation, as associated data."""
        told = generation.to_bytes(2, "big")
        return b"".join((self.before, row, scope, self.after, told))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value belongs: it opens there and nowhere else."""

    label: str
    row: UUID
    scope: UUID
    field: str

    def aad(self, generation: int) -> bytes:
        """The place and the key's generation, as associated data."""
        column = Column.of(self.label, self.field)
        return column.aad(self.row.bytes, self.scope.bytes, generation)

    def __str__(self) -> str:
        return f"{self.field} of {self.label} {self.row}"


def new_key() -> bytes:
    """A fresh random key."""
    return secrets.token_bytes(KEY_BYTES)


def seal_field(key: bytes, generation: int, plaintext: bytes, place: Place) -> bytes:
    """Encrypt one value for one place."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, plaintext, place.aad(generation))
    return b"".join((_FIELD_FORMAT, generation.to_bytes(2, "big"), nonce, sealed))


def generation_of(value: object) -> int:
    """Which generation of the case's key a stored value asks for."""
    if not isinstance(value, bytes) or len(value) < _FIELD_SEALED + TAG_BYTES:
        raise DamagedError("A stored value is not an encrypted value.")
    if not value.startswith(_FIELD_FORMAT):
        raise DamagedError("A stored value is in no known format.")
    return int.from_bytes(value[2:_FIELD_HEADER], "big")


def open_field(key: bytes, value: bytes, place: Place) -> bytes:
    """Decrypt one value in its place; anything changed or moved is refused."""
    aad = place.aad(generation_of(value))
    try:
        return open_bound(AESGCM(key), value, aad)
    except InvalidTag as error:
        raise DamagedError(f"The {place} is not what was written there.") from error


def open_bound(box: AESGCM, value: bytes, aad: bytes) -> bytes:
    """Decrypt one value bound to this data; raises `InvalidTag` if it is not."""
    nonce = value[_FIELD_HEADER:_FIELD_SEALED]
    return box.decrypt(nonce, value[_FIELD_SEALED:], aad)


def key_id(key: bytes) -> bytes:
    """Four bytes that tell wrapping keys apart without telling the key."""
    return hmac.digest(key, b"osc-kek-id/v1\n", hashlib.sha256)[:_KEY_ID_BYTES]


def dek_aad(case_id: UUID, generation: int) -> bytes:
    """Binds a case key to its case and generation."""
    return dek_aad_of(case_id.bytes, generation)


def dek_aad_of(scope: bytes, generation: int) -> bytes:
    """The same, of the bytes of the case's id."""
    return b"osc-dek/v1\0" + scope + generation.to_bytes(2, "big")


def kek_aad(centre_id: UUID, generation: int) -> bytes:
    """Binds a centre key to its centre and generation."""
    return b"osc-kek/v1\0" + centre_id.bytes + generation.to_bytes(2, "big")


def wrap_key(wrapping: bytes, key: bytes, aad: bytes) -> bytes:
    """Encrypt a key under another key."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(wrapping).encrypt(nonce, key, aad)
    return b"".join((_KEY_FORMAT, key_id(wrapping), nonce, sealed))


def unwrap_key(wrapping: bytes, wrapped: bytes, aad: bytes) -> bytes:
    """Decrypt a wrapped key; a wrong wrapping key or place is refused."""
    return unwrap_from(AESGCM(wrapping), wrapped, aad)


def unwrap_from(box: AESGCM, wrapped: bytes, aad: bytes) -> bytes:
    """The same, for many keys under one."""
    nonce, sealed = wrapped[_KEY_HEADER:_KEY_SEALED], wrapped[_KEY_SEALED:]
    if not wrapped.startswith(_KEY_FORMAT) or len(sealed) != KEY_BYTES + TAG_BYTES:
        raise DamagedError("A stored key is in no known format.")
    try:
        return box.decrypt(nonce, sealed, aad)
    except InvalidTag as error:
        raise DamagedError("A stored key does not open.") from error


def pad(document: bytes) -> bytes:
    """The document, 80, and zeros up to a whole number of blocks."""
    padded = document + _PAD
    return padded + bytes(-len(padded) % BLOCK)


def unpad(padded: bytes) -> bytes:
    """The document without its padding."""
    size, end = len(padded), padded.rfind(_PAD)
    zeros = size - end - 1
    is_right = end >= 0 and not size % BLOCK and zeros < BLOCK
    if not is_right or padded.count(0, end) != zeros:
        raise VaultError("A document's padding is wrong.")
    return padded[:end]
