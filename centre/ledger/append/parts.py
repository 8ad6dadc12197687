"""What the two ways of appending are given and what they answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final, Protocol

from centre.ledger.models import Head

PATIENCE: Final = timedelta(seconds=60)
"""How far behind the newest entry a reading may lie before the clock went back.

Several entries of one act carry one reading, and an act that waited for a lock comes
after acts that read the clock later; statements and locks end within half a minute.
"""


@dataclass(frozen=True, slots=True)
class Link:
    """The number of a stream's next entry and the leaf of the one before it."""

    sseq: int
    sprev: bytes | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stream stands; with the locked head where reading it took the lock."""

    log: str
    stream: bytes
    link: Link
    head: Head | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """A statement as its actor signed it, and what finds its entry again."""

    stream: bytes
    sseq: int
    kind: str
    statement: bytes
    signatures: bytes
    """The entry's list of signatures, in its canonical bytes."""


class Outcome(IntEnum):
    """What became of an attempt; the head is locked after each of them."""

    ADDED = 0
    MOVED = 1
    """The stream has moved on; the answer says to where."""
    BACK = 2
    """The clock went back, and the caller has not said that this is known."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome, and what was added or where the stream stands now."""

    outcome: Outcome
    link: Link | None = None
    pk: int | None = None
    n: int = 0
    entry: bytes = b""
    leaf: bytes = b""


class Way(Protocol):
    """What either way can do, inside a transaction."""

    def begin(self, log: str, vkey: str, last_at: str) -> None:
        """Open an empty log at its genesis."""

    def lock(self, log: str) -> Head | None:
        """The head of a log, held until the transaction ends."""

    def place(self, log: str, stream: bytes) -> Place:
        """Where the next entry of a stream goes."""

    def guess(self, log: str, stream: bytes) -> Place:
        """The same, perhaps wrongly; `add` finds that out and says it."""

    def add(
        self, place: Place, signed: Signed, at: datetime, *, is_back_known: bool
    ) -> Answer:
        """Add one entry at the head."""

    def newest(self, log: str, streams: Sequence[bytes]) -> dict[bytes, Link]:
        """Where streams stand; one without entries is left out."""

    def add_all(self, head: Head, rows: Sequence[Row]) -> None:
        """Add entries whose bytes are known, under a head that is locked."""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a batch: its parts, its bytes and its leaf."""

    signed: Signed
    n: int
    stamp: str
    entry: bytes
    leaf: bytes
