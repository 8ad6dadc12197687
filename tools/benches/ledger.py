"""What appending costs: against a plain row, by one writer and by eight.

Run inside a thrown-away demo, on the database its surroundings name. Each figure is a
ratio to a named plain thing that was measured in the same run; what a batch or a
sequencer does is events in a second. After each run of many writers the log is read
back: a gap or a fork ends the run.
"""

from __future__ import annotations

import multiprocessing
import os
import secrets
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centre.settings")
django.setup()

from django.contrib.sessions.models import Session  # noqa: E402 - needs loaded apps
from django.db import connection, connections, transaction  # noqa: E402

from centre.core import clock, journal, references  # noqa: E402
from centre.core.actions.set_up import system_actor  # noqa: E402
from centre.core.models import AccessNote, Case, Centre, User  # noqa: E402
from centre.ledger import actions, verify  # noqa: E402
from centre.ledger.checkpoint import vkey  # noqa: E402
from centre.ledger.kinds import Kind  # noqa: E402
from centre.ledger.signing import Signer, new_seed  # noqa: E402
from centre.support.models import Plan  # noqa: E402
from tools.volumes import volumes  # noqa: E402

WRITERS: Final = 8
ONE_WRITER: Final = volumes().samples(600)
MANY_WRITERS: Final = volumes().samples(250)
BATCH: Final = 100
BATCHES: Final = volumes().samples(60)

PATIENCE: Final = 900
"""Seconds a writer waits its turn; a busy machine makes a figure worse, not end it."""

Act = Callable[[int], Any]
Figure = dict[str, Any]


def figures() -> Iterator[Figure]:
    """Every figure on this database."""
    bench = _Bench()
    ordinary = "one create() of an ordinary row of the same size"
    yield from _one_writer("append", bench.append, plain_create, ordinary)
    new = bench.append_to_a_new_thing
    yield from _one_writer("append_to_a_new_thing", new, plain_create, ordinary)
    yield from _one_writer("note_of_a_reading", bench.note, plain_create, ordinary)
    history = "the same create with simple-history"
    yield from _one_writer("create_and_event", bench.with_event, bench.kept, history)
    yield from _writers("append_one_log", bench.append, plain_create, ordinary)
    yield from _writers("append_log_each", bench.append_own, plain_create, ordinary)
    yield from _writers("create_and_event", bench.with_event, bench.kept, history)
    yield from _batches(bench)
    yield _sequenced(bench)
    yield _long_run(bench, volumes().long_run)


class _Bench:
    """A signer with a log for everybody, a log for each writer, and a case."""

    def __init__(self) -> None:
        self.signer = Signer.from_seed(new_seed())
        mark = secrets.token_hex(4)
        self.log = self._open(f"osc.example/bench-{mark}/all")
        self.own = [self._open(f"osc.example/bench-{mark}/{w}") for w in range(WRITERS)]
        self.case = Case.objects.order_by("opened_at")[0]
        self.centre: Centre = self.case.centre
        self.user: User = self.case.opened_by
        self.things: dict[int, bytes] = {}

    def _open(self, log: str) -> str:
        key = vkey(log, self.signer.public_key)
        actions.open_log(log=log, vkey=key, at=clock.now())
        return log

    def faults(self, log: str) -> int:
        """How many faults a full check finds."""
        keys = {self.signer.kid: self.signer.public_key}
        return sum(1 for _ in verify.faults(log, keys=keys))

    @transaction.atomic
    def append(self, _writer: int) -> None:
        self._append(self.log)

    @transaction.atomic
    def append_to_a_new_thing(self, _writer: int) -> None:
        self._append(self.log, uuid.uuid4().bytes)

    @transaction.atomic
    def append_own(self, writer: int) -> None:
        self._append(self.own[writer % WRITERS])

    @transaction.atomic
    def with_event(self, _writer: int) -> None:
        self._plan().save_without_historical_record()  # type: ignore[attr-defined]
        self._append(self.log)

    @transaction.atomic
    def kept(self, _writer: int) -> None:
        self._plan().save()

    @transaction.atomic
    def note(self, _writer: int) -> None:
        AccessNote.objects.create(
            at=clock.now(),
            kind=Kind.READ,
            user=self.user,
            role="nurse",
            centre=self.centre,
            case=self.case,
            what="x" * 40,
            outcome="ok",
        )

    def _append(self, log: str, stream: bytes = b"") -> None:
        """To the thing this writer goes on with, unless another is named."""
        actions.append(
            log=log,
            kind=Kind.PLAN_MADE,
            stream=stream or self.things.setdefault(os.getpid(), uuid.uuid4().bytes),
            commit=secrets.token_bytes(32),
            signer=self.signer,
            role="nurse",
            at=clock.now(),
        )

    def _plan(self) -> Plan:
        return Plan(
            case=self.case,
            reference=references.new(),
            content={"words": "x" * 200},
            review_on=self.case.opened_at.date(),
            made_at=clock.now(),
            made_by=self.user,
            closed_at=clock.now(),
        )


@transaction.atomic
def plain_create(_writer: int) -> None:
    """One ordinary row in a transaction of its own."""
    Session.objects.create(
        session_key=f"bench-{uuid.uuid4().hex[:20]}",
        session_data="x" * 600,
        expire_date=clock.now() + timedelta(seconds=1),
    )


def _one_writer(name: str, ours: Act, plain: Act, baseline: str) -> Iterator[Figure]:
    """Both in turns, so that both meet the same machine; by mean and by median."""
    for number in range(20):
        ours(number)
        plain(number)
    first, second = [], []
    for number in range(ONE_WRITER):
        first.append(_taken(ours, number))
        second.append(_taken(plain, number))
    for way, measure in (("mean", statistics.mean), ("median", statistics.median)):
        value, other = measure(first), measure(second)
        figure = f"ledger_{name}_1_writer_{way}"
        yield _ratio(figure, value, other, baseline, ONE_WRITER)


def _writers(name: str, ours: Act, plain: Act, baseline: str) -> Iterator[Figure]:
    """Milliseconds an act, eight processes at once; each side twice, in turns."""
    value, other = [], []
    for _ in range(2):
        value.append(_at_once(ours, MANY_WRITERS))
        other.append(_at_once(plain, MANY_WRITERS))
    figure = f"ledger_{name}_{WRITERS}_writers"
    count = 2 * MANY_WRITERS * WRITERS
    yield _ratio(figure, min(value), min(other), baseline, count)


def _batches(bench: _Bench) -> Iterator[Figure]:
    """Events a second into a log in batches, each with its signed checkpoint."""
    streams = [secrets.token_bytes(16) for _ in range(20)]
    for size in (BATCH, 10 * BATCH):
        rounds = max(1, BATCHES * BATCH // size)
        _batch(bench, streams, size)
        began = time.perf_counter()
        for _ in range(rounds):
            _batch(bench, streams, size)
        spent = time.perf_counter() - began
        figure = f"ledger_batch_of_{size}_events_per_second"
        yield _rate(figure, rounds * size / spent, rounds * size)


@transaction.atomic
def _batch(bench: _Bench, streams: list[bytes], size: int) -> None:
    at = clock.now()
    said = [
        actions.Said(Kind.READ, streams[n % 20], secrets.token_bytes(32), at)
        for n in range(size)
    ]
    actions.append_all(log=bench.log, said=said, signer=bench.signer, role="system")
    actions.make_checkpoint(log=bench.log, signer=bench.signer, at=at)


def _sequenced(bench: _Bench) -> Figure:
    """Waiting notes into a centre's access log, with their openings encrypted."""
    signer = system_actor().signer
    while journal.sequence(bench.centre, signer=signer):
        pass
    for number in range(1000):
        bench.note(number)
    began = time.perf_counter()
    done = 0
    while more := journal.sequence(bench.centre, signer=signer, most=BATCH):
        done += more
    spent = time.perf_counter() - began
    return _rate("access_notes_sequenced_per_second", done / spent, done)


def _long_run(bench: _Bench, entries: int) -> Figure:
    """Eight writers on one log for as long as it takes, then the whole log checked."""
    each = max(1, entries // WRITERS)
    spent = _at_once(bench.append, each) * each * WRITERS / 1000
    faults = sum(bench.faults(log) for log in (bench.log, *bench.own))
    if faults:
        sys.exit(f"The long run left {faults} faults in the logs.")
    rate = each * WRITERS / spent
    return _rate("ledger_long_run_events_per_second", rate, each * WRITERS) | {
        "faults": faults
    }


def _at_once(act: Act, each: int) -> float:
    """Milliseconds an act, as eight processes together come through with them."""
    connections.close_all()
    forked = multiprocessing.get_context("fork")
    together = forked.Barrier(WRITERS + 1)
    workers = [
        forked.Process(target=_work, args=(act, writer, each, together))
        for writer in range(WRITERS)
    ]
    for worker in workers:
        worker.start()
    together.wait()
    began = time.perf_counter()
    for worker in workers:
        worker.join()
    spent = time.perf_counter() - began
    if any(worker.exitcode for worker in workers):
        sys.exit("A writer did not come to an end.")
    return spent * 1000 / (each * WRITERS)


def _work(act: Act, writer: int, each: int, together: Any) -> None:
    if connection.vendor == "sqlite":  # who waits stands in no queue there
        connection.settings_dict["OPTIONS"]["timeout"] = PATIENCE
    connection.ensure_connection()
    together.wait()
    for _ in range(each):
        act(writer)
    connections.close_all()


def _taken(act: Act, number: int) -> float:
    began = time.perf_counter()
    act(number)
    return (time.perf_counter() - began) * 1000


def _ratio(
    figure: str, value: float, other: float, baseline: str, count: int
) -> Figure:
    return {
        "figure": figure,
        "database": connection.vendor,
        "ratio": round(value / other, 2),
        "baseline": baseline,
        "value_ms": round(value, 3),
        "baseline_ms": round(other, 3),
        "n": count,
    }


def _rate(figure: str, rate: float, count: int) -> Figure:
    return {
        "figure": figure,
        "database": connection.vendor,
        "per_second": round(rate),
        "n": count,
    }
