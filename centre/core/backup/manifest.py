"""The signed list of what a backup holds.

Two lines: canonical JSON (RFC 8785) and, in base64, the Ed25519 signature of the
centre's system key over `osc-backup/v1`, a line feed and the first line. Whoever can
write to the disk of backups can seal files for the recipients too, so nothing is
restored that this signature does not cover.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from centre.core.errors import RuleError
from centre.ledger import canonical
from centre.ledger.binary import bytes_of, text_of
from centre.ledger.errors import LedgerError
from centre.ledger.signing import (
    KEY_BYTES,
    SIGNATURE_BYTES,
    Signer,
    kid_of,
    verify_signature,
)
from centre.vault.root import sync_folder

NAME: Final = "manifest"
DATA: Final = "data"
KEYS: Final = "keys"
_DOMAIN: Final = b"osc-backup/v1\n"
_VERSION: Final = 1


@dataclass(frozen=True)
class Manifest:
    """A manifest whose signature is right, and where it lies."""

    path: Path
    content: dict[str, Any]
    sha256: str

    @property
    def folder(self) -> Path:
        """Of the generation it describes."""
        return self.path.parent

    @property
    def made_at(self) -> str:
        """When, in ISO form and UTC."""
        return str(self.content["made_at"])

    @property
    def kid(self) -> str:
        """The name of the key that signed it."""
        return str(self.content["kid"])

    @property
    def blobs(self) -> dict[str, dict[str, Any]]:
        """The encrypted files by their id."""
        found: dict[str, dict[str, Any]] = self.content.get("blobs", {})
        return found


def write(folder: Path, content: dict[str, Any], *, signer: Signer) -> Manifest:
    """Sign and write a manifest into the folder of its generation."""
    public = {"kid": signer.kid, "public_key": text_of(signer.public_key)}
    line = canonical.encode({**content, **public, "v": _VERSION})
    path = folder / NAME
    with path.open("xb") as file:
        file.write(line + b"\n" + text_of(signer.sign(_DOMAIN + line)).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(folder)
    return read(path)


def read(path: Path) -> Manifest:
    """The manifest, if not a byte of it was changed."""
    try:
        whole = path.read_bytes()
        line, signature = _lines(whole)
        content = canonical.decode(line)
        public = bytes_of(content["public_key"], KEY_BYTES)
        verify_signature(public, signature, _DOMAIN + line)
        if kid_of(public) != content["kid"] or content["v"] != _VERSION:
            raise LedgerError("name of the key")
    except OSError as error:
        raise RuleError(f"The manifest {path} cannot be read.") from error
    except (LedgerError, KeyError, TypeError, ValueError) as error:
        raise RuleError(
            f"The manifest {path} was changed or is not one. Nothing was restored. "
            "Take another copy of this backup, or an older one."
        ) from error
    return Manifest(path, content, hashlib.sha256(whole).hexdigest())


def generations(folder: Path) -> list[Manifest]:
    """The manifests of finished backups in a folder, oldest first."""
    found = sorted(folder.glob(f"*/{NAME}"), key=lambda path: path.parent.name)
    return [read(path) for path in found]


def check_file(path: Path, sha256: str) -> None:
    """Stop unless a file is, byte for byte, the one the manifest names."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise RuleError(f"The file {path} of this backup is missing.") from error
    if found != sha256:
        raise RuleError(
            f"The file {path} is not the one that was backed up. Nothing was restored. "
            "Take another copy of this backup, or an older one."
        )


def _lines(whole: bytes) -> tuple[bytes, bytes]:
    line, signature, rest = whole.split(b"\n")
    if rest:
        raise LedgerError("more than two lines")
    return line, bytes_of(signature.decode("ascii"), SIGNATURE_BYTES)
