"""Put entries that a log lost back out of its mirror, byte for byte.

Nothing is believed because the mirror says so: each entry must follow the one before
it, and the whole log must verify afterwards, signatures and all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path

from django.db import transaction

from centre.ledger import entry, merkle, mirror, verify
from centre.ledger.errors import LedgerError, ProofError
from centre.ledger.models import Entry, Head
from centre.ledger.signatures import Lives


@transaction.atomic
def replay(*, log: str, path: Path, keys: Mapping[str, bytes], lives: Lives) -> int:
    """Append what the mirror holds beyond the log's end; say how many entries.

    On PostgreSQL only the owner of the tables may; the guards stay up. Raises
    `LedgerError`, and puts nothing back, unless the mirror goes on exactly where the
    log ends and all of it verifies with the keys on file.
    """
    head = Head.objects.select_for_update().filter(pk=log).first()
    if head is None:
        raise LedgerError("There is no such log.")
    first = head.size
    with path.open("rb") as file:
        lines = mirror.lines_of(file)
        begun = enumerate(islice(lines, first), start=1)
        seen, newest = next(iter(deque(begun, maxlen=1)), (0, b""))
        if seen < first:
            return 0
        if first and merkle.leaf_hash(newest) != bytes(head.last_leaf):
            raise ProofError(f"Entry {first - 1} is not what the mirror holds.")
        count = _append(head, lines)
    for fault in verify.faults(log, keys=keys, lives=lives):
        raise ProofError(f"The mirror's entries do not hold. {fault.says}")
    return count


def _append(head: Head, lines: Iterable[bytes]) -> int:
    count = 0
    for line in lines:
        said = entry.decode(line)
        if (said.log, said.n) != (head.log, head.size):
            raise ProofError(f"Entry {head.size} is missing in the mirror.")
        stated, leaf = said.statement, merkle.leaf_hash(line)
        Entry.objects.create(
            log=head.log,
            n=said.n,
            stream=stated.stream,
            sseq=stated.sseq,
            kind=stated.kind,
            entry=line,
            leaf=leaf,
        )
        head.size, head.last_leaf, head.last_at = said.n + 1, leaf, said.at
        head.save(update_fields=["size", "last_leaf", "last_at"])
        count += 1
    return count
