"""Signer and witness sign what is proven to grow, and nothing else."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from centre.ledger import checkpoint, cosign, merkle, wire, witness
from centre.ledger.errors import LedgerError
from centre.ledger.signing import Signer
from centre.ledger.witness import Answer, Cosigner, LogSigner, Request, Role, State
from tests.ledger.conftest import LOG, LOG_KEY, STRANGER
from tests.ledger.test_cosign import KEY, LOG_LINE, NAME, TIME, VECTORS, WITNESS

LEAVES = [merkle.leaf_hash(bytes([n])) for n in range(20)]
FORKED = [*LEAVES[:3], *(merkle.leaf_hash(bytes([n, 1])) for n in range(3, 20))]
WATCHING = Cosigner(NAME, WITNESS, {LOG: LOG_LINE})
SIGNING = LogSigner({LOG: LOG_KEY})


@pytest.fixture
def state(tmp_path: Path) -> State:
    """Of one who has signed nothing yet."""
    made = State(tmp_path / "state.json")
    made.begin()
    return made


def note(
    size: int, leaves: list[bytes] = LEAVES, signer: Signer = LOG_KEY, log: str = LOG
) -> str:
    """A signed checkpoint of the first so many leaves."""
    root = merkle.root(leaves[:size])
    return checkpoint.sign(origin=log, size=size, root=root, signer=signer)


def request(old: int, size: int, leaves: list[bytes] = LEAVES, **more: Any) -> bytes:
    """A request to sign so many leaves."""
    proof = tuple(merkle.consistency_proof(leaves[:size], old)) if old <= size else ()
    return Request(old, proof, note(size, leaves, **more)).encode()


def unsigned(body: bytes) -> bytes:
    """The same request, as the signer takes it."""
    asked = witness.read(body)
    text = checkpoint.read(asked.note).text
    return Request(asked.old, asked.proof, f"{text}\n").encode()


def asked(body: bytes, state: State, role: Role = WATCHING) -> Answer:
    """The answer to one request."""
    return witness.answer(body, role=role, state=state, time=TIME)


def test_request_is_frozen() -> None:
    body = request(3, 8)

    assert body.decode() == VECTORS["request"]
    assert witness.read(body).encode() == body


def test_witness_signs_a_log_that_grows(state: State) -> None:
    for old, size in [(0, 3), (3, 3), (3, 8), (8, 20)]:
        found = asked(request(old, size), state)

        assert found.status == 200
        whole = checkpoint.read(cosign.joined(note(size), found.body, keys=[KEY]))
        assert cosign.cosigned(whole, [KEY]) == {NAME: TIME}


def test_signer_signs_as_the_log_itself(state: State) -> None:
    text = checkpoint.read(note(5)).text

    found = asked(unsigned(request(0, 5)), state, SIGNING)

    assert f"{text}\n{found.body}" == note(5)


REFUSALS = {
    "a rollback": (request(3, 3), 409),
    "a fork": (request(8, 20, FORKED), 422),
    "another root at the same size": (request(8, 8, FORKED), 409),
    "a proof from another size": (request(3, 20), 409),
    "no proof": (Request(8, (), note(20)).encode(), 422),
    "a proof that is too long": (Request(8, (bytes(32),) * 9, note(20)).encode(), 422),
    "an old size above the new": (request(8, 3), 400),
    "an unknown log": (request(8, 20, log="osc.example/elsewhere/custody"), 404),
    "a stranger's signature": (request(8, 20, signer=STRANGER), 403),
    "no request": (b"old 8", 400),
    "no text": (b"\xff\xfe", 400),
    "a number with a zero before it": (
        request(8, 20).replace(b"old 8", b"old 08"),
        400,
    ),
    "too many hashes": (Request(8, (bytes(32),) * 64, note(20)).encode(), 400),
}


@pytest.mark.parametrize("role", [WATCHING, SIGNING], ids=["witness", "signer"])
@pytest.mark.parametrize("what", REFUSALS)
def test_nothing_else_is_signed(what: str, role: Role, state: State) -> None:
    body, status = REFUSALS[what]
    begun = request(0, 8)
    if role is SIGNING:
        if what == "a stranger's signature":
            status = 200
        begun = unsigned(begun)
        body = unsigned(body) if b"\n\n" in body and status != 400 else body
    assert asked(begun, state, role).status == 200
    before = state.heads()

    found = asked(body, state, role)

    assert found.status == status
    assert (state.heads() == before) is (status != 200)


def test_size_that_was_signed_is_told_with_the_refusal(state: State) -> None:
    asked(request(0, 8), state)

    found = asked(request(0, 20), state)

    assert (found.body, found.content_type) == ("8\n", witness.SIZE_TYPE)


def test_signer_takes_no_note_that_is_signed_already(state: State) -> None:
    assert asked(request(0, 8), state, SIGNING).status == 400


def test_who_forgot_signs_no_more(state: State) -> None:
    asked(request(0, 8), state)
    state.path.unlink()

    assert asked(request(0, 3, FORKED), state).status == 500


@pytest.mark.parametrize("content", ["", "[]", '{"x/y/z": {"size": -1, "root": ""}}'])
def test_unreadable_state_stops_the_witness(content: str, state: State) -> None:
    state.path.write_text(content)

    assert asked(request(0, 3), state).status == 500


def test_state_is_never_begun_over_another(state: State) -> None:
    with pytest.raises(LedgerError):
        state.begin()


def test_state_is_kept_before_the_answer(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any) -> str:
        raise MemoryError

    monkeypatch.setattr(LogSigner, "sign", fail)
    with pytest.raises(MemoryError):
        asked(unsigned(request(0, 8)), state, SIGNING)

    assert state.heads()[LOG].size == 8


def test_only_one_of_many_forks_is_signed(state: State) -> None:
    """Eight ask at once, each with a history of its own; one is signed."""
    bodies = [
        request(0, 3, [merkle.leaf_hash(bytes([n, m])) for m in range(3)])
        for n in range(8)
    ]
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda b=b: statuses.append(asked(b, state).status))
        for b in bodies
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(statuses) == [200, *[409] * 7]


@contextmanager
def served(url: str, state: State) -> Iterator[None]:
    """A witness that answers at this address."""
    with wire.server(url, lambda body: asked(body, state)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def test_request_goes_over_a_socket(state: State, tmp_path: Path) -> None:
    url = f"unix:{tmp_path / 'w.sock'}"
    with served(url, state):
        assert (tmp_path / "w.sock").stat().st_mode & 0o777 == 0o660
        found = wire.ask(url, request(0, 8))
        again = wire.ask(url, request(0, 20))

    assert found.status == 200
    assert (again.status, again.body) == (409, "8\n")
    assert again.content_type == witness.SIZE_TYPE


def test_silence_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(wire.UnreachableError, match="does not answer"):
        wire.ask(f"unix:{tmp_path / 'nobody.sock'}", request(0, 3))


@pytest.mark.parametrize(
    "url", ["http://0.0.0.0:8811", "http://127.0.0.1", "ftp://127.0.0.1:1", "x"]
)
def test_it_listens_on_this_machine_only(url: str, state: State) -> None:
    with pytest.raises(LedgerError), served(url, state):
        pass


@pytest.mark.parametrize("url", ["http://witness.example:80", "witness.example", ""])
def test_it_asks_no_stranger_in_the_clear(url: str) -> None:
    with pytest.raises(LedgerError):
        wire.ask(url, b"")


def test_state_file_is_readable_text(state: State) -> None:
    asked(request(0, 8), state)

    kept = json.loads(state.path.read_text())

    assert kept[LOG]["size"] == 8
