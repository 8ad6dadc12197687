"""The mirror: a log once more, as lines of a file on another disk.

Each line is the exact bytes of one entry and 0A, in order, as in an exported
`entries.jsonl`. Lines are only ever added: the file can carry `chattr +a`. What a cut
left half written is completed, never cut off. Before anything is added the newest line
is held against the log; a file that tells of another history is left as it is.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from centre.ledger import canonical, merkle
from centre.ledger.binary import stored
from centre.ledger.entry import MAX_BYTES
from centre.ledger.errors import LedgerError
from centre.ledger.models import Entry

NAME: Final = ".jsonl"
_BATCH: Final = 1000
_MODE: Final = 0o640
_HALF: Final = "The mirror ends in half a line that the log does not hold."


class MirrorError(LedgerError):
    """The mirror and the log do not tell the same; neither was changed."""


@dataclass(frozen=True, slots=True)
class Tail:
    """How a mirror ends: its whole lines, the newest of them, and a torn rest."""

    size: int
    newest: bytes
    torn: bytes


def path_of(folder: Path, log: str) -> Path:
    """The file of a log: its origin, with `_` for `/`."""
    return folder / (log.replace("/", "_") + NAME)


def catch_up(log: str, path: Path) -> int:
    """Add what the log holds and the mirror does not; say how many entries.

    On the disk before it returns. Called apart from any act: only what is committed
    may be seen here.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, _MODE)
    with os.fdopen(number, "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        tail = tail_of(file)
        _check_newest(log, tail)
        added, torn = 0, tail.torn
        for batch in _batches(_entries(log, tail.size)):
            lines = b"".join(content + b"\n" for content in batch)
            if not lines.startswith(torn):
                raise MirrorError(_HALF)
            _write(file, lines[len(torn) :])
            added, torn = added + len(batch), b""
        if torn:
            raise MirrorError(_HALF)
        os.fsync(file.fileno())
    if added:
        _folder_to_disk(path.parent)
    return added


def tail_of(file: BinaryIO) -> Tail:
    """The end of a mirror, read from behind; the number stands in the newest line."""
    end = file.seek(0, os.SEEK_END)
    start = max(0, end - 2 * (MAX_BYTES + 1))
    file.seek(start)
    *lines, torn = _read(file, end - start).split(b"\n")
    if not lines:
        if start:
            raise MirrorError("The mirror ends in something that is no entry.")
        return Tail(0, b"", torn)
    return Tail(_position(lines[-1]) + 1, lines[-1], torn)


def faults(log: str, path: Path, *, is_loss_known: bool = False) -> Iterator[str]:
    """What is wrong with a mirror, held line by line against the log.

    Entries that it holds beyond the log's end are no fault if their loss is known.
    """
    if not path.exists():
        yield "The mirror is gone."
        return
    with path.open("rb") as file:
        mirrored = lines_of(file)
        kept = _entries(log, 0)
        for n, line in enumerate(mirrored):
            content = next(kept, None)
            if content is None:
                if not is_loss_known:
                    yield f"The mirror holds entries from {n} on that the log has lost."
                return
            if content != line:
                yield f"Entry {n} is not what the mirror holds."
                return


def unheld(log: str, path: Path) -> tuple[int, bytes] | None:
    """Size and root of a mirror whose newest entry the log does not hold.

    One line tells it: each entry names the one before it, and so all before it.
    """
    if not path.exists():
        return None
    with path.open("rb") as file:
        tail = tail_of(file)
    row = Entry.objects.filter(log=log, n=tail.size - 1).first()
    if not tail.size or (row is not None and stored(row.entry) == tail.newest):
        return None
    return head_of(path)


def head_of(path: Path) -> tuple[int, bytes]:
    """Size and root of the log a mirror holds."""
    tree = merkle.Frontier()
    with path.open("rb") as file:
        for line in lines_of(file):
            if _position(line) != tree.size:
                raise MirrorError(f"Line {tree.size} of the mirror is not in order.")
            tree.add(merkle.leaf_hash(line))
    return tree.size, tree.root()


def _entries(log: str, first: int) -> Iterator[bytes]:
    """The bytes of the entries from a position on, stopping before any gap."""
    rows = Entry.objects.filter(log=log, n__gte=first).order_by("n")
    expected = first
    for n, content in rows.values_list("n", "entry").iterator(chunk_size=_BATCH):
        if n != expected:
            return
        yield stored(content)
        expected += 1


def _check_newest(log: str, tail: Tail) -> None:
    if not tail.size:
        return
    row = Entry.objects.filter(log=log, n=tail.size - 1).first()
    if row is None:
        raise MirrorError(
            f"The mirror holds {tail.size} entries of {log}; the log holds fewer. "
            "Entries are missing in the database."
        )
    if stored(row.entry) != tail.newest:
        raise MirrorError(
            f"Entry {tail.size - 1} of {log} is not what the mirror holds. One of the "
            "two was altered; keep both."
        )


def _position(line: bytes) -> int:
    try:
        found = canonical.decode(line)
        n = found["n"]
    except (LedgerError, KeyError, TypeError) as error:
        raise MirrorError("A line of the mirror is no entry.") from error
    if type(n) is not int or n < 0:
        raise MirrorError("A line of the mirror is no entry.")
    return n


def lines_of(file: BinaryIO) -> Iterator[bytes]:
    """Whole lines; what a cut left half written is none yet."""
    for line in file:
        if line.endswith(b"\n"):
            yield line[:-1]


def _batches(entries: Iterable[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for content in entries:
        batch.append(content)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _read(file: BinaryIO, size: int) -> bytes:
    found = b""
    while len(found) < size:
        more = file.read(size - len(found))
        if not more:
            break
        found += more
    return found


def _write(file: BinaryIO, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]


def _folder_to_disk(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
