"""A witness: it signs a checkpoint only if it is a proven extension of the last one.

It runs apart, best on another machine in other hands, and knows nothing but origin,
size and root of each log. Its own state is one small file, written and synced before a
signature leaves. The request is that of C2SP tlog-witness:

    old 41
    <base64 hashes of the consistency proof, one a line>

    <the checkpoint's note>
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from centre.ledger import checkpoint, cosign, merkle
from centre.ledger.binary import bytes_of, text_of
from centre.ledger.checkpoint import Note
from centre.ledger.errors import LedgerError
from centre.ledger.merkle import HASH_BYTES
from centre.ledger.signing import Signer

OK: Final = 200
BAD: Final = 400
FORBIDDEN: Final = 403
UNKNOWN: Final = 404
CONFLICT: Final = 409
UNPROVEN: Final = 422
MOST_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class Answer:
    """A status as in C2SP tlog-witness, and the text that goes with it."""

    status: int
    text: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request taken apart."""

    old: int
    proof: tuple[bytes, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Witness:
    """One witness: its name, its key, the logs it knows, and where its state lies."""

    name: str
    signer: Signer
    logs: Mapping[str, str]
    """Verifier keys of the logs it signs for, by origin."""
    state: Path
    now: Callable[[], int]
    """Seconds since 1970."""

    @property
    def vkey(self) -> str:
        """The line that goes into the policies of others."""
        return str(cosign.WitnessKey(self.name, self.signer.public_key))

    def add(self, body: bytes) -> Answer:
        """Sign a checkpoint, or say why not; never two histories of one log."""
        try:
            asked = read_request(body)
            found = checkpoint.read(asked.note)
        except (LedgerError, ValueError) as error:
            return Answer(BAD, f"{error}\n")
        if found.origin not in self.logs:
            return Answer(UNKNOWN, "This witness does not know the log.\n")
        try:
            checkpoint.verify(asked.note, vkey=self.logs[found.origin])
        except LedgerError as error:
            return Answer(FORBIDDEN, f"{error}\n")
        with self._locked() as kept:
            refusal = _refusal(asked, found, kept.get(found.origin))
            if refusal is not None:
                return refusal
            kept[found.origin] = {"size": found.size, "root": text_of(found.root)}
            self._write(kept)
        line = cosign.cosign(
            asked.note, name=self.name, signer=self.signer, seconds=self.now()
        )
        return Answer(OK, line)

    @contextmanager
    def _locked(self) -> Iterator[dict[str, Any]]:
        """The state, for one request at a time, also among processes."""
        lock = os.open(
            self.state.with_name(self.state.name + ".lock"),
            os.O_RDWR | os.O_CREAT,
            0o600,
        )
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self._read()
        finally:
            os.close(lock)

    def _read(self) -> dict[str, Any]:
        if not self.state.exists():
            return {}
        kept: dict[str, Any] = json.loads(self.state.read_text(encoding="utf-8"))
        return kept

    def _write(self, kept: Mapping[str, Any]) -> None:
        """Replace the state in one step, synced to the disk with its folder."""
        draft = self.state.with_name(self.state.name + ".new")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(kept, file, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.state)
        folder = os.open(self.state.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def write_request(*, old: int, proof: Sequence[bytes], note: str) -> bytes:
    """The bytes of a request."""
    lines = [f"old {old}", *map(text_of, proof)]
    return ("\n".join(lines) + "\n\n" + note).encode()


def read_request(body: bytes) -> Request:
    """Take a request apart; nothing in it holds yet."""
    if len(body) > MOST_BYTES:
        raise ValueError("The request is too long.")
    head, found, note = body.decode().partition("\n\n")
    lines = head.split("\n")
    old = lines[0].removeprefix("old ")
    if not found or not lines[0].startswith("old ") or not old.isdecimal():
        raise ValueError("This is no request to a witness.")
    return Request(int(old), tuple(bytes_of(x, HASH_BYTES) for x in lines[1:]), note)


def _refusal(
    asked: Request, found: Note, kept: Mapping[str, Any] | None
) -> Answer | None:
    """Why this checkpoint is not signed; nothing if it extends what is known."""
    size = int(kept["size"]) if kept else 0
    if asked.old > found.size:
        return Answer(BAD, "The old size is larger than the new one.\n")
    if asked.old != size:
        return Answer(CONFLICT, f"{size}\n")
    if kept is None:
        return None if not asked.proof else Answer(BAD, "There is nothing to prove.\n")
    known = bytes_of(kept["root"], HASH_BYTES)
    if found.size == size:
        same = found.root == known and not asked.proof
        return None if same else Answer(CONFLICT, f"{size}\n")
    try:
        merkle.verify_consistency(
            old=size,
            old_root=known,
            new=found.size,
            new_root=found.root,
            proof=asked.proof,
        )
    except LedgerError as error:
        return Answer(UNPROVEN, f"{error}\n")
    return None
