"""A security key's signature stands beside its holder's, and counts only in time."""

from __future__ import annotations

import hashlib
import importlib
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from centre.ledger import actions, entry, merkle, times, verify, webauthn
from centre.ledger.actions import Said
from centre.ledger.entry import Assertion, Signature
from centre.ledger.errors import FormatError, LedgerError
from centre.ledger.kinds import Kind
from centre.ledger.models import Entry
from centre.ledger.signing import kid_of
from centre.ledger.statement import message
from tests.ledger.conftest import AMINA, KEYS, KITO, LOG, MINUTE, OPENED, SWAB, note

osc_verify: Any = importlib.import_module("verifier.osc_verify")
TOKEN = ec.derive_private_key(0xC0FFEE, ec.SECP256R1())
POINT = TOKEN.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
ALL = {**KEYS, kid_of(POINT): POINT}
HERE = "https://centre.example"


def pressed(signed: bytes, **other: Any) -> Assertion:
    """What a browser hands back when she touches her security key."""
    challenge = urlsafe_b64encode(hashlib.sha256(signed).digest()).rstrip(b"=")
    told = {
        "type": "webauthn.get",
        "challenge": challenge.decode(),
        "origin": HERE,
        "crossOrigin": False,
        **other.get("told", {}),
    }
    client = other.get("client", json.dumps(told).encode())
    place = hashlib.sha256(other.get("place", b"centre.example")).digest()
    data = place + bytes([other.get("flags", 0x05)]) + bytes(4)
    data = data[: other.get("size", len(data))]
    by = other.get("by", TOKEN)
    signature = by.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
    return Assertion(kid_of(POINT), signature, data, client)


@pytest.fixture
def sealed(log: str) -> Entry:
    """An entry that Amina signed with her key and with her security key."""
    at = OPENED + MINUTE
    said = Said(Kind.ITEM_SEALED, SWAB, bytes(32), at)
    made = actions.prepare(log=LOG, said=said, signer=AMINA, role="custodian")
    beside = pressed(message(LOG, made))
    return actions.append_prepared(
        log=LOG, statement=made, signer=AMINA, at=at, more=[beside]
    )


def found(keys: Mapping[str, bytes] = ALL, **more: Any) -> list[str]:
    """What the check of the log says."""
    return [fault.says for fault in verify.faults(LOG, keys=keys, **more)]


@pytest.mark.django_db
def test_entry_with_a_security_key_is_sound(sealed: Entry) -> None:
    first, second = sealed.content.signatures

    assert (type(first), type(second)) == (Signature, Assertion)
    assert found() == []
    assert entry.decode(bytes(sealed.entry)) == sealed.content


@pytest.mark.django_db
def test_verifier_of_bundles_accepts_the_same_entry(sealed: Entry) -> None:
    read, stmt = osc_verify.read_entry(bytes(sealed.entry), LOG)
    always = {"registered": 0, "revoked": None}
    actors = {
        AMINA.kid: {
            "alg": "ed25519",
            "public_key": b64encode(AMINA.public_key).decode(),
            **always,
        },
        kid_of(POINT): {
            "alg": "webauthn-es256",
            "public_key": b64encode(POINT).decode(),
            **always,
        },
    }

    assert osc_verify.check_signatures(read, stmt, actors) is True


OTHER = ec.derive_private_key(0xDECAF, ec.SECP256R1())
FORGED: dict[str, dict[str, Any]] = {
    "another key": {"by": OTHER},
    "another ceremony": {"told": {"type": "webauthn.create"}},
    "another challenge": {"told": {"challenge": "AAAA"}},
    "another site": {"told": {"origin": "https://evil.example"}},
    "another relying party": {"place": b"evil.example"},
    "no https": {"told": {"origin": "http://centre.example"}},
    "a site that is none": {"told": {"origin": 7}},
    "a frame of another site": {"told": {"crossOrigin": True}},
    "nobody present": {"flags": 0x04},
    "nobody verified": {"flags": 0x01},
    "short data": {"size": 36},
    "client data that is none": {"client": b"{}"},
    "client data that is a list": {"client": b"[]"},
    "client data that is no JSON": {"client": b"\xff"},
}


@pytest.mark.parametrize("what", FORGED)
def test_no_other_assertion_is_accepted(what: str) -> None:
    signed = b"osc-stmt/v1\nx\n{}"
    webauthn.verify(pressed(signed), public_key=POINT, message=signed)

    with pytest.raises(LedgerError):
        webauthn.verify(
            pressed(signed, **FORGED[what]), public_key=POINT, message=signed
        )


def test_assertion_over_another_statement_is_refused() -> None:
    with pytest.raises(LedgerError):
        webauthn.verify(pressed(b"one"), public_key=POINT, message=b"two")


@pytest.mark.django_db
def test_false_assertion_in_the_log_is_found(log: str) -> None:
    note(1, more=[pressed(b"something else")])

    assert found() == ["The signature is not that of its key."]


@pytest.mark.django_db
def test_security_key_nobody_registered_is_found(sealed: Entry) -> None:
    assert found(KEYS) == ["Nobody's key has the name the signature gives."]


@pytest.mark.parametrize(
    "signatures",
    [
        [pressed(b"x")],
        [pressed(b"x"), Signature(AMINA.kid, bytes(64))],
    ],
)
def test_security_key_never_stands_in_for_the_actors_own(
    signatures: list[entry.AnySignature], history_entry: bytes
) -> None:
    parts = json.loads(history_entry)
    parts["sig"] = json.loads(entry.written(signatures))

    with pytest.raises(FormatError):
        entry.decode(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode())


@pytest.fixture
def history_entry(log: str) -> bytes:
    """One honest entry."""
    return bytes(note(1).entry)


@pytest.mark.parametrize(
    "change",
    [
        {"alg": "ed25519"},
        {"alg": "webauthn-rs256"},
        {"alg": 7},
        {"ad": ""},
        {"cd": "e30"},
        {"s": None},
        {"kid": 1},
        {"more": "x"},
    ],
)
@pytest.mark.django_db
def test_signature_of_another_form_is_no_entry(
    sealed: Entry, change: dict[str, Any]
) -> None:
    parts = json.loads(bytes(sealed.entry))
    parts["sig"][1] |= change

    with pytest.raises(LedgerError):
        entry.decode(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode())


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        (0, 9, []),
        (3, 9, []),
        (0, 3, []),
        (3.5, 9, ["The entry was signed before its key was registered."]),
        (0, 2.5, ["The entry was signed after its key was revoked."]),
    ],
)
@pytest.mark.django_db
def test_key_counts_between_its_registration_and_its_end(
    history: list[Entry], first: float, last: float, says: list[str]
) -> None:
    """Kito signed at 3 and 5 minutes."""
    life = (times.exact(OPENED + first * MINUTE), times.exact(OPENED + last * MINUTE))
    said = found(lives={KITO.kid: life})
    late = "The entry was signed after its key was revoked."

    assert said == [*says, *([late] if last < 5 else [])]


def test_entry_with_a_security_key_is_frozen() -> None:
    path = Path(__file__).parent / "vectors" / "webauthn.json"
    vector = json.loads(path.read_text(encoding="utf-8"))
    content = entry.decode(vector["entry"].encode())
    _, beside = content.signatures

    assert isinstance(beside, Assertion)
    webauthn.verify(
        beside,
        public_key=bytes.fromhex(vector["public_key"]),
        message=content.message(),
    )
    again = entry.encode(
        at=content.at,
        log=content.log,
        n=content.n,
        prev=content.prev,
        signatures=content.signatures,
        statement=content.signed,
    )
    assert again.decode() == vector["entry"]
    assert merkle.leaf_hash(again).hex() == vector["leaf"]
