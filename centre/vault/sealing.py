"""Sealing for somebody who is not here: age files (age-encryption.org/v1).

The server knows the recipients' public keys only, so it cannot open what it sealed.
Whole files pass through in pieces; the memory used does not grow with them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

import pyrage

from centre.vault.errors import DamagedError, VaultError

SUFFIX: Final = ".age"
_SECRET: Final = "AGE-SECRET-KEY-"  # noqa: S105 - how such a line begins, no secret


class Digesting:
    """A writer that keeps count and SHA-256 of what passes through it."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, piece: bytes) -> int:
        """Write all of it."""
        self._target.write(piece)
        self._hash.update(piece)
        self.size += len(piece)
        return len(piece)

    def flush(self) -> None:
        """Pass on."""
        self._target.flush()

    @property
    def sha256(self) -> str:
        """Of everything so far, in hexadecimal."""
        return self._hash.hexdigest()


def check_recipients(lines: Sequence[str]) -> list[Any]:
    """The recipients behind public keys such as `age1…`; nonsense is refused."""
    if not lines:
        raise VaultError(
            "Nobody is named who could open a backup. Make a key pair on a machine "
            "apart (age-keygen) and set CENTRE_BACKUP_RECIPIENTS to its public key."
        )
    try:
        return [pyrage.x25519.Recipient.from_str(line) for line in lines]
    except pyrage.RecipientError as error:
        raise VaultError(
            "CENTRE_BACKUP_RECIPIENTS holds public keys of age, each beginning with "
            "'age1', with a space between two of them."
        ) from error


def seal(source: BinaryIO, target: BinaryIO, *, recipients: Sequence[str]) -> Digesting:
    """Encrypt everything from source to target; hand back its size and digest."""
    through = Digesting(target)
    pyrage.encrypt_io(source, through, check_recipients(recipients))
    return through


def unseal(source: BinaryIO, target: BinaryIO, *, identity: Path) -> Digesting:
    """Decrypt with the identity in a file; a changed or cut file is refused."""
    through = Digesting(target)
    try:
        pyrage.decrypt_io(source, through, identities_in(identity))
    except (pyrage.DecryptError, OSError) as error:
        raise DamagedError(
            "The file does not open: it is not whole, or the identity is not one it "
            "was sealed for."
        ) from error
    return through


def identities_in(path: Path) -> list[Any]:
    """The identities of an age key file; lines that begin with # are passed over."""
    try:
        lines = path.read_text(encoding="ascii").split("\n")
        found = [line.strip() for line in lines if line.startswith(_SECRET)]
        keys = [pyrage.x25519.Identity.from_str(line) for line in found]
    except (OSError, ValueError, pyrage.IdentityError) as error:
        raise VaultError("The identity file cannot be read.") from error
    if not keys:
        raise VaultError("The identity file holds no line AGE-SECRET-KEY-….")
    return keys
