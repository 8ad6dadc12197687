"""The byte formats, frozen: what was once written must read the same for ever.

The vectors were computed without this package, with rfc8785 and hashlib.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centre.ledger import canonical, checkpoint, entry, merkle, statement
from centre.ledger.binary import bytes_of
from centre.ledger.errors import FormatError, LedgerError, SignatureError
from centre.ledger.origins import genesis
from centre.ledger.signing import Signer
from centre.ledger.statement import Statement

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "vectors" / "formats.json").read_text(encoding="utf-8")
)
ENTRIES: list[dict[str, Any]] = VECTORS["entries"]
ORIGIN: str = VECTORS["origin"]
LOG_KEY = Signer.from_seed(bytes.fromhex(VECTORS["log_seed"]))
EACH = pytest.mark.parametrize("vector", ENTRIES, ids=lambda vector: vector["kind"])


def test_verifier_key_and_genesis_are_frozen() -> None:
    line = checkpoint.vkey(ORIGIN, bytes.fromhex(VECTORS["log_public_key"]))

    assert line == VECTORS["vkey"]
    assert genesis(ORIGIN, line).hex() == VECTORS["genesis"]


@EACH
def test_commitment_is_frozen(vector: dict[str, Any]) -> None:
    payload = canonical.encode(vector["payload"])

    assert payload.hex() == vector["payload_bytes"]
    commit = entry.commitment(bytes.fromhex(vector["salt"]), payload)
    assert commit.hex() == vector["commit"]


def test_entries_are_frozen_byte_by_byte() -> None:
    prev = genesis(ORIGIN, VECTORS["vkey"])
    streams: dict[str, tuple[int, bytes]] = {}
    for n, vector in enumerate(ENTRIES):
        last = streams.get(vector["stream"])
        content = _written(n, prev, vector, last)
        leaf = merkle.leaf_hash(content)
        assert content.decode() == vector["entry"]
        assert leaf.hex() == vector["leaf"]
        streams[vector["stream"]] = (last[0] + 1 if last else 0, leaf)
        prev = leaf


@EACH
def test_entry_reads_back(vector: dict[str, Any]) -> None:
    content = entry.decode(vector["entry"].encode())

    assert content.signed.decode() == vector["statement"]
    assert content.statement.encode() == content.signed
    assert content.at == vector["at"]
    assert content.log == ORIGIN
    [signature] = content.signatures
    assert signature.kid == content.statement.actor == vector["kid"]
    assert signature.signature.hex() == vector["signature"]


@pytest.mark.parametrize("size", range(len(ENTRIES) + 1))
def test_roots_are_frozen(size: int) -> None:
    leaves = [bytes.fromhex(vector["leaf"]) for vector in ENTRIES[:size]]

    assert merkle.root(leaves).hex() == VECTORS["roots"][size]


def test_proof_is_frozen() -> None:
    leaves = [bytes.fromhex(vector["leaf"]) for vector in ENTRIES]

    proof = merkle.inclusion_proof(leaves, VECTORS["proof"]["index"])

    assert [one.hex() for one in proof] == VECTORS["proof"]["hashes"]


def test_checkpoint_and_anchor_code_are_frozen() -> None:
    root = bytes.fromhex(VECTORS["roots"][3])
    note = checkpoint.sign(origin=ORIGIN, size=3, root=root, signer=LOG_KEY)

    assert note == VECTORS["note"]
    assert checkpoint.anchor_code(note) == VECTORS["anchor_code"]
    found = checkpoint.verify(note, vkey=VECTORS["vkey"])
    assert (found.origin, found.size, found.root) == (ORIGIN, 3, root)


@EACH
def test_no_single_bit_of_an_entry_is_spare(vector: dict[str, Any]) -> None:
    """Every flip is no entry any more, or says something else; no two are alike."""
    content = vector["entry"].encode()
    honest = entry.decode(content)
    for place in range(len(content)):
        flipped = bytearray(content)
        flipped[place] ^= 1
        try:
            found = entry.decode(bytes(flipped))
        except LedgerError:
            continue
        assert found != honest


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_bytes_that_are_no_entry_are_refused_politely(content: bytes) -> None:
    with pytest.raises(LedgerError):
        entry.decode(content)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("v", 2),
        ("v", True),
        ("at", "2026-06-01T09:00:00.000Z"),
        ("at", "2026-02-30T09:00:00.000000Z"),
        ("log", "UPPER/case"),
        ("n", -1),
        ("n", "1"),
        ("prev", "AAAA"),
        ("prev", None),
        ("sig", []),
        ("sig", [{"alg": "none", "kid": "k", "s": ""}]),
        ("sig", [{"alg": "ed25519", "kid": "k"}]),
        ("stmt", []),
        ("more", 1),
    ],
)
def test_entry_with_a_part_not_of_its_form_is_refused(part: str, value: Any) -> None:
    content = json.loads(ENTRIES[1]["entry"]) | {part: value}

    with pytest.raises(FormatError):
        entry.decode(canonical.encode(content))


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("v", 2),
        ("actor", "k:123"),
        ("blob", "AAAA"),
        ("claimed", "2026-06-01T09:00:00.000000Z"),
        ("claimed", "2026-06-01T25:00:00.000Z"),
        ("commit", ""),
        ("kind", "item.invented"),
        ("refs", []),
        ("refs", ["AAAA"]),
        ("role", ""),
        ("sprev", "A" * 43 + "="),
        ("sseq", 1),
        ("sseq", True),
        ("stream", "AAAA"),
        ("more", 1),
    ],
)
def test_statement_with_a_part_not_of_its_form_is_refused(
    part: str, value: Any
) -> None:
    content = json.loads(ENTRIES[0]["statement"]) | {part: value}

    with pytest.raises(FormatError):
        statement.read(content)


def test_statement_is_refused_before_it_is_signed() -> None:
    honest = statement.read(json.loads(ENTRIES[0]["statement"]))
    parts = {name: getattr(honest, name) for name in honest.__slots__}

    with pytest.raises(FormatError):
        Statement(**parts | {"stream": b"short"}).encode()


def test_entry_that_is_too_long_is_refused() -> None:
    with pytest.raises(FormatError):
        entry.encode(
            at=ENTRIES[0]["at"],
            log=ORIGIN,
            n=0,
            prev=bytes(32),
            signatures=[],
            statement=b"0" * entry.MAX_BYTES,
        )


def test_commitment_needs_a_full_salt() -> None:
    with pytest.raises(FormatError):
        entry.commitment(b"salt", b"{}")


@pytest.mark.parametrize("text", ["AB==", "AA= =", "AA", "", None, 7, "é==="])
def test_base64_has_one_spelling(text: Any) -> None:
    with pytest.raises(FormatError):
        bytes_of(text, 1)


@pytest.mark.parametrize(
    "edit",
    [
        lambda note: note.replace("\n3\n", "\n4\n"),
        lambda note: note.replace("\n3\n", "\n03\n"),
        lambda note: note.replace("riverside", "hillside"),
        lambda note: note.replace("\u2014 ", "- "),
        lambda note: note.replace("\n\n", "\n"),
        lambda note: note.removesuffix("\n"),
        lambda note: note.partition("\n\n")[0] + "\n\n",
        lambda note: note.replace("CuFE", "DuFE"),
        lambda note: note.replace("DQNJ", "EQNJ"),
        lambda note: note + "\u2014 name AAAAA\n",
        lambda note: note + "\u2014 name AAAA\n",
        lambda note: "extra line\n" + note,
        lambda note: note + ("\u2014 other " + "A" * 80 + "\n") * 300,
    ],
)
def test_altered_checkpoint_does_not_verify(edit: Any) -> None:
    altered = edit(VECTORS["note"])
    assert altered != VECTORS["note"]

    with pytest.raises(LedgerError):
        checkpoint.verify(altered, vkey=VECTORS["vkey"])


def test_checkpoint_keeps_the_lines_of_witnesses() -> None:
    witnessed = VECTORS["note"] + "\u2014 witness.example/registrar " + "A" * 96 + "\n"

    found = checkpoint.verify(witnessed, vkey=VECTORS["vkey"])

    assert [s.name for s in found.signatures] == [ORIGIN, "witness.example/registrar"]
    assert checkpoint.anchor_code(witnessed) == VECTORS["anchor_code"]


def test_checkpoint_of_another_key_or_log_does_not_verify() -> None:
    other = Signer.from_seed(bytes(32))
    forged = checkpoint.sign(origin=ORIGIN, size=3, root=bytes(32), signer=other)
    elsewhere = checkpoint.vkey("osc.example/hillside/custody", LOG_KEY.public_key)

    with pytest.raises(SignatureError):
        checkpoint.verify(forged, vkey=VECTORS["vkey"])
    with pytest.raises(SignatureError):
        checkpoint.verify(VECTORS["note"], vkey=elsewhere)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "name+00000000",
        VECTORS["vkey"].replace("+0d", "+0e"),
        VECTORS["vkey"].replace("riverside", "hillside"),
        VECTORS["vkey"].replace("+Ae", "+Be"),
        VECTORS["vkey"] + "A",
    ],
)
def test_verifier_key_that_is_not_itself_is_refused(line: str) -> None:
    with pytest.raises(LedgerError):
        checkpoint.read_vkey(line)


def test_verifier_key_is_of_one_size() -> None:
    with pytest.raises(FormatError):
        checkpoint.vkey(ORIGIN, bytes(31))


def _written(
    n: int, prev: bytes, vector: dict[str, Any], last: tuple[int, bytes] | None
) -> bytes:
    signer = Signer.from_seed(bytes.fromhex(vector["seed"]))
    signed = Statement(
        actor=signer.kid,
        claimed=vector["at"][:23] + "Z",
        commit=bytes.fromhex(vector["commit"]),
        kind=vector["kind"],
        role=vector["role"],
        stream=bytes.fromhex(vector["stream"]),
        sseq=last[0] + 1 if last else 0,
        sprev=last[1] if last else None,
        refs=tuple(bytes.fromhex(ENTRIES[ref]["leaf"]) for ref in vector["refs"]),
        blob=bytes.fromhex(vector["blob"]) if vector["blob"] else None,
    ).encode()
    signature = signer.sign(statement.message(ORIGIN, signed))
    return entry.encode(
        at=vector["at"],
        log=ORIGIN,
        n=n,
        prev=prev,
        signatures=[entry.Signature(signer.kid, signature)],
        statement=signed,
    )
