"""Time stamps of an authority over signed checkpoints (RFC 3161).

The request carries the SHA-256 of a checkpoint's note and a fresh number; the answer
is believed only if it was granted, answers that very request, and its certificate leads
to one of the authorities the centre trusts. `rfc3161-client` reads and verifies the
tokens; it comes with the extra `tsa` and nothing else here needs it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from types import ModuleType
from typing import Any, Final

from cryptography import x509

from centre.ledger.errors import FormatError, LedgerError, ProofError

QUERY_TYPE: Final = "application/timestamp-query"
MOST_BYTES: Final = 65_536
_SHA256: Final = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")


class MissingExtraError(LedgerError):
    """The package that reads time stamps is not installed."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """When an authority saw a note, and whose certificate it signs by."""

    at: datetime
    authority: str
    """The issuer of the signing certificate, as in RFC 4514."""


def request(note: str) -> bytes:
    """A request for a time stamp over a note, with a fresh number of its own."""
    builder = _library().TimestampRequestBuilder().data(note.encode())
    algorithm = _library().HashAlgorithm.SHA256
    made: bytes = builder.hash_algorithm(algorithm).build().as_bytes()
    return made


def check_answer(asked: bytes, answer: bytes, *, note: str, roots: bytes) -> Stamp:
    """What the answer to this request says; raise unless all of it holds.

    `roots` are the certificates of trusted authorities, in PEM.
    """
    if imprint(asked) != digest(note):
        raise ProofError("The request is over another checkpoint.")
    return check(answer, note=note, roots=roots, nonce=_read(asked).nonce)


def imprint(asked: bytes) -> bytes:
    """The digest a request asks a time stamp for."""
    found: bytes = _read(asked).message_imprint.message
    return found


def digest(note: str) -> bytes:
    """What a time stamp over a note is over."""
    return hashlib.sha256(note.encode()).digest()


def check(answer: bytes, *, note: str, roots: bytes, nonce: int | None = None) -> Stamp:
    """What a kept answer says of a note; raise unless an authority of `roots` signed.

    A kept answer no longer needs the number of its request.
    """
    library = _library()
    if len(answer) > MOST_BYTES:
        raise FormatError("The answer is too long for a time stamp.")
    builder = library.VerifierBuilder(roots=_certificates(roots), nonce=nonce)
    try:
        found = library.decode_timestamp_response(answer)
        if found.tst_info.message_imprint.hash_algorithm != _SHA256:
            raise ProofError("The time stamp is over another kind of digest.")
        builder.build().verify_message(found, note.encode())
    except library.VerificationError as error:
        raise ProofError(f"The time stamp does not hold: {error}.") from error
    except ValueError as error:
        raise FormatError("The answer is no time stamp, or was refused.") from error
    signer = next(iter(found.signed_data.signer_infos))
    at = found.tst_info.gen_time.astimezone(UTC)
    return Stamp(at, signer.issuer.rfc4514_string())


def _certificates(roots: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(roots)
    except ValueError as error:
        raise FormatError("The file of trusted authorities holds none.") from error


def _read(asked: bytes) -> Any:
    _library()
    from rfc3161_client import _rust  # noqa: PLC0415 - its open face reads answers only

    try:
        return _rust.parse_timestamp_request(asked)
    except ValueError as error:
        raise FormatError("The request is none for a time stamp.") from error


def _library() -> ModuleType:
    try:
        import rfc3161_client  # noqa: PLC0415 - an extra; nothing else needs it
    except ImportError as error:
        raise MissingExtraError(
            "Time stamps need the package rfc3161-client. Install the extra: "
            "pip install 'centre[tsa]'."
        ) from error
    return rfc3161_client
