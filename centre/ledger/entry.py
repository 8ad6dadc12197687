"""The entry: a statement at its place in the log; its bytes are the leaf's input.

The keys of an entry stand in canonical order by themselves, so an entry is written by
joining canonical fragments. What was stored is hashed; nothing is written anew in
order to verify.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from centre.ledger import canonical, statement, times
from centre.ledger.binary import bytes_of, some_bytes_of, text_of
from centre.ledger.errors import FormatError
from centre.ledger.merkle import HASH_BYTES
from centre.ledger.origins import check_origin
from centre.ledger.signing import SIGNATURE_BYTES
from centre.ledger.statement import Statement

VERSION: Final = 1
MAX_BYTES: Final = 65_535
SALT_BYTES: Final = 32
ED25519: Final = "ed25519"
WEBAUTHN: Final = "webauthn-es256"

_AROUND: Final = 160
"""More than everything around log, signatures and statement: keys, time, position."""
_FORMS: Final = {
    ED25519: {"alg", "kid", "s"},
    WEBAUTHN: {"ad", "alg", "cd", "kid", "s"},
}
_PARTS: Final = frozenset({"at", "log", "n", "prev", "sig", "stmt", "v"})


@dataclass(frozen=True, slots=True)
class Signature:
    """An Ed25519 signature over the statement, and the name of its key."""

    kid: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a security key signed beside its holder (W3C WebAuthn), and its name."""

    kid: str
    signature: bytes
    authenticator_data: bytes
    client_data: bytes


AnySignature = Signature | Assertion


@dataclass(frozen=True, slots=True)
class Content:
    """What the bytes of one entry say."""

    at: str
    log: str
    n: int
    prev: bytes
    signatures: tuple[AnySignature, ...]
    statement: Statement
    signed: bytes
    """The statement's bytes, as its actor signed them."""

    def message(self) -> bytes:
        """What the signatures stand under."""
        return statement.message(self.log, self.signed)


def commitment(salt: bytes, payload: bytes) -> bytes:
    """What stands in the log for content that stays outside it."""
    if len(salt) != SALT_BYTES:
        raise FormatError("The salt of a commitment has 32 bytes.")
    return hashlib.sha256(b"osc-commit/v1\n" + salt + payload).digest()


def encode(
    *,
    at: str,
    log: str,
    n: int,
    prev: bytes,
    signatures: Sequence[AnySignature],
    statement: bytes,
) -> bytes:
    """The bytes of an entry around the bytes of a signed statement."""
    return joined(
        at=at,
        log=log,
        n=n,
        prev=prev,
        signatures=written(signatures),
        statement=statement,
    )


def written(signatures: Sequence[AnySignature]) -> bytes:
    """The canonical bytes of an entry's list of signatures."""
    return canonical.encode([_signature_content(one) for one in signatures])


def joined(
    *, at: str, log: str, n: int, prev: bytes, signatures: bytes, statement: bytes
) -> bytes:
    """The bytes of an entry out of canonical fragments."""
    head = f'{{"at":"{at}","log":"{log}","n":{n},"prev":"{text_of(prev)}","sig":'
    tail = f',"v":{VERSION}}}'
    content = head.encode() + signatures + b',"stmt":' + statement + tail.encode()
    _check_size(content)
    return content


def check_room(log: str, signatures: bytes, statement: bytes) -> None:
    """Refuse fragments that no entry has room for, wherever it stands."""
    if len(log) + len(signatures) + len(statement) + _AROUND > MAX_BYTES:
        raise FormatError(f"An entry has at most {MAX_BYTES} bytes.")


def decode(content: bytes) -> Content:
    """What the bytes say; any bytes but the one form of an entry are refused."""
    _check_size(content)
    found = canonical.decode(content)
    if not isinstance(found, dict) or set(found) != _PARTS:
        raise FormatError("An entry lacks a part, or has one too many.")
    if found["v"] is not VERSION:
        raise FormatError("An entry is of an unknown version.")
    times.moment(found["at"])
    return Content(
        at=found["at"],
        log=check_origin(found["log"]),
        n=_position(found["n"]),
        prev=bytes_of(found["prev"], HASH_BYTES),
        signatures=_signatures(found["sig"]),
        statement=statement.read(found["stmt"]),
        signed=canonical.encode(found["stmt"]),
    )


def _signature_content(one: AnySignature) -> dict[str, str]:
    if isinstance(one, Signature):
        return {"alg": ED25519, "kid": one.kid, "s": text_of(one.signature)}
    return {
        "ad": text_of(one.authenticator_data),
        "alg": WEBAUTHN,
        "cd": text_of(one.client_data),
        "kid": one.kid,
        "s": text_of(one.signature),
    }


def _check_size(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise FormatError(f"An entry has at most {MAX_BYTES} bytes.")


def _position(number: Any) -> int:
    if type(number) is not int or number < 0:
        raise FormatError("The position of an entry is not a whole number from 0.")
    return number


def _signatures(found: Any) -> tuple[AnySignature, ...]:
    if not isinstance(found, list) or not found:
        raise FormatError("An entry carries no signature.")
    signatures = tuple(_signature(one) for one in found)
    if not isinstance(signatures[0], Signature):
        raise FormatError("An entry lacks its actor's own signature.")
    return signatures


def _signature(found: Any) -> AnySignature:
    parts = set(found) if isinstance(found, dict) else set()
    if parts not in _FORMS.values():
        raise FormatError("A signature lacks a part, or has one too many.")
    if _FORMS.get(str(found["alg"])) != parts or not isinstance(found["kid"], str):
        raise FormatError("A signature is of an unknown kind.")
    if found["alg"] == ED25519:
        return Signature(found["kid"], bytes_of(found["s"], SIGNATURE_BYTES))
    return Assertion(
        kid=found["kid"],
        signature=some_bytes_of(found["s"]),
        authenticator_data=some_bytes_of(found["ad"]),
        client_data=some_bytes_of(found["cd"]),
    )
