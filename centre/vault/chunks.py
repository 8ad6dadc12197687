"""The layout of an encrypted file: C2SP chunked encryption as Cobblestone-256.

``salt 24 | commitment 32 | chunks of 16,384 + 16``, the last one shorter; HKDF-SHA-512
and AES-256-GCM (c2sp.org/chunked-encryption). The library streams whole files; here is
what it lacks: trying a key by the commitment, proof of the end, and random access.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from centre.vault.cipher import KEY_BYTES, NONCE_BYTES, TAG_BYTES
from centre.vault.errors import DamagedError

SALT_BYTES: Final = 24
COMMITMENT_BYTES: Final = 32
HEADER_BYTES: Final = SALT_BYTES + COMMITMENT_BYTES
CHUNK_BYTES: Final = 16 * 1024
SEALED_BYTES: Final = CHUNK_BYTES + TAG_BYTES

_INFO: Final = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0"


@dataclass(frozen=True, slots=True)
class Message:
    """The keys of one file."""

    key: bytes = field(repr=False)
    base_nonce: bytes = field(repr=False)

    def open_chunk(self, number: int, sealed: bytes) -> bytes:
        """Decrypt one chunk in its position."""
        counter = int.from_bytes(self.base_nonce, "big") ^ number
        nonce = counter.to_bytes(NONCE_BYTES, "big")
        try:
            return AESGCM(self.key).decrypt(nonce, sealed, None)
        except InvalidTag as error:
            raise DamagedError("The file is not what was stored.") from error


def input_key(case_key: bytes) -> bytes:
    """The key for files, derived from the case's key."""
    return HKDFExpand(SHA256(), KEY_BYTES, b"osc/blob").derive(case_key)


def context(blob_id: UUID, case_id: UUID) -> bytes:
    """Binds a file to its id and its case."""
    return b"osc-blob/v1\0" + blob_id.bytes + case_id.bytes


def message(key: bytes, bound_to: bytes, header: bytes) -> Message | None:
    """The keys of the file with this header; none if another key wrote it."""
    salt, commitment = header[:SALT_BYTES], header[SALT_BYTES:]
    length = KEY_BYTES + NONCE_BYTES + COMMITMENT_BYTES
    derived = HKDFExpand(SHA512(), length, _INFO + salt + bound_to).derive(key)
    if not hmac.compare_digest(derived[KEY_BYTES + NONCE_BYTES :], commitment):
        return None
    return Message(derived[:KEY_BYTES], derived[KEY_BYTES : KEY_BYTES + NONCE_BYTES])


def position(number: int) -> int:
    """Where in the file a chunk begins."""
    return HEADER_BYTES + number * SEALED_BYTES


def last_chunk(file_size: int) -> int:
    """The number of the last chunk; a file whose length cannot be is refused."""
    number, rest = divmod(file_size - HEADER_BYTES, SEALED_BYTES)
    if number < 0 or rest < TAG_BYTES:
        raise DamagedError("The file was cut short.")
    return number
