"""Verify a log from its first entry to its last, without trusting a single column.

Every leaf is computed from the stored bytes, every link followed, every signature
checked against the key it names, every stored checkpoint against the tree. Rows are
read in batches; what is kept is one line per stream and the tree's frontier.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from math import floor
from typing import Final

from django.db import connections, router
from django.db.models import Subquery

from centre.ledger import checkpoint
from centre.ledger.errors import LedgerError
from centre.ledger.models import ENTRIES, HEADS, Checkpoint, Entry, Head
from centre.ledger.origins import check_origin, genesis
from centre.ledger.walk import Fault, Walk

__all__ = ["Fault", "any_text", "faults", "logs"]

BATCH: Final = 1000
"""Rows held in memory at a time."""


def logs() -> list[str]:
    """Every log that any table names, so that none is hidden by deleting its head."""
    with any_text(router.db_for_read(Head)):
        named = Head.objects.order_by().values_list("log").distinct()
        others = (m.objects.order_by().values_list("log") for m in (Entry, Checkpoint))
        return sorted(str(log) for (log,) in named.union(*others))


def faults(log: str, *, keys: Mapping[str, bytes]) -> Iterator[Fault]:
    """Every fault of one log; `keys` gives actors' public keys by key name."""
    try:
        check_origin(log)
    except LedgerError as error:
        yield Fault(ascii(log), None, HEADS, ascii(log), str(error))
        return
    with any_text(router.db_for_read(Head)):
        head = Head.objects.filter(pk=log).first()
        if head is None:
            yield Fault(log, None, HEADS, log, "The head of the log is gone.")
        elif not _is_number(head.size):
            says = "The size of the log is not a number."
            yield Fault(log, None, HEADS, log, says)
        else:
            yield from _faults_of(head, keys)


@contextmanager
def any_text(alias: str) -> Iterator[None]:
    """Read text that is no UTF-8 as well, so that a flipped byte can be named.

    SQLite hands such text out only if asked to; PostgreSQL never takes it in.
    """
    connection = connections[alias]
    connection.ensure_connection()
    if connection.vendor != "sqlite":
        yield
        return
    opened = connection.connection
    before = opened.text_factory
    opened.text_factory = _lenient
    try:
        yield
    finally:
        opened.text_factory = before


def _is_number(size: object) -> bool:
    return isinstance(size, int)


def _lenient(text: bytes) -> str:
    return text.decode(errors="surrogateescape")


def _faults_of(head: Head, keys: Mapping[str, bytes]) -> Iterator[Fault]:
    vkey = _vkey_of(head)
    if not vkey:
        says = "The log's key is not a key of this log."
        yield Fault(head.log, None, HEADS, head.log, says)
    first = frozenset({genesis(head.log, vkey)}) if vkey else None
    walk = Walk(head, vkey, keys, _checkpoints(head.log), accepted=first)
    for row in _entries(head):
        yield from walk.checkpoint_faults(upto=walk.position)
        yield from walk.entry_faults(row)
    yield from walk.checkpoint_faults(upto=None)
    yield from walk.head_faults()
    yield from _beyond(head)


def _vkey_of(head: Head) -> str:
    """The log's verifier key, or nothing if it is not one of this log."""
    try:
        named = checkpoint.read_vkey(str(head.vkey)).name
    except LedgerError:
        return ""
    return head.vkey if named == head.log else ""


def _entries(head: Head) -> Iterator[Entry]:
    """The entries the head counts, in order."""
    rows = Entry.objects.filter(log=head.log, n__lt=head.size).order_by("n")
    batch = list(rows[:BATCH])
    while batch:
        yield from batch
        batch = list(rows.filter(n__gte=floor(batch[-1].n) + 1)[:BATCH])


def _checkpoints(log: str) -> Iterator[Checkpoint]:
    """The checkpoints of a log, the smallest first; no cursor stays open between."""
    rows = Checkpoint.objects.filter(log=log).defer("made_at").order_by("size")
    for start in count(step=BATCH):
        batch = list(rows[start : start + BATCH])
        yield from batch
        if len(batch) < BATCH:
            return


def _beyond(head: Head) -> Iterator[Fault]:
    """Entries that no head counts; asked in one statement, for the log may grow."""
    now = Head.objects.filter(pk=head.log).values("size")
    rows = Entry.objects.filter(log=head.log, n__gte=Subquery(now)).order_by("n")
    for row in rows.iterator(chunk_size=BATCH):
        says = "The head of the log does not count this entry."
        yield Fault(head.log, row.n, ENTRIES, str(row.pk), says)
