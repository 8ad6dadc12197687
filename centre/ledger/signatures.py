"""Whose signatures an entry carries, whether they hold, and whether they counted then.

A key counts from the time it was registered until the time it was revoked; what it
signed outside that time is a fault, however good the signature.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from centre.ledger import webauthn
from centre.ledger.entry import AnySignature, Content, Signature
from centre.ledger.errors import LedgerError
from centre.ledger.signing import KEY_BYTES, kid_of, verify_signature

Life = tuple[str, str]
"""The first and the last time, as entries write it, at which a key counts."""
Lives = Mapping[str, Life]
ALWAYS: Final[Life] = ("", "~")
"""Earlier and later than every time an entry can have: a key without bounds."""


def faults_of(
    content: Content, keys: Mapping[str, bytes], lives: Lives
) -> Iterator[str]:
    """What is wrong with the signatures of one entry."""
    if content.signatures[0].kid != content.statement.actor:
        yield "The first signature is not its actor's."
    for one in content.signatures:
        key = keys.get(one.kid)
        if key is None:
            yield "Nobody's key has the name the signature gives."
        elif kid_of(key) != one.kid:
            yield "The key on file is not the key the signature names."
        elif not _holds(one, key, content.message()):
            yield "The signature is not that of its key."
        yield from _out_of_time(content.at, lives.get(one.kid, ALWAYS))


def _out_of_time(at: str, life: Life) -> Iterator[str]:
    if at < life[0]:
        yield "The entry was signed before its key was registered."
    if at > life[1]:
        yield "The entry was signed after its key was revoked."


def _holds(one: AnySignature, key: bytes, message: bytes) -> bool:
    try:
        if isinstance(one, Signature):
            if len(key) != KEY_BYTES:
                return False
            verify_signature(key, one.signature, message)
        else:
            webauthn.verify(one, public_key=key, message=message)
    except LedgerError:
        return False
    return True
