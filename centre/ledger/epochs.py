"""A log that lost entries ends; a new one goes on from what is left of it.

Both belong to one history, in epochs that are told by the logs' names: the first has
the plain name, the second `<name>/epoch-2`. The first entry of a later epoch refers to
the newest leaf of the log before it, and with it to all that log holds. A stream begins
again at 0 in each epoch; its first entry there refers, before all else, to the stream's
newest entry in the epochs before. So an entry that both epochs could have taken can
never stand at one place of one log in two versions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from django.db.models import OuterRef, Subquery

from centre.ledger import entry
from centre.ledger.binary import stored
from centre.ledger.errors import LedgerError
from centre.ledger.models import ENTRIES, HEADS, Entry, Head
from centre.ledger.origins import check_origin
from centre.ledger.walk import Fault

_LATER: Final = re.compile(r"(.+)/epoch-([1-9][0-9]{0,5})")
_BATCH: Final = 1000


def named(plain: str, epoch: int) -> str:
    """The name of a log in an epoch, which counts from 1."""
    return plain if epoch == 1 else check_origin(f"{plain}/epoch-{epoch}")


def before(log: str) -> str | None:
    """The name of the log this one goes on from; nothing for a first epoch."""
    found = _LATER.fullmatch(log)
    return named(found[1], int(found[2]) - 1) if found else None


def after(log: str) -> str:
    """The name of the log that would go on from this one."""
    found = _LATER.fullmatch(log)
    return named(found[1], int(found[2]) + 1) if found else named(log, 2)


def joins(log: str) -> list[int]:
    """The positions at which a log hangs together with the epochs beside it."""
    found = [] if before(log) is None else [0]
    if Head.objects.filter(pk=after(log)).exists():
        found.append(Head.objects.get(pk=log).size - 1)
    return found


def all_before(log: str) -> list[str]:
    """The logs of all earlier epochs, the newest first."""
    found: list[str] = []
    older = before(log)
    while older is not None:
        found.append(older)
        older = before(older)
    return found


def newest_leaf(log: str, stream: bytes) -> bytes | None:
    """The leaf of a stream's newest entry in the epochs before this log's."""
    for older in all_before(log):
        row = Entry.objects.filter(log=older, stream=stream).order_by("-sseq").first()
        if row is not None:
            return bytes(row.leaf)
    return None


def end_of(log: str) -> bytes:
    """The newest leaf of a log, which the next epoch begins with."""
    return bytes(Head.objects.get(pk=log).last_leaf)


def faults(log: str) -> Iterator[Fault]:
    """Where an epoch does not go on from the one before it; nothing for a first one."""
    older = before(log)
    if older is None:
        return
    head = Head.objects.filter(pk=older).first()
    if head is None:
        yield Fault(log, None, HEADS, older, "The log this one goes on from is gone.")
        return
    first = Entry.objects.filter(log=log, n=0).first()
    if first is not None and stored(head.last_leaf) not in _refs(first)[:1]:
        says = "The log does not begin where the one before it ends."
        yield Fault(log, 0, ENTRIES, str(first.pk), says)
    yield from _stream_faults(log)


def _stream_faults(log: str) -> Iterator[Fault]:
    """Streams that do not go on from what the epochs before hold of them."""
    rows = Entry.objects.filter(log=log, sseq=0).order_by("n")
    for place, older in enumerate(all_before(log)):
        mine = Entry.objects.filter(log=older, stream=OuterRef("stream"))
        newest = mine.order_by("-sseq").values("leaf")[:1]
        rows = rows.annotate(**{f"older_{place}": Subquery(newest)})
    names = [f"older_{place}" for place in range(len(all_before(log)))]
    for row in rows.iterator(chunk_size=_BATCH):
        leaves = [getattr(row, name) for name in names]
        leaf = next((stored(one) for one in leaves if one is not None), None)
        if leaf is not None and leaf not in _refs(row)[:1]:
            says = "The stream does not go on from its newest entry in the log before."
            yield Fault(log, row.n, ENTRIES, str(row.pk), says)


def _refs(row: Entry) -> tuple[bytes, ...]:
    """What an entry refers to; nothing if it cannot be read, which the walk names."""
    try:
        return entry.decode(stored(row.entry)).statement.refs
    except LedgerError:
        return ()
