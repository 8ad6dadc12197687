"""Proofs out of a stored log, for people who hold nothing but a checkpoint of it.

A proof is read off the leaf column and the tiles above it, at most two runs of 256
hashes for each level. It proves
nothing here: whoever receives it checks it against a root she has reason to trust.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from centre.ledger import checkpoint, merkle
from centre.ledger.binary import bytes_of, text_of
from centre.ledger.errors import FormatError, ProofError
from centre.ledger.merkle import HASH_BYTES, Range
from centre.ledger.models import Checkpoint, Entry
from centre.ledger.tiles import Reader

_TITLE: Final = "c2sp.org/tlog-proof@v1"
_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That one entry stands at its place under a checkpoint (C2SP tlog-proof)."""

    index: int
    hashes: tuple[bytes, ...]
    note: str

    def encode(self) -> str:
        """The text of a `.tlog-proof` file."""
        lines = [_TITLE, f"index {self.index}", *map(text_of, self.hashes)]
        return "\n".join(lines) + "\n\n" + self.note

    def verify(self, content: bytes, *, vkey: str) -> None:
        """Raise unless this entry's bytes stand under the log's own checkpoint."""
        note = checkpoint.verify(self.note, vkey=vkey)
        merkle.verify_inclusion(
            merkle.leaf_hash(content),
            index=self.index,
            size=note.size,
            proof=self.hashes,
            root=note.root,
        )


def read(text: str) -> InclusionProof:
    """Take the text of a `.tlog-proof` file apart; nothing in it holds yet."""
    head, found, note = text.partition("\n\n")
    title, *lines = head.split("\n")
    if lines and lines[0].startswith("extra "):
        lines = lines[1:]
    index = _INDEX.fullmatch(lines[0]) if lines else None
    if not found or title != _TITLE or index is None:
        raise FormatError("These lines are not a proof that an entry is in a log.")
    hashes = tuple(bytes_of(line, HASH_BYTES) for line in lines[1:])
    return InclusionProof(int(index[1]), hashes, note)


def prove_inclusion(found: Entry, under: Checkpoint) -> InclusionProof:
    """The proof that a stored entry stands under a stored checkpoint."""
    if found.log != under.log:
        raise ProofError("The checkpoint is of another log.")
    ranges = merkle.inclusion_ranges(found.n, under.size)
    return InclusionProof(found.n, _roots(found.log, ranges), under.note)


def prove_consistency(*, log: str, old: int, new: int) -> tuple[bytes, ...]:
    """The proof that the log at one size begins with the log at a smaller one."""
    return _roots(log, merkle.consistency_ranges(old, new))


def _roots(log: str, ranges: Iterable[Range]) -> tuple[bytes, ...]:
    reader = Reader(log)
    return tuple(reader.root(first, end) for first, end in ranges)
