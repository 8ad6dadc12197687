"""Encrypted files: written once, whole or not at all, and read in constant memory.

A file's name is its random id, in a folder of its first two digits. It is written
beside its place, brought to the disk, and only then given its name. The ledger keeps
the digest of the ciphertext, so that a replaced or rotten file is found without a key.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from cryptography.cobblestone import (
    Cobblestone256Decryptor,
    Cobblestone256Encryptor,
)
from cryptography.exceptions import InvalidTag
from django.conf import settings

from centre.vault import chunks, keys
from centre.vault.errors import DamagedError, KeyDestroyedError, VaultError
from centre.vault.root import sync_folder

PIECE_BYTES: Final = 64 * 1024
OWNER_ONLY: Final = 0o700
OWNER_READS: Final = 0o400

Source = BinaryIO | Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Stored:
    """What was written: size and digest of the content, digest of the file."""

    size: int
    sha256: str
    cipher_sha256: str


def write(source: Source, *, blob_id: UUID, case_id: UUID) -> Stored:
    """Encrypt a file under its case's key; never over another file."""
    path = path_of(blob_id)
    if path.exists():
        raise VaultError("There is a file with this id already; it stays.")
    _, case_key = keys.case_key(case_id)
    bound_to = chunks.context(blob_id, case_id)
    encryptor = Cobblestone256Encryptor(chunks.input_key(case_key), bound_to)
    _make_folder(path.parent)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        stored = _encrypt(source, draft, encryptor)
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)
    return stored


def read(blob_id: UUID, case_id: UUID) -> Iterator[bytes]:
    """The content piece by piece; a file that was cut short is refused beforehand."""
    path = path_of(blob_id)
    key = _checked(path, blob_id, case_id).key
    decryptor = Cobblestone256Decryptor(key, chunks.context(blob_id, case_id))
    return _decrypt(path, decryptor)


def read_range(blob_id: UUID, case_id: UUID, offset: int, length: int) -> bytes:
    """Part of the content, as a slice of it would be."""
    if offset < 0 or length < 0:
        raise ValueError("Offset and length are not negative.")
    path = path_of(blob_id)
    checked = _checked(path, blob_id, case_id)
    first = offset // chunks.CHUNK_BYTES
    beyond = -(-(offset + length) // chunks.CHUNK_BYTES)
    wanted = range(first, min(beyond, checked.last + 1))
    with path.open("rb") as file:
        parts = [_chunk(file, checked.message, number) for number in wanted]
    start = offset - first * chunks.CHUNK_BYTES
    return b"".join(parts)[start : start + length]


def exists(blob_id: UUID) -> bool:
    """Whether there is a file with this id."""
    return path_of(blob_id).exists()


def fault(*, blob_id: UUID, case_id: UUID, sha256: str, cipher_sha256: str) -> str:
    """What is wrong with a file, in words; nothing if it is as recorded.

    When the case's key was destroyed only the ciphertext can be, and is, compared.
    """
    try:
        with path_of(blob_id).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return "is missing or cannot be read"
    if found != cipher_sha256:
        return "is not the file that was stored"
    return _content_fault(blob_id, case_id, sha256)


@contextmanager
def kept_with(*blob_ids: UUID) -> Iterator[None]:
    """Around an act that writes these files: if it fails, they are taken away again."""
    try:
        yield
    except BaseException:
        for blob_id in blob_ids:
            path_of(blob_id).unlink(missing_ok=True)
        raise


def path_of(blob_id: UUID) -> Path:
    """Where the file with this id lies."""
    name = blob_id.hex
    return Path(settings.VAULT_BLOBS) / name[:2] / name


@dataclass(frozen=True, slots=True)
class _Checked:
    """A file whose key is known and whose end is proven."""

    key: bytes
    message: chunks.Message
    last: int


def _checked(path: Path, blob_id: UUID, case_id: UUID) -> _Checked:
    held = keys.case_keys(case_id)
    bound_to = chunks.context(blob_id, case_id)
    try:
        file = path.open("rb")
    except OSError as error:
        raise DamagedError("The file is missing or cannot be read.") from error
    with file:
        last = chunks.last_chunk(path.stat().st_size)
        header = file.read(chunks.HEADER_BYTES)
        for _, case_key in held:
            key = chunks.input_key(case_key)
            message = chunks.message(key, bound_to, header)
            if message is not None:
                _chunk(file, message, last)
                return _Checked(key, message, last)
    raise DamagedError("The file does not belong here, or is not what was stored.")


def _chunk(file: BinaryIO, message: chunks.Message, number: int) -> bytes:
    file.seek(chunks.position(number))
    return message.open_chunk(number, file.read(chunks.SEALED_BYTES))


def _encrypt(source: Source, draft: Path, encryptor: Cobblestone256Encryptor) -> Stored:
    size, plain, sealed = 0, hashlib.sha256(), hashlib.sha256()
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(draft, flags, OWNER_READS), "wb") as file:
        for piece in _pieces(source):
            size += len(piece)
            plain.update(piece)
            part = encryptor.update(piece)
            sealed.update(part)
            file.write(part)
        part = encryptor.finalize()
        sealed.update(part)
        file.write(part)
        file.flush()
        os.fsync(file.fileno())
    return Stored(size, plain.hexdigest(), sealed.hexdigest())


def _pieces(source: Source) -> Iterator[bytes]:
    read = getattr(source, "read", None)
    return iter(lambda: read(PIECE_BYTES), b"") if read else iter(source)


def _decrypt(path: Path, decryptor: Cobblestone256Decryptor) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                if content := decryptor.update(piece):
                    yield content
        if content := decryptor.finalize():
            yield content
    except InvalidTag as error:
        raise DamagedError("The file is not what was stored.") from error


def _content_fault(blob_id: UUID, case_id: UUID, sha256: str) -> str:
    content = hashlib.sha256()
    try:
        for piece in read(blob_id, case_id):
            content.update(piece)
    except KeyDestroyedError:
        return ""
    except VaultError:
        return "cannot be opened"
    return "" if content.hexdigest() == sha256 else "does not hold what was stored"


def _make_folder(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
        sync_folder(folder.parent)
