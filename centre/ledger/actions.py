"""The only writers of the ledger: open a log, append to it, sign where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from centre.ledger import canonical, checkpoint, entry, times
from centre.ledger.binary import stored
from centre.ledger.entry import Signature, commitment
from centre.ledger.errors import LedgerError, ProofError
from centre.ledger.kinds import Kind
from centre.ledger.merkle import Frontier, leaf_hash
from centre.ledger.models import Checkpoint, Entry, Head
from centre.ledger.origins import check_origin, genesis, stream_of_log
from centre.ledger.signing import Signer
from centre.ledger.statement import Statement, message

PATIENCE: Final = timedelta(seconds=60)
"""How far behind the newest entry a reading may lie before the clock went back.

Several entries of one act carry one reading, and an act that waited for a lock comes
after acts that read the clock later; statements and locks end within half a minute.
"""

OPEN_SALT: Final = bytes(entry.SALT_BYTES)
"""The salt of commitments to content that anybody may recompute from the entry."""

_BATCH: Final = 1000

# The head is locked while these run, so they are plain: each costs a tenth of what
# the same costs as a queryset.
_HEAD: Final = "SELECT size, last_leaf, last_at, vkey FROM ledger_head WHERE log = %s"
_NEWEST: Final = (
    "SELECT sseq, leaf FROM ledger_entry WHERE log = %s AND stream = %s"
    " ORDER BY sseq DESC LIMIT 1"
)
_MOVE: Final = (
    "UPDATE ledger_head SET size = %s, last_leaf = %s, last_at = %s WHERE log = %s"
)


def open_log(*, log: str, vkey: str, at: datetime) -> Head:
    """Open an empty log under its own verifier key."""
    if checkpoint.read_vkey(vkey).name != check_origin(log):
        raise LedgerError("The verifier key is that of another log.")
    return Head.objects.create(
        log=log,
        size=0,
        last_leaf=genesis(log, vkey),
        last_at=times.exact(at - times.TICK),
        vkey=vkey,
    )


def append(  # noqa: PLR0913 - an entry has these parts, each named by the caller
    *,
    log: str,
    kind: Kind,
    stream: bytes,
    commit: bytes,
    signer: Signer,
    role: str,
    at: datetime,
    refs: Sequence[bytes] = (),
    blob: bytes | None = None,
) -> Entry:
    """Append one signed entry in the caller's transaction; all of it or nothing."""
    head = _locked(log)
    if _went_back(head, at):
        _note_clock(head, signer, role, at)
    sseq, sprev = _next_of(log, stream)
    statement = Statement(
        actor=signer.kid,
        claimed=times.claim(at),
        commit=commit,
        kind=kind.value,
        role=role,
        stream=stream,
        sseq=sseq,
        sprev=sprev,
        refs=tuple(refs),
        blob=blob,
    )
    return _add(head, statement, signer, at)


def make_checkpoint(*, log: str, signer: Signer, at: datetime) -> Checkpoint:
    """Sign where the log stands, unless that is signed already."""
    head = _locked(log)
    if checkpoint.vkey(log, signer.public_key) != head.vkey:
        raise LedgerError("A log's checkpoints are signed with its own key only.")
    last = Checkpoint.objects.filter(log=log).order_by("-size").first()
    if last is not None and last.size == head.size:
        return last
    tree = _grown(head, last)
    root = tree.root()
    return Checkpoint.objects.create(
        log=log,
        size=tree.size,
        root=root,
        frontier=tree.packed(),
        note=checkpoint.sign(origin=log, size=tree.size, root=root, signer=signer),
        made_at=at,
    )


def _connection() -> BaseDatabaseWrapper:
    writes: BaseDatabaseWrapper
    writes = transaction.get_connection(router.db_for_write(Head))
    return writes


def _locked(log: str) -> Head:
    connection = _connection()
    if not connection.in_atomic_block:
        raise LedgerError("The ledger is written inside the act's own transaction.")
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(_HEAD + lock, [log])
        row = cursor.fetchone()
    if row is None:
        raise LedgerError("There is no such log.")
    size, last_leaf, last_at, vkey = row
    return Head(
        log=log, size=size, last_leaf=bytes(last_leaf), last_at=last_at, vkey=vkey
    )


def _next_of(log: str, stream: bytes) -> tuple[int, bytes | None]:
    """The number and the previous leaf of a stream's next entry."""
    with _connection().cursor() as cursor:
        cursor.execute(_NEWEST, [log, stream])
        newest = cursor.fetchone()
    return (newest[0] + 1, bytes(newest[1])) if newest else (0, None)


def _add(head: Head, statement: Statement, signer: Signer, at: datetime) -> Entry:
    """Write one entry at the head and move the head on."""
    signed = statement.encode()
    stamp = max(times.exact(at), times.exact(times.moment(head.last_at) + times.TICK))
    content = entry.encode(
        at=stamp,
        log=head.log,
        n=head.size,
        prev=bytes(head.last_leaf),
        signatures=[Signature(signer.kid, signer.sign(message(head.log, signed)))],
        statement=signed,
    )
    added = Entry.objects.create(
        log=head.log,
        n=head.size,
        stream=statement.stream,
        sseq=statement.sseq,
        kind=statement.kind,
        entry=content,
        leaf=leaf_hash(content),
    )
    _move(head, added, stamp)
    return added


def _move(head: Head, added: Entry, stamp: str) -> None:
    head.size, head.last_leaf, head.last_at = added.n + 1, added.leaf, stamp
    with _connection().cursor() as cursor:
        cursor.execute(_MOVE, [head.size, head.last_leaf, stamp, head.log])


def _went_back(head: Head, at: datetime) -> bool:
    """Whether the clock went back and nothing says so yet."""
    last = times.moment(head.last_at)
    return at < last - PATIENCE and not _is_noted(head, last, at)


def _is_noted(head: Head, last: datetime, at: datetime) -> bool:
    """Whether the clock has stood back ever since a note of it, and went no further.

    While it stands back each entry is one tick after the one before.
    """
    notes = Entry.objects.filter(
        log=head.log, stream=stream_of_log(head.log), kind=Kind.CLOCK_REGRESSED
    )
    note = notes.order_by("-sseq").first()
    if note is None or last - note.at != times.TICK * (head.size - 1 - note.n):
        return False
    said = times.claimed_moment(note.content.statement.claimed)
    return at >= said - PATIENCE


def _note_clock(head: Head, signer: Signer, role: str, at: datetime) -> None:
    """Say in the log itself what its clock reads, and what it had read before."""
    readings = {"clock": times.exact(at), "previous": head.last_at}
    stream = stream_of_log(head.log)
    sseq, sprev = _next_of(head.log, stream)
    statement = Statement(
        actor=signer.kid,
        claimed=times.claim(at),
        commit=commitment(OPEN_SALT, canonical.encode(readings)),
        kind=Kind.CLOCK_REGRESSED.value,
        role=role,
        stream=stream,
        sseq=sseq,
        sprev=sprev,
    )
    _add(head, statement, signer, at)


def _grown(head: Head, last: Checkpoint | None) -> Frontier:
    """The tree of the last checkpoint grown to the head; never over a fault."""
    tree = Frontier() if last is None else _frontier_of(last, head)
    rows = Entry.objects.filter(log=head.log, n__gte=tree.size).order_by("n")
    found = rows.values_list("n", "entry", "leaf").iterator(chunk_size=_BATCH)
    for n, content, leaf in found:
        if n != tree.size or leaf_hash(stored(content)) != stored(leaf):
            raise ProofError(f"Entry {n} is not what was appended; nothing is signed.")
        tree.add(bytes(leaf))
    if tree.size != head.size:
        raise ProofError("Entries are missing from the log; nothing is signed.")
    return tree


def _frontier_of(last: Checkpoint, head: Head) -> Frontier:
    """The frontier of a checkpoint that still is what the log's key signed."""
    note = checkpoint.verify(last.note, vkey=head.vkey)
    tree = Frontier(last.size, stored(last.frontier))
    if (note.size, note.root) != (tree.size, tree.root()):
        raise ProofError("The last checkpoint was altered; nothing is signed.")
    return tree
