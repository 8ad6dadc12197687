"""A witness signs one history of each log, and nothing else."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from centre.ledger import checkpoint, cosign, merkle
from centre.ledger.errors import FormatError, SignatureError
from centre.ledger.signing import Signer
from centre.ledger.witness import Witness, read_request, write_request

ORIGIN = "osc.example/riverside/custody"
LOG = Signer.from_seed(b"l" * 32)
OTHER = Signer.from_seed(b"o" * 32)
VKEY = checkpoint.vkey(ORIGIN, LOG.public_key)
NAME = "registrar.example"
NOW = 1_780_000_000


def leaves(size, word="leaf"):
    return [merkle.leaf_hash(f"{word} {n}".encode()) for n in range(size)]


def note(size, word="leaf", signer=LOG, origin=ORIGIN):
    root = merkle.root(leaves(size, word))
    return checkpoint.sign(origin=origin, size=size, root=root, signer=signer)


def request(old, size, word="leaf", proof=None):
    path = merkle.consistency_proof(leaves(size, word), old) if 0 < old < size else []
    return write_request(
        old=old, proof=path if proof is None else proof, note=note(size, word)
    )


@pytest.fixture
def witness(tmp_path):
    return Witness(
        name=NAME,
        signer=Signer.from_seed(b"w" * 32),
        logs={ORIGIN: VKEY},
        state=tmp_path / "state.json",
        now=lambda: NOW,
    )


def test_it_signs_the_first_checkpoint_and_each_proven_extension(witness):
    for old, new in ((0, 3), (3, 8), (8, 8), (8, 21)):
        answer = witness.add(request(old, new))
        assert answer.status == 200, answer.text
        signed = checkpoint.read(note(new) + answer.text)
        assert cosign.seen_at(signed, cosign.read_vkey(witness.vkey)) == NOW


def test_its_state_is_on_the_disk_before_its_signature_leaves(witness):
    witness.add(request(0, 5))

    assert json.loads(witness.state.read_text())[ORIGIN]["size"] == 5


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (lambda: request(3, 8), 409),
        (lambda: request(0, 8), 409),
        (lambda: request(9, 8), 400),
        (lambda: request(5, 4, proof=[]), 400),
        (lambda: request(5, 8, word="other"), 422),
        (lambda: request(5, 8, proof=[]), 422),
        (lambda: request(5, 5, word="other"), 409),
        (lambda: write_request(old=5, proof=[], note=note(8, signer=OTHER)), 403),
        (
            lambda: write_request(
                old=0, proof=[], note=note(3, origin="osc.example/elsewhere/custody")
            ),
            404,
        ),
        (lambda: b"", 400),
        (lambda: b"old x\n\n" + note(8).encode(), 400),
        (lambda: b"\xff" * 100, 400),
        (lambda: b"old 5\n\n" + b"x" * 70_000, 400),
    ],
)
def test_a_fork_a_rollback_and_what_is_no_request_are_refused(witness, body, status):
    assert witness.add(request(0, 5)).status == 200
    before = witness.state.read_bytes()

    assert witness.add(body()).status == status
    assert witness.state.read_bytes() == before


def test_of_two_histories_at_once_one_is_signed(witness):
    witness.add(request(0, 5))
    bodies = [request(5, 9), request(5, 9, word="leaf"), request(5, 11)] * 5
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(witness.add, bodies))

    sizes = {json.loads(witness.state.read_text())[ORIGIN]["size"]}
    signed = [a for a in answers if a.status == 200]
    assert signed
    assert sizes <= {9, 11}
    assert {a.status for a in answers} <= {200, 409}


def test_another_time_or_another_text_is_not_what_was_signed(witness):
    line = witness.add(request(0, 5)).text
    key = cosign.read_vkey(witness.vkey)
    with pytest.raises(SignatureError):
        cosign.seen_at(checkpoint.read(note(6) + line), key)
    with pytest.raises(SignatureError):
        cosign.seen_at(checkpoint.read(note(5)), key)
    stranger = cosign.WitnessKey(NAME, OTHER.public_key)
    with pytest.raises(SignatureError):
        cosign.seen_at(checkpoint.read(note(5) + line), stranger)


@pytest.mark.parametrize(
    "line",
    ["", "a+b", VKEY, f"{NAME}+00000000+AAAA", "UPPER+1+2"],
)
def test_a_line_that_is_no_witness_key_is_refused(line):
    with pytest.raises(FormatError):
        cosign.read_vkey(line)


def test_a_request_is_read_as_it_was_written():
    asked = read_request(request(3, 8))

    assert (asked.old, asked.note) == (3, note(8))
    assert len(asked.proof) == len(merkle.consistency_proof(leaves(8), 3))


def test_the_cosignature_is_frozen():
    """The bytes others check; a change here breaks every anchor there is."""
    key = cosign.WitnessKey(NAME, Signer.from_seed(b"w" * 32).public_key)
    line = cosign.cosign(
        note(5), name=NAME, signer=Signer.from_seed(b"w" * 32), seconds=NOW
    )
    text = checkpoint.read(note(5)).text

    assert cosign.message(NOW, text) == f"cosignature/v1\ntime {NOW}\n{text}".encode()
    assert str(key).split("+")[1] == key.key_id.hex()
    assert line.startswith(f"\u2014 {NAME} ")
    assert len(checkpoint.read(note(5) + line).signatures) == 2
