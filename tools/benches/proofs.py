"""What a proof, a checkpoint and a witness's answer cost."""

from __future__ import annotations

import secrets
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction

from centre.core import clock
from centre.ledger import actions, checkpoint, merkle, proofs, tiles, wire, witness
from centre.ledger.kinds import Kind
from centre.ledger.merkle import Frontier
from centre.ledger.models import Checkpoint, Entry
from centre.ledger.signing import Signer, new_seed
from tools.postgres import free_port
from tools.volumes import volumes

TIMES: Final = 40
ROUNDS: Final = 100
OK: Final = 200
_BATCH: Final = 1_000
_WITNESS: Final = "witness.example"

Figure = dict[str, Any]


def figures() -> Iterator[Figure]:
    """Every figure on this database, over tiles as the clock keeps them."""
    signer = Signer.from_seed(new_seed())
    log = f"osc.example/bench-{secrets.token_hex(4)}/proofs"
    key = checkpoint.vkey(log, signer.public_key)
    actions.open_log(log=log, vkey=key, at=clock.now())
    marks = [_grown(log, signer) for _ in range(max(1, volumes().checked // _BATCH))]
    newest = marks[-1]
    yield _figure("tiles_made", newest.size, ms=_ms(partial(tiles.integrate, log)))
    yield from _inclusion(log, key, newest)
    yield from _consistency(log, marks)
    yield _signed(log, signer, newest)
    yield _cosigned(log, key, newest.note)


def _grown(log: str, signer: Signer) -> Checkpoint:
    streams = [secrets.token_bytes(16) for _ in range(200)]
    said = [
        actions.Said(
            Kind.ITEM_STORED, streams[n % 200], secrets.token_bytes(32), clock.now()
        )
        for n in range(_BATCH)
    ]
    with transaction.atomic():
        actions.append_all(log=log, said=said, signer=signer, role="custodian")
        return actions.make_checkpoint(log=log, signer=signer, at=clock.now())


def _inclusion(log: str, key: str, newest: Checkpoint) -> Iterator[Figure]:
    """Made from the rows, checked with the entry's bytes and the log's key alone."""
    places = [secrets.randbelow(newest.size) for _ in range(TIMES)]
    found = [Entry.objects.get(log=log, n=n) for n in places]
    made = [proofs.prove_inclusion(entry, newest) for entry in found]
    spent = [_ms(partial(proofs.prove_inclusion, one, newest)) for one in found]
    yield _figure("proof_of_inclusion_made", newest.size, ms=statistics.median(spent))
    note = checkpoint.verify(newest.note, vkey=key)
    leaves = [bytes(entry.leaf) for entry in found]

    def check(at: int) -> None:
        merkle.verify_inclusion(
            leaves[at],
            index=made[at].index,
            size=note.size,
            proof=made[at].hashes,
            root=note.root,
        )

    spent = [_ms(partial(check, at)) for at in range(TIMES)]
    us = statistics.median(spent) * 1000
    yield _figure("proof_of_inclusion_checked", newest.size, us=us)
    size = max(sum(map(len, one.hashes)) for one in made)
    yield _figure("proof_of_inclusion_size", newest.size, bytes=size)


def _consistency(log: str, marks: list[Checkpoint]) -> Iterator[Figure]:
    new = marks[-1].size
    for name, old in (("newest_batch", max(1, new - _BATCH)), ("half", new // 2 + 1)):
        spent = [
            _ms(partial(proofs.prove_consistency, log=log, old=old, new=new))
            for _ in range(TIMES)
        ]
        ms = statistics.median(spent)
        yield _figure(f"proof_of_consistency_made_{name}", new, ms=ms)


def _signed(log: str, signer: Signer, newest: Checkpoint) -> Figure:
    """One more leaf, the root and the log's signature; processor time."""
    packed = bytes(newest.frontier)

    def sign() -> None:
        tree = Frontier(newest.size, packed)
        tree.add(bytes(32))
        root = tree.root()
        checkpoint.sign(origin=log, size=tree.size, root=root, signer=signer)

    began = time.process_time()
    for _ in range(ROUNDS):
        sign()
    ms = (time.process_time() - began) * 1000 / ROUNDS
    return _figure("checkpoint_signed", newest.size, cpu_ms=ms)


def _cosigned(log: str, key: str, note: str) -> Figure:
    """A witness on the loopback asked again for what it has seen, its file kept."""
    size = checkpoint.read(note).size
    with _witness({log: key}) as address:
        _ask(address, witness.Request(0, (), note).encode())
        again = witness.Request(size, (), note).encode()
        spent = [_ms(partial(_ask, address, again)) for _ in range(ROUNDS)]
    return _figure("cosignature_round_trip", ROUNDS, ms=statistics.median(spent))


@contextmanager
def _witness(logs: dict[str, str]) -> Iterator[str]:
    role = witness.Cosigner(_WITNESS, Signer.from_seed(new_seed()), logs)
    with tempfile.TemporaryDirectory(prefix="centre-witness-") as folder:
        state = witness.State(Path(folder) / "state")
        state.begin()

        def answering(body: bytes) -> witness.Answer:
            now = int(clock.now().timestamp())
            return witness.answer(body, role=role, state=state, time=now)

        address = f"http://127.0.0.1:{free_port()}"
        with wire.server(address, answering) as server:
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            yield address
            server.shutdown()
            thread.join()


def _ask(address: str, body: bytes) -> None:
    answer = wire.ask(address, body)
    if answer.status != OK:
        sys.exit(f"The witness refused: {answer.body.strip()}")


def _ms(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _figure(name: str, count: int, **value: float) -> Figure:
    rounded = {key: round(one, 3) for key, one in value.items()}
    return {"figure": name, "database": connection.vendor, **rounded, "n": count}
