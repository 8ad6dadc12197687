"""The way on PostgreSQL: one function of the database, one round trip.

The stream's newest entry is read before the head is locked, so the statement is signed
outside the lock; or it is remembered from the entry this process added to it last. If
another entry of the stream came between, or that one was never committed, the function
adds nothing, keeps the head locked and says where the stream stands; the second attempt
meets nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import router, transaction

from centre.ledger import entry, times
from centre.ledger.append.parts import Answer, Link, Outcome, Place, Row, Signed
from centre.ledger.errors import LedgerError
from centre.ledger.models import Head

_BEGIN: Final = "SELECT ledger_open(%s, %s, %s)"
_LOCK: Final = "SELECT size, last_leaf, last_at, vkey FROM ledger_lock(%s)"
_NEWEST: Final = (
    "SELECT sseq, leaf FROM ledger_entry WHERE log = %s AND stream = %s"
    " ORDER BY sseq DESC LIMIT 1"
)
_NEWEST_OF_ALL: Final = (
    "SELECT asked, sseq, leaf FROM unnest(%s::bytea[]) AS asked CROSS JOIN LATERAL"
    " (SELECT sseq, leaf FROM ledger_entry WHERE log = %s AND stream = asked"
    " ORDER BY sseq DESC LIMIT 1) AS found"
)
_ADD: Final = (
    "SELECT outcome, pk, position, content, hash, newest"
    " FROM ledger_append(%s, %s, %s, %s, %s)"
)
_ADD_ALL: Final = "SELECT ledger_append_all(%s, %s::bytea[], %s::bytea[], %s::text[])"


MOST_REMEMBERED: Final = 4096
_remembered: dict[tuple[str, bytes], Link] = {}
"""Where this process left streams; never believed, for the function compares."""


def begin(log: str, vkey: str, last_at: str) -> None:
    """Open an empty log at its genesis."""
    _one(_BEGIN, log, vkey, last_at)


def lock(log: str) -> Head | None:
    """The head of a log, held until the transaction ends."""
    row = _one(_LOCK, log)
    if row is None:
        return None
    size, last_leaf, last_at, vkey = row
    return Head(
        log=log, size=size, last_leaf=bytes(last_leaf), last_at=last_at, vkey=vkey
    )


def place(log: str, stream: bytes) -> Place:
    """Where the next entry of a stream goes, unless somebody else is quicker."""
    found = _one(_NEWEST, log, stream)
    link = Link(found[0] + 1, bytes(found[1])) if found else Link(0, None)
    return Place(log, stream, link)


def guess(log: str, stream: bytes) -> Place:
    """The same, without asking where this process was the last to add to the stream."""
    known = _remembered.get((log, stream))
    return Place(log, stream, known) if known else place(log, stream)


def add(place: Place, signed: Signed, at: datetime, *, is_back_known: bool) -> Answer:
    """Add one entry at the head."""
    entry.check_room(place.log, signed.signatures, signed.statement)
    row = _one(
        _ADD,
        place.log,
        signed.statement,
        signed.signatures,
        times.exact(at),
        is_back_known,
    )
    if row is None:
        raise LedgerError("There is no such log.")
    outcome, pk, position, content, leaf, newest_leaf = row
    if outcome == Outcome.MOVED:
        moved = Link(position + 1, bytes(newest_leaf)) if newest_leaf else Link(0, None)
        return Answer(Outcome.MOVED, link=moved)
    if outcome == Outcome.BACK:
        return Answer(Outcome.BACK)
    _remember(place, Link(signed.sseq + 1, bytes(leaf)))
    return Answer(
        Outcome.ADDED, pk=pk, n=position, entry=bytes(content), leaf=bytes(leaf)
    )


def newest(log: str, streams: Sequence[bytes]) -> dict[bytes, Link]:
    """Where streams stand; one without entries is left out."""
    with _cursor() as cursor:
        cursor.execute(_NEWEST_OF_ALL, [list(streams), log])
        rows = cursor.fetchall()
    return {bytes(asked): Link(sseq + 1, bytes(leaf)) for asked, sseq, leaf in rows}


def add_all(head: Head, rows: Sequence[Row]) -> None:
    """Add entries in one statement; the database must come to the same bytes."""
    said = [row.signed.statement for row in rows]
    signatures = [row.signed.signatures for row in rows]
    stamps = [row.stamp for row in rows]
    found = _one(_ADD_ALL, head.log, said, signatures, stamps)
    if bytes(found[0]) != rows[-1].leaf:
        raise LedgerError("The database built other entries than were meant.")


def _remember(place: Place, link: Link) -> None:
    if len(_remembered) >= MOST_REMEMBERED:
        _remembered.clear()
    _remembered[place.log, place.stream] = link


def _one(statement: str, *params: object) -> Any:
    with _cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchone()


def _cursor() -> Any:
    return transaction.get_connection(router.db_for_write(Head)).cursor()
