"""Verify a log from its first entry to its last, without trusting a single column.

Every leaf is computed from the stored bytes, every link followed, every signature
checked against the key it names, every stored checkpoint against the tree. Rows are
read in batches; what is kept is one line per stream and the tree's frontier. Signatures
of a long log are checked by one process per core.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from math import floor
from typing import Any, Final

from django.db import connections, router
from django.db.models import Subquery

from centre.ledger import bulk, checkpoint, epochs, log_keys, start, tiles
from centre.ledger.bulk import Signatures
from centre.ledger.errors import LedgerError
from centre.ledger.models import (
    CHECKPOINTS,
    ENTRIES,
    HEADS,
    Checkpoint,
    Entry,
    Head,
    LogKey,
    Tile,
)
from centre.ledger.origins import check_origin, genesis
from centre.ledger.signatures import Lives
from centre.ledger.walk import COLUMNS, Fault, Row, Walk

__all__ = ["Fault", "any_text", "faults", "logs"]

BATCH: Final = 1000
"""Rows held in memory at a time."""
_ROWS: Final = (
    "SELECT id, n, stream, sseq, kind, entry, leaf FROM ledger_entry"
    " WHERE log = %s AND n < %s ORDER BY n LIMIT %s"
)
_ROWS_FROM: Final = _ROWS.replace("ORDER", "AND n >= %s ORDER")
_N: Final = COLUMNS.index("n")
Told = Callable[[int], Any]
"""Is told how many entries were seen since it was told last."""


def logs() -> list[str]:
    """Every log that any table names, so that none is hidden by deleting its head."""
    with any_text(router.db_for_read(Head)):
        named = Head.objects.order_by().values_list("log").distinct()
        tables = (Entry, Checkpoint, LogKey, Tile)
        others = (m.objects.order_by().values_list("log") for m in tables)
        return sorted(str(log) for (log,) in named.union(*others))


def faults(
    log: str,
    *,
    keys: Mapping[str, bytes],
    lives: Lives | None = None,
    since: Checkpoint | None = None,
    told: Told = int,
    with_signatures: bool = True,
    worth: int = bulk.WORTH,
) -> Iterator[Fault]:
    """Every fault of one log; `keys` gives actors' public keys by key name.

    `lives` gives the times between which a key counts; a key not in it has no bounds.

    With `since` only what was appended after that checkpoint is walked, once the
    checkpoint itself was proven to be one the log's key signed. From `worth` entries
    on the signatures are checked by one process per core.
    """
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
            walk = _walk(head, keys, lives or {}, since)
            if isinstance(walk, Fault):
                yield walk
                return
            size = head.size - walk.position
            with bulk.signatures(
                size, are_wanted=with_signatures, worth=worth
            ) as proof:
                yield from _walked(walk, proof, told, recalls=since is not None)
            yield from _beside(head)


def _beside(head: Head) -> Iterator[Fault]:
    """What is wrong with keys, tiles and the join to an earlier epoch."""
    yield from log_keys.faults(head.log)
    yield from tiles.faults(head.log, head.size)
    yield from epochs.faults(head.log)


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


def _walk(
    head: Head, keys: Mapping[str, bytes], lives: Lives, since: Checkpoint | None
) -> Walk | Fault:
    """Where the walk begins; or what is wrong with the checkpoint to go on from."""
    vkey = _vkey_of(head)
    after = _checkpoints(head.log, 0 if since is None else since.size)
    first = (genesis(head.log, vkey),) if vkey else None
    later = log_keys.of(head.log).later
    walk = Walk(head, vkey, keys, after, accepted=first, lives=lives, later=later)
    if since is not None:
        try:
            start.go_on_from(walk, since)
        except LedgerError as error:
            row = str(since.pk)
            return Fault(head.log, since.size, CHECKPOINTS, row, str(error))
    return walk


def _walked(
    walk: Walk, proof: Signatures, told: Told, *, recalls: bool
) -> Iterator[Fault]:
    if not walk.vkey:
        says = "The log's key is not a key of this log."
        yield Fault(walk.head.log, None, HEADS, walk.head.log, says)
    for rows in _batches(walk.head, walk.position):
        if recalls:
            start.recall(walk, rows)
        for row in rows:
            if walk.due is not None:
                yield from walk.checkpoint_faults(upto=walk.position)
            if not walk.passes(row):
                yield from walk.entry_faults(row)
        yield from (walk.false_signature(at) for at in proof.take(walk.signed))
        walk.signed.clear()
        told(len(rows))
    yield from (walk.false_signature(at) for at in proof.rest())
    yield from walk.checkpoint_faults(upto=None)
    yield from walk.head_faults()
    yield from _beyond(walk.head)


def _vkey_of(head: Head) -> str:
    """The log's verifier key, or nothing if it is not one of this log."""
    try:
        named = checkpoint.read_vkey(str(head.vkey)).name
    except LedgerError:
        return ""
    return head.vkey if named == head.log else ""


def _batches(head: Head, first: int) -> Iterator[list[Row]]:
    """The entries the head counts, in order; by plain statements, for they are many."""
    # Without a lower bound at first, so that positions below 0 are seen as well.
    least = [first] if first else []
    while batch := _read(head, least):
        yield batch
        least = [floor(batch[-1][_N]) + 1]


def _read(head: Head, least: list[int]) -> list[Row]:
    with connections[router.db_for_read(Entry)].cursor() as cursor:
        if least:
            cursor.execute(_ROWS_FROM, [head.log, head.size, *least, BATCH])
        else:
            cursor.execute(_ROWS, [head.log, head.size, BATCH])
        rows: list[Row] = cursor.fetchall()
    return rows


def _checkpoints(log: str, after: int) -> Iterator[Checkpoint]:
    """The checkpoints of a log, the smallest first; no cursor stays open between."""
    rows = Checkpoint.objects.filter(log=log).defer("made_at").order_by("size")
    if after:
        rows = rows.filter(size__gt=after)
    for first in count(step=BATCH):
        batch = list(rows[first : first + BATCH])
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
