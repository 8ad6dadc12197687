"""Cosignatures: a witness says when it saw a checkpoint (C2SP tlog-cosignature).

The signed message is `cosignature/v1`, the time in seconds, and the checkpoint's text;
the line's bytes after the key id are the time (u64) and an Ed25519 signature.
"""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import dataclass
from typing import Final

from centre.ledger import checkpoint
from centre.ledger.binary import bytes_of, text_of
from centre.ledger.checkpoint import KEY_ID_BYTES, Note
from centre.ledger.errors import FormatError, SignatureError
from centre.ledger.signing import KEY_BYTES, Signer, verify_signature

TYPE: Final = b"\x04"
TIME_BYTES: Final = 8
SIGNATURE_BYTES: Final = 64

_NAME: Final = re.compile(r"[a-z0-9./-]{3,120}")
_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """A witness's public key under its name."""

    name: str
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes its signatures begin with (C2SP signed-note)."""
        named = f"{self.name}\n".encode() + TYPE + self.public_key
        return hashlib.sha256(named).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        public = text_of(TYPE + self.public_key)
        return f"{self.name}+{self.key_id.hex()}+{public}"


def read_vkey(line: str) -> WitnessKey:
    """The key a line holds; refused unless its key id is that of name and key."""
    parts = line.split("+", _PARTS - 1)
    if len(parts) != _PARTS or _NAME.fullmatch(parts[0]) is None:
        raise FormatError("A witness's key has a name, a key id and a key.")
    typed = bytes_of(parts[2], 1 + KEY_BYTES)
    key = WitnessKey(parts[0], typed[1:])
    if str(key) != line:
        raise FormatError("A witness's key id or type is not that of its key.")
    return key


def message(seconds: int, text: str) -> bytes:
    """What a witness signs."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def cosign(note: str, *, name: str, signer: Signer, seconds: int) -> str:
    """The line a witness adds to a checkpoint it has found to be an extension."""
    key = WitnessKey(name, signer.public_key)
    signed = signer.sign(message(seconds, checkpoint.read(note).text))
    line = text_of(key.key_id + struct.pack(">Q", seconds) + signed)
    return f"\u2014 {name} {line}\n"


def seen_at(note: Note, key: WitnessKey) -> int:
    """When this witness saw the checkpoint, in seconds; raise if it did not sign it."""
    mine = (key.name, key.key_id)
    for line in note.signatures:
        if (line.name, line.key_id) == mine:
            return _verified(note, key, line.signature)
    raise SignatureError("The witness did not sign this checkpoint.")


def _verified(note: Note, key: WitnessKey, signature: bytes) -> int:
    if len(signature) != TIME_BYTES + SIGNATURE_BYTES:
        raise SignatureError("The cosignature is not of its form.")
    [seconds] = struct.unpack(">Q", signature[:TIME_BYTES])
    signed = message(seconds, note.text)
    verify_signature(key.public_key, signature[TIME_BYTES:], signed)
    return int(seconds)
