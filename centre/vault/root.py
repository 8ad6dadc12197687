"""The root key: what wraps it, where it comes from, and how it is made.

The key file holds either the key itself (32 bytes, base64), for a file only the
server can read or a credential of the service manager; or the salt and cost with
which a passphrase makes the key at start, so that nothing on the disk opens
anything. Neither may lie in the database or in its backups.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol, TypeVar

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from django.conf import settings

from centre.vault import cipher
from centre.vault.errors import DamagedError, RootKeyError

T = TypeVar("T")

OWNER_READS: Final = 0o400
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
LEAST_PASSPHRASE: Final = 16
MEMORY_KIB: Final = 64 * 1024
ITERATIONS: Final = 3
LANES: Final = 1

_DERIVED: Final = "argon2id"
_SALT_BYTES: Final = 16
_NEXT: Final = ".next"

Version = tuple[int, int, int]
"""Which writing of a file was read: inode, time and size."""


class Provider(Protocol):
    """Whatever holds the root key: a file, a passphrase; later a token or a service."""

    @property
    def id(self) -> str:
        """Tells one root key from another without telling the key."""

    def wrap(self, key: bytes, aad: bytes) -> bytes:
        """Encrypt a key under the root key."""

    def unwrap(self, wrapped: bytes, aad: bytes) -> bytes:
        """Decrypt a key; a wrong root key raises."""

    def healthy(self) -> bool:
        """Whether wrapping and unwrapping work now."""


@dataclass(frozen=True, slots=True)
class HeldRootKey:
    """A root key in the memory of this process."""

    _key: bytes = field(repr=False)
    _box: AESGCM = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_box", AESGCM(self._key))

    @property
    def id(self) -> str:
        """Eight hexadecimal digits."""
        return cipher.key_id(self._key).hex()

    def wrap(self, key: bytes, aad: bytes) -> bytes:
        """Encrypt a key under the root key."""
        return cipher.wrap_key(self._key, key, aad)

    def unwrap(self, wrapped: bytes, aad: bytes) -> bytes:
        """Decrypt a key; a wrong root key raises."""
        try:
            return cipher.unwrap_from(self._box, wrapped, aad)
        except DamagedError as error:
            raise RootKeyError(
                "The root key does not open this key store. Nothing was written."
            ) from error

    def healthy(self) -> bool:
        """Whether wrapping and unwrapping work now."""
        key = cipher.new_key()
        return self.unwrap(self.wrap(key, b"health"), b"health") == key


def create_root_key(path: Path, *, passphrase: str | None = None) -> None:
    """Make a root key file that only its owner can read; never over another file."""
    content = _encoded(cipher.new_key())
    if passphrase is not None:
        _check_passphrase(passphrase)
        salt = _encoded(secrets.token_bytes(_SALT_BYTES))
        content = f"{_DERIVED} {MEMORY_KIB} {ITERATIONS} {LANES} {salt}"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_READS)
    except FileExistsError as error:
        raise RootKeyError("There is a root key already; it stays.") from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(content + "\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def write_key(path: Path, key: bytes) -> None:
    """Write a root key to a new file that only its owner can read."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_READS)
    except FileExistsError as error:
        raise RootKeyError("There is a root key already; it stays.") from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(_encoded(key) + "\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def read_key(path: Path) -> bytes:
    """The key in a key file that holds the key itself."""
    return _decoded(_read(path), cipher.KEY_BYTES)


def is_derived() -> bool:
    """Whether this server's root key is made from a passphrase."""
    return len(_read(settings.VAULT_ROOT_KEY_FILE).split()) > 1


def held_key() -> bytes:
    """The root key itself, for nothing but its recovery shares."""
    path: Path = settings.VAULT_ROOT_KEY_FILE
    words: Path | None = getattr(settings, "VAULT_PASSPHRASE_FILE", None)
    parts = _read(path).split()
    if len(parts) == 1:
        return _decoded(parts[0], cipher.KEY_BYTES)
    if words is None:
        raise RootKeyError("The root key needs its passphrase; none was given.")
    return _derived(_read(words), parts)


def provider() -> Provider:
    """The root key of this server."""
    path: Path = settings.VAULT_ROOT_KEY_FILE
    words: Path | None = getattr(settings, "VAULT_PASSPHRASE_FILE", None)
    return _held(path, _version(path), words, _version(words) if words else None)


def beside() -> Path:
    """Where the next root key lies while the present one is being replaced."""
    path: Path = settings.VAULT_ROOT_KEY_FILE
    return path.with_name(path.name + _NEXT)


def coming() -> Provider | None:
    """The next root key; none when nothing is being replaced or it is half written."""
    path = beside()
    if not path.exists():
        return None
    try:
        _version(path)
        return HeldRootKey(read_key(path))
    except RootKeyError:
        return None


def unwrap(wrapped: bytes, aad: bytes) -> bytes:
    """Decrypt a key under the root key, or under the next one while that comes in."""
    try:
        return provider().unwrap(wrapped, aad)
    except RootKeyError:
        return until_it_stands(lambda: _under_either(wrapped, aad))


def until_it_stands(opened: Callable[[], T]) -> T:
    """What opens under the root key; tried again while the key is being replaced.

    A row and the key files are read one after another. When neither file changed
    during a try, the row is under one of them, or the fault is a true one.
    """
    while True:
        before = _standing()
        try:
            return opened()
        except RootKeyError:
            if _standing() == before:
                raise


@contextmanager
def alone() -> Iterator[None]:
    """Replace keys while nobody else on this machine does; it ends with the process."""
    path: Path = settings.VAULT_ROOT_KEY_FILE
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise RootKeyError(
            "Keys are being replaced by another run. Wait until it has ended."
        ) from error
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make a new or renamed file's name survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _under_either(wrapped: bytes, aad: bytes) -> bytes:
    following = coming()
    if following is not None:
        with suppress(RootKeyError):
            return following.unwrap(wrapped, aad)
    return provider().unwrap(wrapped, aad)


def _standing() -> tuple[Version | None, Version | None]:
    """Which writings of the root key and of the next one lie there now."""
    return _version_if_any(settings.VAULT_ROOT_KEY_FILE), _version_if_any(beside())


def _version_if_any(path: Path) -> Version | None:
    try:
        return _version(path)
    except RootKeyError:
        return None


def _version(path: Path) -> Version:
    try:
        found = os.stat(path)  # noqa: PTH116 - asked at each opening; half the time
    except OSError as error:
        raise RootKeyError(f"The key file {path.name} cannot be found.") from error
    if found.st_mode & OTHERS:
        raise RootKeyError(
            f"Others may read the key file {path.name}; only its owner may."
        )
    return found.st_ino, found.st_mtime_ns, found.st_size


@lru_cache(maxsize=1)
def _held(
    path: Path,
    version: Version,
    words: Path | None,
    words_version: Version | None,
) -> HeldRootKey:
    """The key, read once; the versions make a replaced file be read anew."""
    parts = _read(path).split()
    if len(parts) == 1:
        return HeldRootKey(_decoded(parts[0], cipher.KEY_BYTES))
    if len(parts) != len(("name", "memory", "iterations", "lanes", "salt")):
        raise RootKeyError("The root key file is in no known form.")
    if words is None:
        raise RootKeyError("The root key needs its passphrase; none was given.")
    return HeldRootKey(_derived(_read(words), parts))


def _derived(passphrase: str, parts: list[str]) -> bytes:
    name, memory, iterations, lanes, salt = parts
    if name != _DERIVED:
        raise RootKeyError("The root key file is in no known form.")
    try:
        kdf = Argon2id(
            salt=_decoded(salt, _SALT_BYTES),
            length=cipher.KEY_BYTES,
            iterations=int(iterations),
            lanes=int(lanes),
            memory_cost=int(memory),
        )
    except ValueError as error:
        raise RootKeyError("The root key file is in no known form.") from error
    return kdf.derive(passphrase.encode())


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise RootKeyError(f"The key file {path.name} cannot be read.") from error


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _decoded(text: str, length: int) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RootKeyError("The root key file is in no known form.") from error
    if len(value) != length:
        raise RootKeyError("The root key file holds a key of the wrong length.")
    return value


def _check_passphrase(passphrase: str) -> None:
    if len(passphrase.strip()) < LEAST_PASSPHRASE:
        raise RootKeyError(
            f"A passphrase for the root key has at least {LEAST_PASSPHRASE} characters."
        )
