"""What checking a log costs: against hashing alone, and per signature.

A log is written in bulk: 50,000 entries, or a million in the full volume. The floor is
SHA-256 over every leaf and node and nothing else. CPU time is measured, so that other
programs on the machine do not count.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import statistics
import sys
import time
from binascii import b2a_base64
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centre.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402 - needs loaded apps

from centre.core import clock  # noqa: E402
from centre.ledger import actions, bulk, verify  # noqa: E402
from centre.ledger.checkpoint import vkey  # noqa: E402
from centre.ledger.kinds import Kind  # noqa: E402
from centre.ledger.models import Checkpoint, Entry, Head  # noqa: E402
from centre.ledger.signing import Signer, new_seed  # noqa: E402
from centre.ledger.walk import COLUMNS  # noqa: E402
from tools.volumes import volumes  # noqa: E402

NEW: Final = 1_000
STREAMS: Final = 5
"""Entries of a stream, on the average."""
_BATCH: Final = 1_000
_N: Final = COLUMNS.index("n")
_ENTRY: Final = COLUMNS.index("entry")

Figure = dict[str, Any]


def figures() -> Iterator[Figure]:
    """Every figure on this database."""
    bench = _Log(volumes().checked)
    yield from bench.chain()
    yield bench.incremental()
    yield from bench.signatures()


class _Log:
    """A log of its own with honest entries of one person, and a checkpoint."""

    def __init__(self, count: int) -> None:
        self.signer = Signer.from_seed(new_seed())
        self.keys = {self.signer.kid: self.signer.public_key}
        self.name = f"osc.example/bench-{secrets.token_hex(4)}/verify"
        self.streams = [secrets.token_bytes(16) for _ in range(count // STREAMS + 1)]
        actions.open_log(
            log=self.name,
            vkey=vkey(self.name, self.signer.public_key),
            at=clock.now(),
        )
        self.write(count)

    def write(self, count: int) -> None:
        """Append so many entries in batches and sign a checkpoint over them."""
        for first in range(0, count, _BATCH):
            wanted = range(first, min(first + _BATCH, count))
            said = [self._said(n) for n in wanted]
            with transaction.atomic():
                actions.append_all(
                    log=self.name, said=said, signer=self.signer, role="custodian"
                )
        with transaction.atomic():
            actions.make_checkpoint(log=self.name, signer=self.signer, at=clock.now())

    def _said(self, n: int) -> actions.Said:
        stream = self.streams[n * 7919 % len(self.streams)]
        return actions.Said(
            Kind.ITEM_STORED, stream, secrets.token_bytes(32), clock.now()
        )

    def check(self, **more: Any) -> None:
        """A check that must find nothing."""
        found = list(verify.faults(self.name, keys=self.keys, **more))
        if found:
            sys.exit(f"An honest log has a fault: {found[0]}")

    def chain(self) -> Iterator[Figure]:
        """The whole log without signatures, against hashing and against reading."""
        rows = Entry.objects.filter(log=self.name).order_by("n")
        content = [bytes(one) for one in rows.values_list("entry", flat=True)]
        value, floor = _in_turns(
            lambda: self.check(with_signatures=False), lambda: _hashed(content)
        )
        count = len(content)
        chain = _ratio(
            "verify_chain", value, floor, "hashing every leaf and node", count
        )
        yield chain | {"cpu_s_per_million": round(value * 1_000_000 / count, 2)}
        read = min(_cpu(lambda: _read_and_hashed(self.name)) for _ in range(2))
        baseline = "reading the rows and hashing every leaf and node"
        yield _ratio("verify_chain_read", value, read, baseline, count)

    def incremental(self) -> Figure:
        """A thousand new entries on top of all the others, which n counts."""
        made = Checkpoint.objects.filter(log=self.name).latest("size")
        self.write(NEW)
        spent = [
            _cpu(lambda: self.check(since=made, with_signatures=False))
            for _ in range(5)
        ]
        return {
            "figure": f"verify_incremental_{NEW}",
            "database": connection.vendor,
            "cpu_ms": round(statistics.median(spent) * 1000, 1),
            "n": made.size,
        }

    def signatures(self) -> Iterator[Figure]:
        """Every signature too, in one process and in one per core."""
        pure = _pure_rate(self.signer)
        count = Head.objects.get(pk=self.name).size
        alone = 0.0
        for processes, worth in ((1, sys.maxsize), (bulk.cores(), 1)):
            spent = _wall(partial(self.check, worth=worth))
            alone = alone or spent
            yield {
                "figure": f"verify_signatures_{processes}_process",
                "database": connection.vendor,
                "ratio": round(count / spent / pure, 2),
                "baseline": "Ed25519 verification alone, on one core",
                "times_one_process": round(alone / spent, 2),
                "per_second": round(count / spent),
                "baseline_per_second": round(pure),
                "n": count,
            }


def _in_turns(ours: Callable[[], Any], plain: Callable[[], Any]) -> tuple[float, float]:
    """The best CPU seconds of both, one after the other, three times."""
    pairs = [(_cpu(ours), _cpu(plain)) for _ in range(3)]
    return min(one for one, _ in pairs), min(other for _, other in pairs)


def _cpu(act: Callable[[], Any]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def _hashed(content: list[bytes]) -> bytes:
    """SHA-256 of every leaf and every node, and nothing else."""
    level = [hashlib.sha256(b"\x00" + one).digest() for one in content]
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [hashlib.sha256(b"\x01" + a + b).digest() for a, b in pairs] + odd
    return level[0]


def _read_and_hashed(log: str) -> bytes:
    """The same, with the rows read from the database in batches first."""
    rows = Entry.objects.filter(log=log).order_by("n").values_list(*COLUMNS)
    content: list[bytes] = []
    first = 0
    while batch := list(rows.filter(n__gte=first)[: verify.BATCH]):
        content += [row[_ENTRY] for row in batch]
        first = batch[-1][_N] + 1
    return _hashed(content)


def _pure_rate(signer: Signer) -> float:
    """Ed25519 verifications a second on one core, best of five."""
    said = secrets.token_bytes(480)
    signature = b2a_base64(signer.sign(said), newline=False)
    batch = [("", 0, signer.public_key, signature, said)] * 2000
    return max(len(batch) / _wall(lambda: bulk.false_ones(batch)) for _ in range(5))


def _wall(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _ratio(
    figure: str, value: float, other: float, baseline: str, count: int
) -> Figure:
    return {
        "figure": figure,
        "database": connection.vendor,
        "ratio": round(value / other, 2),
        "baseline": baseline,
        "value_cpu_ms": round(value * 1000, 1),
        "baseline_cpu_ms": round(other * 1000, 1),
        "n": count,
    }
