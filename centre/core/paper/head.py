"""The ledger's head as a paper carries it: whoever holds the paper holds a witness."""

from __future__ import annotations

from dataclasses import dataclass

from centre.ledger import checkpoint


@dataclass(frozen=True, slots=True)
class LedgerHead:
    """Size of the log, its anchor code, and the signed note."""

    origin: str
    size: int
    anchor_code: str
    note: str

    @classmethod
    def of(cls, note: str) -> LedgerHead:
        """The head that a checkpoint's note tells of."""
        read = checkpoint.read(note)
        return cls(read.origin, read.size, checkpoint.anchor_code(note), note)

    def __str__(self) -> str:
        return f"Log {self.origin}, {self.size} entries, anchor {self.anchor_code}"
