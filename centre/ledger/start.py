"""Where a walk begins when it goes on from what was found sound before.

The checkpoint to go on from is proven first: the log's key signed it, and its frontier
is that of its root. Of what lies below it only the leaves that new entries name are
read, and each is computed from the stored bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import connections, router

from centre.ledger import checkpoint, entry
from centre.ledger.binary import stored
from centre.ledger.errors import ProofError
from centre.ledger.merkle import Frontier, leaf_hash
from centre.ledger.models import Checkpoint, Entry
from centre.ledger.walk import Row, Walk

_BEFORE: Final = (
    "SELECT stream, sseq, entry, leaf FROM ledger_entry"
    " WHERE log = %s AND (stream, sseq) IN (VALUES "
)


def go_on_from(walk: Walk, since: Checkpoint) -> None:
    """Put the walk behind a checkpoint; raise unless the checkpoint holds."""
    size = checkpoint.read(str(since.note)).size
    note = checkpoint.verify(str(since.note), vkey=walk.vkey_at(size))
    tree = Frontier(note.size, stored(since.frontier))
    if tree.root() != note.root:
        raise ProofError("The checkpoint's frontier is not that of its tree.")
    walk.tree, walk.position = tree, note.size
    if note.size == 0:
        return
    last = Entry.objects.filter(log=walk.head.log, n=note.size - 1).first()
    if last is None:
        raise ProofError("The newest entry under the checkpoint is gone.")
    content = stored(last.entry)
    leaf = leaf_hash(content)
    if leaf != stored(last.leaf):
        raise ProofError("The newest entry under the checkpoint was changed.")
    walk.accepted, walk.last_at = (leaf,), entry.decode(content).at
    walk.ends_at = walk.last_at


def recall(walk: Walk, rows: Iterable[Row]) -> None:
    """Let the walk know the streams these rows go on with."""
    first: dict[bytes, int] = {}
    for _, _, stream, sseq, *_ in rows:
        if isinstance(stream, bytes) and isinstance(sseq, int):
            first.setdefault(stream, sseq)
    # A stream that begins among these rows has nothing before them.
    goes_on = ((k, n - 1) for k, n in first.items() if n > 0)
    missing = [(k, n) for k, n in goes_on if k not in walk.streams]
    if not missing:
        return
    pairs = ", ".join(["(%s, %s)"] * len(missing))
    values = [walk.head.log, *(value for pair in missing for value in pair)]
    with connections[router.db_for_read(Entry)].cursor() as cursor:
        cursor.execute(f"{_BEFORE}{pairs})", values)
        for stream, sseq, content, leaf in cursor.fetchall():
            kept = (sseq, leaf_hash(stored(content)), stored(leaf))
            walk.streams[stored(stream)] = kept
