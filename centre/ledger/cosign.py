"""Cosignatures: what a witness says of a checkpoint (C2SP tlog-cosignature, type 04).

A witness signs the time and the whole text of a checkpoint it proved to be an
extension of all it saw before. Its line stands in the note below the log's own:

    <em dash> witness.example/registrar <base64 of key id 4, time u64, Ed25519 64>
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from typing import Final

from centre.ledger import checkpoint
from centre.ledger.checkpoint import Note, VerifierKey
from centre.ledger.errors import FormatError, SignatureError
from centre.ledger.origins import check_origin
from centre.ledger.signing import SIGNATURE_BYTES, Signer, verify_signature

COSIGNATURE_TYPE: Final = b"\x04"
LAST_TIME: Final = 2**63 - 1

_TIME: Final = struct.Struct(">Q")


def key_of(name: str, public_key: bytes) -> VerifierKey:
    """A witness's key under its name."""
    return VerifierKey(check_origin(name), public_key, COSIGNATURE_TYPE)


def read_vkey(line: str) -> VerifierKey:
    """The witness's key a line holds; refused unless it is of type 04."""
    return checkpoint.read_vkey(line, kind=COSIGNATURE_TYPE)


def cosign(text: str, *, name: str, signer: Signer, time: int) -> str:
    """A witness's line over a checkpoint's text; time is POSIX seconds."""
    signature = signer.sign(_message(text, time))
    key = key_of(name, signer.public_key)
    return checkpoint.signature_line(key, _TIME.pack(time) + signature)


def cosigned(note: Note, keys: Iterable[VerifierKey]) -> dict[str, int]:
    """When each of these witnesses saw the checkpoint; those that did not are absent.

    A line under a known key that is false is refused; lines of others are ignored.
    """
    seen: dict[str, int] = {}
    for key in keys:
        for line in note.signatures:
            if (line.name, line.key_id) == (key.name, key.key_id):
                seen[key.name] = _time_of(line.signature, note.text, key)
    return seen


def joined(note: str, lines: str, *, keys: Iterable[VerifierKey]) -> str:
    """The note with those of a witness's answered lines that are from known keys."""
    text = checkpoint.read(note).text
    answered = checkpoint.read(f"{text}\n{lines}")
    known = list(keys)
    cosigned(answered, known)
    ours: Mapping[tuple[str, bytes], VerifierKey] = {
        (key.name, key.key_id): key for key in known
    }
    fresh = [s for s in answered.signatures if (s.name, s.key_id) in ours]
    if not fresh:
        raise SignatureError("The answer holds no cosignature of a known witness.")
    more = (
        checkpoint.signature_line(ours[line.name, line.key_id], line.signature)
        for line in fresh
    )
    return note + "".join(line for line in more if line not in note)


def _time_of(signature: bytes, text: str, key: VerifierKey) -> int:
    if len(signature) != _TIME.size + SIGNATURE_BYTES:
        raise FormatError("A cosignature is a time and an Ed25519 signature.")
    (time,) = _TIME.unpack(signature[: _TIME.size])
    verify_signature(key.public_key, signature[_TIME.size :], _message(text, time))
    return int(time)


def _message(text: str, time: int) -> bytes:
    if not 0 <= time <= LAST_TIME:
        raise FormatError("The time of a cosignature is not one.")
    return f"cosignature/v1\ntime {time}\n{text}".encode()
