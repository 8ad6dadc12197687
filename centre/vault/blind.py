"""Short blind indexes: find equal values without storing them.

An index is a few bits of a keyed hash, so short that two to some hundred rows share
each value: whoever asks opens the hits and compares, and whoever steals the column
learns little. One key per centre and field. Never index alone what has few values,
such as sex or district; below some thousand rows, opening and comparing is enough.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from centre.vault import keys
from centre.vault.cipher import KEY_BYTES
from centre.vault.documents import text_bytes
from centre.vault.errors import VaultError

MOST_BITS: Final = 24
_WORD_BYTES: Final = 4


def index(value: str, *, field: str, centre_id: UUID, bits: int) -> int:
    """The first bits of the value's keyed hash, for an integer column."""
    if not 1 <= bits <= MOST_BITS:
        raise VaultError(f"A blind index has 1 to {MOST_BITS} bits.")
    name = field.encode()
    info = b"osc/bidx\0" + name
    key = HKDFExpand(SHA256(), KEY_BYTES, info).derive(keys.centre_key(centre_id))
    said = b"osc-bidx/v1\0" + name + b"\0" + text_bytes(normalised(value))
    word = hmac.digest(key, said, hashlib.sha256)[:_WORD_BYTES]
    return int.from_bytes(word, "big") >> (8 * _WORD_BYTES - bits)


def bits_for(rows: int) -> int:
    """How long an index may be: at least two rows share each value."""
    return max(1, min(MOST_BITS, (rows // 2).bit_length() - 1))


def normalised(value: str) -> str:
    """Compatibility form, without case, single spaces: 'Amina  K' is 'amina k'."""
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())
