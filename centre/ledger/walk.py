"""The walk along one log: what each entry and checkpoint must fit to, and whether.

Columns may hold anything, even values of another type, so nothing here relies on
them before it was compared with what the hashed and signed bytes say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from centre.ledger import checkpoint, entry, signatures
from centre.ledger.binary import stored
from centre.ledger.bulk import Place, Signed
from centre.ledger.entry import Content
from centre.ledger.errors import FormatError, LedgerError
from centre.ledger.merkle import Frontier, leaf_hash
from centre.ledger.models import (
    CHECKPOINTS,
    ENTRIES,
    HEADS,
    Checkpoint,
    Entry,
    Head,
)
from centre.ledger.signatures import ALWAYS, Lives
from centre.ledger.signing import KEY_BYTES, kid_of
from centre.ledger.slices import Slices
from centre.ledger.statement import message

COLUMNS: Final = ("id", "n", "stream", "sseq", "kind", "entry", "leaf")
_NO_STREAM: Final = (-1, None, None)

Row = tuple[Any, ...]
"""One row of the entries' table, by its `COLUMNS`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was written: where it is, and what is wrong."""

    log: str
    n: int | None
    table: str
    row: str
    says: str

    def __str__(self) -> str:
        place = f"{self.log} " if self.log else ""
        if self.n is not None:
            place += f"position {self.n}, "
        return f"{place}table {self.table}, row {self.row or 'none'}: {self.says}"


@dataclass(slots=True)
class Walk:
    """How far the walk has come, and what the next entry must fit to."""

    head: Head
    vkey: str
    keys: Mapping[str, bytes]
    checkpoints: Iterator[Checkpoint]
    accepted: tuple[bytes, ...] | None
    """Leaves the next entry may name as the one before it; None where none is known."""
    lives: Lives = field(default_factory=dict)
    later: tuple[tuple[int, str], ...] = ()
    """The log's later keys, each with the position of the entry that names it."""
    due: Checkpoint | None = None
    position: int = 0
    last_at: str = ""
    newest: Content | None = None
    ends_at: str | None = None
    """The time of the newest entry; None if it could not be read."""
    streams: dict[bytes, tuple[int, bytes, bytes]] = field(default_factory=dict)
    """Of each stream the newest number, its leaf as computed, and as stored."""
    tree: Frontier = field(default_factory=Frontier)
    root_failed: bool = False
    signed: list[Signed] = field(default_factory=list)
    """Signatures that have the right form and are still unproven."""
    _slices: Slices = field(init=False)
    _says_so: bytes = field(init=False)
    _known: dict[str, bytes | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.due = next(self.checkpoints, None)
        self._slices = Slices(self.head.log)
        self._says_so = message(self.head.log, b"")

    def vkey_at(self, size: int) -> str:
        """The key that must have signed a checkpoint of this size."""
        named = [vkey for n, vkey in self.later if n < size]
        return named[-1] if named else self.vkey

    def passes(self, row: Row) -> bool:
        """Whether the quick reading finds nothing wrong but, perhaps, a signature."""
        key, n, stream, sseq, kind, content, leaf = row
        accepted = self.accepted
        if n != self.position or accepted is None or len(accepted) > 1:
            return False
        try:
            last, sprev, kept = self.streams.get(stream, _NO_STREAM)
            if sseq != last + 1 or sprev != kept:
                return False
            found = self._slices.read(
                content, n, accepted[0], stream, sseq, sprev, kind
            )
        except TypeError:
            return False
        if found is None or leaf_hash(content) != leaf:
            return False
        at, kid, signature, signed = found
        public = self._known[kid] if kid in self._known else self._public(kid)
        born, ended = self.lives.get(kid, ALWAYS)
        if public is None or at <= self.last_at or not born <= at <= ended:
            return False
        self.signed.append((str(key), n, public, signature, self._says_so + signed))
        self.streams[stream] = (sseq, leaf, leaf)
        self.accepted = (leaf,)
        self.tree.add(leaf)
        self.position += 1
        self.ends_at = self.last_at = at
        return True

    def false_signature(self, place: Place) -> Fault:
        """What is said of an entry whose signature turned out to be false."""
        row, n = place
        says = "The signature is not that of its key."
        return Fault(self.head.log, n, ENTRIES, row, says)

    def _public(self, kid: str) -> bytes | None:
        """The public key of this name; None if it is not on file as what it is."""
        key = self.keys.get(kid)
        is_it = key is not None and len(key) == KEY_BYTES and kid_of(key) == kid
        self._known[kid] = key if is_it else None
        return self._known[kid]

    def entry_faults(self, found: Row) -> Iterator[Fault]:
        """What is wrong with one entry, read in full, given all before it."""
        row = Entry(log=self.head.log, **dict(zip(COLUMNS, found, strict=True)))
        yield from self._position_faults(row)
        computed = leaf_hash(stored(row.entry))
        self.newest = None
        try:
            self.newest = _content_of(row, computed)
        except LedgerError as error:
            yield self._fault(row, str(error))
        else:
            for says in self._says(row, self.newest):
                yield self._fault(row, says)
        stream, sseq = self._place(row)
        at = None if self.newest is None else self.newest.at
        self._step(stream, sseq, computed, stored(row.leaf), at)

    def checkpoint_faults(self, *, upto: int | None) -> Iterator[Fault]:
        """What is wrong with the checkpoints up to this size; None means all."""
        while self.due is not None and _is_due(self.due, upto):
            for says in self._checkpoint_says(self.due):
                row = str(self.due.pk)
                yield Fault(self.head.log, self.due.size, CHECKPOINTS, row, says)
            self.due = next(self.checkpoints, None)

    def head_faults(self) -> Iterator[Fault]:
        """What is wrong with the head, now that all its entries were seen."""
        head = self.head
        if self.position != head.size:
            yield self._missing(head.size)
        elif self.accepted is not None and stored(head.last_leaf) not in self.accepted:
            yield self._head_fault("The head of the log is not its newest entry.")
        elif self.ends_at is not None and self.ends_at != head.last_at:
            yield self._head_fault("The head's time is not its newest entry's.")

    def _position_faults(self, row: Entry) -> Iterator[Fault]:
        if row.n == self.position:
            return
        if row.n > self.position:
            yield self._missing(row.n)
        else:
            yield self._fault(row, "The entry stands at no position of the log.")
        self.position, self.accepted = row.n, None

    def _says(self, row: Entry, content: Content) -> Iterator[str]:
        yield from _column_faults(row, content)
        if self.accepted is not None and content.prev not in self.accepted:
            yield "The entry does not follow the one before it."
        if content.at <= self.last_at:
            yield "The entry is not later than the one before it."
        if not self._is_linked(content):
            yield "The entry does not follow its stream's previous entry."
        yield from signatures.faults_of(content, self.keys, self.lives)

    def _is_linked(self, content: Content) -> bool:
        stated = content.statement
        if stated.stream not in self.streams:
            return stated.sseq == 0
        last, *leaves = self.streams[stated.stream]
        return stated.sseq - 1 == last and stated.sprev in leaves

    def _step(
        self, stream: bytes, sseq: int, computed: bytes, kept: bytes, at: str | None
    ) -> None:
        self.streams[stream] = (sseq, computed, kept)
        self.accepted = (computed,) if computed == kept else (kept, computed)
        self.tree.add(computed)
        self.position += 1
        self.ends_at = at
        if at is not None:
            self.last_at = at

    def _place(self, row: Entry) -> tuple[bytes, int]:
        """The stream and number of an entry, by its columns if it is unreadable."""
        if self.newest is not None:
            return self.newest.statement.stream, self.newest.statement.sseq
        return stored(row.stream), row.sseq

    def _checkpoint_says(self, made: Checkpoint) -> Iterator[str]:
        try:
            size = checkpoint.read(str(made.note)).size
            note = checkpoint.verify(str(made.note), vkey=self.vkey_at(size))
        except LedgerError as error:
            yield str(error)
            return
        if (note.size, note.root) != (made.size, stored(made.root)):
            yield "The checkpoint's columns are not what was signed."
        elif note.size > self.head.size:
            if note.size > _size_now(self.head.log):
                yield "The log has fewer entries than when this was signed."
        elif not self.root_failed:
            yield from self._root_faults(made)

    def _root_faults(self, made: Checkpoint) -> Iterator[str]:
        """Said of the first checkpoint only: every later one covers the same fault."""
        if self.tree.size != made.size or self.tree.root() != stored(made.root):
            self.root_failed = True
            yield "The entries up to here are not those that were signed."
        elif self.tree.packed() != stored(made.frontier):
            yield "The checkpoint's frontier is not that of its tree."

    def _missing(self, upto: int) -> Fault:
        says = f"Entries {self.position} to {upto - 1} are gone."
        return Fault(self.head.log, self.position, ENTRIES, "", says)

    def _fault(self, row: Entry, says: str) -> Fault:
        return Fault(self.head.log, row.n, ENTRIES, str(row.pk), says)

    def _head_fault(self, says: str) -> Fault:
        return Fault(self.head.log, None, HEADS, self.head.log, says)


def _content_of(row: Entry, computed: bytes) -> Content:
    if computed != stored(row.leaf):
        raise FormatError("The entry is not what its leaf was made of.")
    return entry.decode(stored(row.entry))


def _column_faults(row: Entry, content: Content) -> Iterator[str]:
    stated = content.statement
    columns = (
        ("log", row.log, content.log),
        ("n", row.n, content.n),
        ("stream", stored(row.stream), stated.stream),
        ("sseq", row.sseq, stated.sseq),
        ("kind", row.kind, stated.kind),
    )
    for column, found, expected in columns:
        if found != expected:
            yield f"The column {column} is not what the entry says."


def _is_due(made: Checkpoint, upto: int | None) -> bool:
    size: object = made.size
    return upto is None or (isinstance(size, int) and size <= upto)


def _size_now(log: str) -> int:
    """How many entries the log has at this moment; it may have grown meanwhile."""
    return Head.objects.values_list("size", flat=True).get(pk=log)
