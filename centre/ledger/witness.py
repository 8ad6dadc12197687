"""Signer and witness: who signs a checkpoint only if it extends all it saw before.

One program in two parts. The signer holds the log's own key and runs as a user of its
own beside the application: whoever controls only the database gets no rewritten
history signed. A witness holds a key of its own on a machine of somebody else. Both
take the request of C2SP tlog-witness and keep size and root in a file of their own,
which is on the disk before an answer is given.

    old <size>
    <base64 hash of the consistency proof>...

    <checkpoint>

To the signer the checkpoint comes without a signature; an empty line ends its text.
Nothing here knows Django or a database.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from centre.ledger import checkpoint, cosign, merkle
from centre.ledger.binary import bytes_of, text_of
from centre.ledger.errors import FormatError, LedgerError, ProofError, SignatureError
from centre.ledger.merkle import EMPTY_ROOT, HASH_BYTES
from centre.ledger.origins import check_origin
from centre.ledger.signing import Signer

MOST_HASHES: Final = 63
MOST_BYTES: Final = checkpoint.MAX_BYTES + 64 * (MOST_HASHES + 1)
SIZE_TYPE: Final = "text/x.tlog.size"
TEXT_TYPE: Final = "text/plain; charset=utf-8"

_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True)
class Head:
    """Size and root of a log."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """Where the witness stood, the way from there, and the checkpoint to sign."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    def encode(self) -> bytes:
        """The body of a request (C2SP tlog-witness)."""
        lines = [f"old {self.old}", *map(text_of, self.proof)]
        return ("\n".join(lines) + "\n\n" + self.note).encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """A status of HTTP and the text that goes with it."""

    status: int
    body: str
    content_type: str = TEXT_TYPE


class RefusedError(LedgerError):
    """The checkpoint is not signed; status and text say why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.body.strip())
        self.answer = answer


class StateError(LedgerError):
    """The witness's own file is missing or unreadable; nothing is signed without it."""


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness: its name, its key, and the logs it knows by their keys."""

    name: str
    signer: Signer
    logs: Mapping[str, str]
    """Verifier key by origin."""

    def known(self, origin: str) -> bool:
        """Whether this log is one of its own."""
        return origin in self.logs

    def check(self, note: str) -> None:
        """Raise unless the log's own key signed the checkpoint."""
        checkpoint.verify(note, vkey=self.logs[checkpoint.read(note).origin])

    def sign(self, text: str, time: int) -> str:
        """The witness's line under the text."""
        return cosign.cosign(text, name=self.name, signer=self.signer, time=time)


@dataclass(frozen=True, slots=True)
class LogSigner:
    """The signer of logs: their own keys, by origin."""

    keys: Mapping[str, Signer]

    def known(self, origin: str) -> bool:
        """Whether this log is one of its own."""
        return origin in self.keys

    def check(self, note: str) -> None:
        """Nothing: who may ask is held by the rights on its socket."""

    def sign(self, text: str, time: int) -> str:
        """The log's own line under the text; it carries no time."""
        origin, size, root = _parts(text)
        note = checkpoint.sign(
            origin=origin, size=size, root=root, signer=self.keys[origin]
        )
        return note.removeprefix(f"{text}\n")


Role = Cosigner | LogSigner


class State:
    """What was signed last of each log, in a file that is locked while it is used."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self) -> None:
        """Make the file of one who has seen nothing yet; never over another."""
        try:
            with self.path.open("x", encoding="utf-8") as file:
                json.dump({}, file)
                _to_disk(file.fileno())
        except FileExistsError as error:
            raise StateError("There is a state file already; it is kept.") from error
        _folder_to_disk(self.path.parent)

    def heads(self) -> dict[str, Head]:
        """What was signed last, by origin."""
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            return {check_origin(log): _head(said) for log, said in kept.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise StateError(
                "The state file is missing or unreadable. Put it back; one who forgot "
                "what she signed signs no more."
            ) from error

    def keep(self, origin: str, head: Head) -> None:
        """Write down what is about to be signed; it is on the disk when this ends."""
        heads = {**self.heads(), origin: head}
        content = {
            log: {"root": text_of(one.root), "size": one.size}
            for log, one in sorted(heads.items())
        }
        draft = self.path.with_name(self.path.name + ".new")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(content, file, sort_keys=True, indent=1)
            file.flush()
            _to_disk(file.fileno())
        draft.replace(self.path)
        _folder_to_disk(self.path.parent)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Alone with the file, also among several processes."""
        lock = self.path.with_name(self.path.name + ".lock")
        with lock.open("w", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def read(body: bytes) -> Request:
    """The request in these bytes; nothing in it holds yet."""
    try:
        head, found, note = body.decode().partition("\n\n")
    except UnicodeDecodeError as error:
        raise FormatError("A request is text.") from error
    first, *lines = head.split("\n")
    old = _OLD.fullmatch(first)
    if not found or old is None or len(lines) > MOST_HASHES or len(body) > MOST_BYTES:
        raise FormatError("These lines are not a request to a witness.")
    proof = tuple(bytes_of(line, HASH_BYTES) for line in lines)
    return Request(int(old[1]), proof, note)


def answer(body: bytes, *, role: Role, state: State, time: int) -> Answer:
    """Sign what is proven to extend all that was signed; say why not otherwise.

    The statuses are those of C2SP tlog-witness: 400 no request, 403 not signed by the
    log, 404 unknown log, 409 another size or root was signed, 422 not proven.
    """
    try:
        request = read(body)
        text = _text_of(request.note, role)
        origin, size, root = _parts(text)
        _check_asker(request, origin, role)
        with state.locked():
            _check_extends(request, Head(size, root), state.heads().get(origin))
            state.keep(origin, Head(size, root))
            return Answer(HTTPStatus.OK, role.sign(text, time))
    except RefusedError as error:
        return error.answer
    except StateError as error:
        return Answer(HTTPStatus.INTERNAL_SERVER_ERROR, f"{error}\n")
    except LedgerError as error:
        return Answer(HTTPStatus.BAD_REQUEST, f"{error}\n")


def _text_of(note: str, role: Role) -> str:
    if isinstance(role, LogSigner):
        if not note.endswith("\n\n"):
            raise FormatError("The signer takes a checkpoint's text and an empty line.")
        return note[:-1]
    return checkpoint.read(note).text


def _parts(text: str) -> tuple[str, int, bytes]:
    """Origin, size and root of a checkpoint's text, read as strictly as a note."""
    lines = text.split("\n")
    unsigned = 4
    if len(lines) != unsigned or lines[3]:
        raise FormatError("These lines are not a checkpoint.")
    size = _OLD.fullmatch(f"old {lines[1]}")
    if size is None:
        raise FormatError("The size of a checkpoint is not a whole number.")
    return check_origin(lines[0]), int(size[1]), bytes_of(lines[2], HASH_BYTES)


def _check_asker(request: Request, origin: str, role: Role) -> None:
    if not role.known(origin):
        raise _refused(HTTPStatus.NOT_FOUND, "This log is not known here.")
    try:
        role.check(request.note)
    except SignatureError as error:
        raise _refused(HTTPStatus.FORBIDDEN, str(error)) from error


def _check_extends(request: Request, new: Head, last: Head | None) -> None:
    kept = last or Head(0, EMPTY_ROOT)
    if request.old > new.size:
        raise _refused(HTTPStatus.BAD_REQUEST, "The old size is above the new one.")
    if request.old != kept.size:
        raise RefusedError(Answer(HTTPStatus.CONFLICT, f"{kept.size}\n", SIZE_TYPE))
    if new.size == kept.size and new.root != kept.root:
        raise _refused(HTTPStatus.CONFLICT, "Another root was signed at this size.")
    try:
        merkle.verify_consistency(
            old=kept.size,
            new=new.size,
            old_root=kept.root,
            new_root=new.root,
            proof=request.proof,
        )
    except ProofError as error:
        raise _refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error


def _refused(status: HTTPStatus, says: str) -> RefusedError:
    return RefusedError(Answer(status, f"{says}\n"))


def _head(said: Mapping[str, Any]) -> Head:
    size = said["size"]
    if type(size) is not int or size < 0:
        raise FormatError("A size is not a whole number.")
    return Head(size, bytes_of(said["root"], HASH_BYTES))


def _to_disk(number: int) -> None:
    os.fsync(number)


def _folder_to_disk(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
