"""Checkpoints: a log's size and root as a signed note (C2SP tlog-checkpoint).

osc.example/centre-07/custody
123457
<base64 root>

<em dash> osc.example/centre-07/custody <base64 of key id 4 and Ed25519 64>
"""

from __future__ import annotations

import hashlib
import re
from base64 import b32encode
from dataclasses import dataclass
from typing import Final

from centre.ledger.binary import bytes_of, text_of
from centre.ledger.errors import FormatError, SignatureError
from centre.ledger.merkle import HASH_BYTES
from centre.ledger.origins import check_origin
from centre.ledger.signing import KEY_BYTES, Signer, verify_signature

ED25519_TYPE: Final = b"\x01"
KEY_ID_BYTES: Final = 4
MAX_BYTES: Final = 16_384

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,17}")
_SIGNATURE_LINE: Final = re.compile(r"\u2014 ([^\s+\x00-\x1f]+) ([A-Za-z0-9+/]+={0,2})")
_CODE_SIGNS: Final = 25
_CODE_GROUP: Final = 5
_TEXT_LINES: Final = 3
_VKEY_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under its owner's name: a log's (01) or a witness's (04)."""

    name: str
    public_key: bytes
    kind: bytes = ED25519_TYPE

    @property
    def key_id(self) -> bytes:
        """The four bytes its signatures begin with (C2SP signed-note)."""
        named = f"{self.name}\n".encode() + self.kind + self.public_key
        return hashlib.sha256(named).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        public = text_of(self.kind + self.public_key)
        return f"{self.name}+{self.key_id.hex()}+{public}"


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: whose, and the bytes after its key id."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A checkpoint taken apart; nothing in it holds before `verify`."""

    text: str
    origin: str
    size: int
    root: bytes
    signatures: tuple[NoteSignature, ...]


def vkey(origin: str, public_key: bytes) -> str:
    """A log's verifier key as one line: name, key id, type and key."""
    if len(public_key) != KEY_BYTES:
        raise FormatError("An Ed25519 public key has 32 bytes.")
    return str(VerifierKey(check_origin(origin), public_key))


def read_vkey(line: str, *, kind: bytes = ED25519_TYPE) -> VerifierKey:
    """The key a line holds; refused unless its key id is that of name and key."""
    parts = line.split("+", _VKEY_PARTS - 1)
    if len(parts) != _VKEY_PARTS:
        raise FormatError("A verifier key has a name, a key id and a key.")
    typed = bytes_of(parts[2], 1 + KEY_BYTES)
    key = VerifierKey(check_origin(parts[0]), typed[1:], kind)
    if str(key) != line:
        raise FormatError("A verifier key's id or type is not that of its key.")
    return key


def text(origin: str, size: int, root: bytes) -> str:
    """The text of a checkpoint: what is signed and what the anchor code is of."""
    return f"{check_origin(origin)}\n{size}\n{text_of(root)}\n"


def sign(*, origin: str, size: int, root: bytes, signer: Signer) -> str:
    """A checkpoint signed with the log's key."""
    body = text(origin, size, root)
    key = VerifierKey(origin, signer.public_key)
    return f"{body}\n{signature_line(key, signer.sign(body.encode()))}"


def signature_line(key: VerifierKey, signature: bytes) -> str:
    """One signature as a line of a note (C2SP signed-note)."""
    return f"\u2014 {key.name} {text_of(key.key_id + signature)}\n"


def read(note: str) -> Note:
    """Take a note apart; lines of other signers are kept, whatever their type."""
    body, found, signed = note.rpartition("\n\n")
    lines = body.split("\n")
    if not found or len(lines) != _TEXT_LINES or len(note) > MAX_BYTES:
        raise FormatError("These lines are not a checkpoint.")
    return Note(
        text=body + "\n",
        origin=check_origin(lines[0]),
        size=_size(lines[1]),
        root=bytes_of(lines[2], HASH_BYTES),
        signatures=_signature_lines(signed),
    )


def verify(note: str, *, vkey: str) -> Note:
    """The checkpoint, if the log's own key signed it; raise otherwise."""
    found, key = read(note), read_vkey(vkey)
    if found.origin != key.name:
        raise SignatureError("The checkpoint is of another log.")
    ours = [s for s in found.signatures if (s.name, s.key_id) == (key.name, key.key_id)]
    if not ours:
        raise SignatureError("The log's key did not sign the checkpoint.")
    for line in ours:
        verify_signature(key.public_key, line.signature, found.text.encode())
    return found


def anchor_code(note: str) -> str:
    """25 letters for labels and paper: the first 125 bits of the text's hash."""
    digest = hashlib.sha256(b"osc-anchor/v1\n" + read(note).text.encode()).digest()
    signs = b32encode(digest).decode()[:_CODE_SIGNS]
    starts = range(0, _CODE_SIGNS, _CODE_GROUP)
    return "-".join(signs[at : at + _CODE_GROUP] for at in starts)


def _size(line: str) -> int:
    if _SIZE.fullmatch(line) is None:
        raise FormatError("The size of a checkpoint is not a whole number.")
    return int(line)


def _signature_lines(signed: str) -> tuple[NoteSignature, ...]:
    lines = signed.split("\n")
    if len(lines) == 1 or lines.pop() != "":
        raise FormatError("A checkpoint ends with lines of signatures.")
    return tuple(_signature_line(line) for line in lines)


def _signature_line(line: str) -> NoteSignature:
    found = _SIGNATURE_LINE.fullmatch(line)
    if found is None:
        raise FormatError("A line of a checkpoint is not a signature.")
    name, signed = found.groups()
    size = len(signed) // 4 * 3 - signed.count("=")
    content = bytes_of(signed, size)
    if size <= KEY_ID_BYTES:
        raise FormatError("A line of a checkpoint is not a signature.")
    return NoteSignature(name, content[:KEY_ID_BYTES], content[KEY_ID_BYTES:])
