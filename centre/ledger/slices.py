"""The quick reading of an entry: its bytes against the only ones they can be.

Most of an entry is known before it is read: its log, its position, the leaf before
it, its stream and its number in it. Those bytes are compared whole; one pattern reads
the rest, and fits no bytes but canonical ones. What does not fit here is no fault yet:
it is read in full by `entry.decode`, which says what is wrong, if anything is.
"""

from __future__ import annotations

import re
from binascii import b2a_base64
from datetime import date
from functools import lru_cache
from typing import Final

from centre.ledger.entry import MAX_BYTES
from centre.ledger.kinds import Kind

_KINDS: Final = {str(kind): str(kind).encode() for kind in Kind}
_DAY: Final = rb"\d{4}-\d\d-\d\d"
_HOUR: Final = rb"T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{%d}Z"
_HASH: Final = rb"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="
_FORM: Final = b"".join(
    [
        rb'\{"at":"(%b%b)",.{%%d}"(k:[0-9a-f]{32})"' % (_DAY, _HOUR % 6),
        rb',"s":"([A-Za-z0-9+/]{85}[AQgw]==)"\}\],"stmt":(\{"actor":"\2",',
        rb'(?:"blob":"%b",)?"claimed":"(%b)%b",' % (_HASH, _DAY, _HOUR % 3),
        rb'"commit":"%b","kind":"([a-z_.]{1,40})",' % _HASH,
        rb'(?:"refs":\["%b"(?:,"%b")*\],)?' % (_HASH, _HASH),
        rb'"role":"[a-z][a-z_]{0,31}",)',
    ]
)
_KNOWN: Final = b'"log":"%b","n":%%d,"prev":"%%b","sig":[{"alg":"ed25519","kid":'
_KNOWN_AT: Final = len('{"at":"2026-11-22T19:03:11.123456Z",')
_STATEMENT: Final = 4
_CLOSING: Final = -len(b',"v":1}')

Quick = tuple[str, str, bytes, bytes]
"""Time, key, signature as base64 in its one spelling, and the statement's bytes."""


class Slices:
    """Reads the entries of one log."""

    def __init__(self, log: str) -> None:
        self._known = _KNOWN % log.encode()

    def read(
        self,
        content: bytes,
        n: int,
        prev: bytes,
        stream: bytes,
        sseq: int,
        sprev: bytes | None,
        kind: str,
    ) -> Quick | None:
        """The entry at its place; None if these bytes are not it in the usual form.

        The signature has the right form here, but is still unproven.
        """
        known = self._known % (n, b2a_base64(prev, newline=False))
        end = _ending(stream, sseq, sprev)
        if not (content.startswith(known, _KNOWN_AT) and content.endswith(end)):
            return None
        before_end = len(content) - len(end)
        found = _form(len(known)).fullmatch(content, 0, before_end)
        if found is None or len(content) > MAX_BYTES:
            return None
        at, kid, signature, _, claimed, said = found.groups()
        if said != _KINDS.get(kind) or not (_is_day(at[:10]) and _is_day(claimed)):
            return None
        signed = content[found.start(_STATEMENT) : _CLOSING]
        return at.decode(), kid.decode(), signature, signed


@lru_cache(maxsize=32)
def _form(known: int) -> re.Pattern[bytes]:
    """The pattern for entries whose known part has this length."""
    return re.compile(_FORM % known, re.DOTALL)


@lru_cache(maxsize=4096)
def _is_day(text: bytes) -> bool:
    try:
        date.fromisoformat(text.decode())
    except ValueError:
        return False
    return True


def _ending(stream: bytes, sseq: int, sprev: bytes | None) -> bytes:
    named = b2a_base64(stream, newline=False)
    if sprev is None:
        return b'"sprev":null,"sseq":%d,"stream":"%b","v":1},"v":1}' % (sseq, named)
    before = b2a_base64(sprev, newline=False)
    form = b'"sprev":"%b","sseq":%d,"stream":"%b","v":1},"v":1}'
    return form % (before, sseq, named)
