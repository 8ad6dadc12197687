"""The statement: what the actor signs.

It names its stream, its number in the stream and the leaf of the stream's previous
entry; a leaf covers the whole log before it, so each signature pins all that history.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from centre.ledger import canonical, times
from centre.ledger.binary import bytes_of, text_of
from centre.ledger.errors import FormatError
from centre.ledger.kinds import Kind
from centre.ledger.merkle import HASH_BYTES

VERSION: Final = 1
STREAM_BYTES: Final = 16

_KID: Final = re.compile(r"k:[0-9a-f]{32}")
_ROLE: Final = re.compile(r"[a-z][a-z_]{0,31}")
_ALWAYS: Final = frozenset(
    {"actor", "claimed", "commit", "kind", "role", "sprev", "sseq", "stream", "v"}
)
_SOMETIMES: Final = frozenset({"blob", "refs"})
_KINDS: Final = frozenset(str(kind) for kind in Kind)


@dataclass(frozen=True, slots=True)
class Statement:
    """What one actor says happened, with content only as a commitment."""

    actor: str
    claimed: str
    commit: bytes
    kind: str
    role: str
    stream: bytes
    sseq: int
    sprev: bytes | None
    refs: tuple[bytes, ...] = ()
    blob: bytes | None = None

    def encode(self) -> bytes:
        """The canonical bytes; refused if a part is not of its form."""
        content: dict[str, Any] = {
            "actor": self.actor,
            "claimed": self.claimed,
            "commit": text_of(self.commit),
            "kind": self.kind,
            "role": self.role,
            "sprev": None if self.sprev is None else text_of(self.sprev),
            "sseq": self.sseq,
            "stream": text_of(self.stream),
            "v": VERSION,
        }
        if self.blob is not None:
            content["blob"] = text_of(self.blob)
        if self.refs:
            content["refs"] = [text_of(ref) for ref in self.refs]
        read(content)
        return canonical.spelt(content)


def message(origin: str, statement: bytes) -> bytes:
    """The bytes an actor signs; the origin keeps them out of every other log."""
    return f"osc-stmt/v1\n{origin}\n".encode() + statement


def decode(content: bytes) -> Statement:
    """The statement of canonical bytes; any other bytes are refused."""
    return read(canonical.decode(content))


def read(content: Any) -> Statement:
    """A statement out of decoded JSON; refused unless every part is of its form."""
    _check_parts(content)
    sprev = content["sprev"]
    times.claimed_moment(content["claimed"])
    return Statement(
        actor=_matching(_KID, content["actor"], "actor"),
        claimed=content["claimed"],
        commit=bytes_of(content["commit"], HASH_BYTES),
        kind=_kind(content["kind"]),
        role=_matching(_ROLE, content["role"], "role"),
        stream=bytes_of(content["stream"], STREAM_BYTES),
        sseq=_number(content["sseq"], first=sprev is None),
        sprev=None if sprev is None else bytes_of(sprev, HASH_BYTES),
        refs=_refs(content),
        blob=bytes_of(content["blob"], HASH_BYTES) if "blob" in content else None,
    )


def _check_parts(content: Any) -> None:
    parts = set(content) if isinstance(content, dict) else set()
    if not _ALWAYS <= parts <= _ALWAYS | _SOMETIMES:
        raise FormatError("A statement lacks a part, or has one too many.")
    if content["v"] is not VERSION:
        raise FormatError("A statement is of an unknown version.")


def _matching(form: re.Pattern[str], text: Any, part: str) -> str:
    if not isinstance(text, str) or form.fullmatch(text) is None:
        raise FormatError(f"The {part} of a statement is not of its form.")
    return text


def _kind(text: Any) -> str:
    if not isinstance(text, str) or text not in _KINDS:
        raise FormatError("The kind of a statement is not in the closed list.")
    return text


def _number(number: Any, *, first: bool) -> int:
    if type(number) is not int or number < 0 or (number == 0) is not first:
        raise FormatError("Only a stream's entry 0 has nothing before it.")
    return number


def _refs(content: Mapping[str, Any]) -> tuple[bytes, ...]:
    if "refs" not in content:
        return ()
    refs = content["refs"]
    if not isinstance(refs, list) or not refs:
        raise FormatError("The references of a statement are a list that is not empty.")
    return tuple(bytes_of(ref, HASH_BYTES) for ref in refs)
