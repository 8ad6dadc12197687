"""Making a backup: data, then files, then keys, each sealed as it is read.

The order lets every row in the copy have its file, and every case its key. A
generation is written beside its place and gets its name when it is whole and on the
disk; a run that is stopped leaves nothing that looks like a backup.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connections

from centre.core import clock
from centre.core.actions.backups import note_backup
from centre.core.actions.set_up import system_actor
from centre.core.backup import files, manifest
from centre.core.backup.manifest import DATA, KEYS, Manifest
from centre.core.backup.snapshot import snapshot
from centre.core.errors import RuleError
from centre.core.known_heads import refuse_while_behind
from centre.core.models import Centre
from centre.vault import sealing
from centre.vault.root import sync_folder

KEYS_LAST: Final = timedelta(days=35)
"""So long a destroyed key can still lie in a backup of the key store."""
KEEP: Final = 30
OWNER_ONLY: Final = 0o700
ASIDE: Final = ".making-"

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Made:
    """Both halves of one backup."""

    data: Manifest
    keys: Manifest
    missing: tuple[str, ...]


def make_backup(
    out: Path,
    keys_out: Path,
    *,
    recipients: Sequence[str],
    keep: int = KEEP,
    tell: Progress,
) -> Made:
    """Back up everything as it is at one moment; prune what is old; write it down."""
    sealing.check_recipients(recipients)
    if not Centre.objects.exists():
        raise RuleError("There is no centre here yet, so nothing to back up.")
    refuse_while_behind()
    _check_apart(out, keys_out)
    at = clock.now()
    name = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    tell("The records")
    data = _generation(out, name, DATA, recipients, tell)
    tell("The keys")
    keys = _generation(keys_out, name, KEYS, recipients, tell)
    note_backup(data=data.sha256, keys=keys.sha256, name=name, at=at)
    prune(out, keep=keep)
    prune_keys(keys_out, at=at)
    return Made(data, keys, tuple(data.content["missing"]))


def prune(out: Path, *, keep: int) -> None:
    """Remove the oldest generations beyond so many, then files that none has."""
    kept = manifest.generations(out)
    for old in kept[: max(len(kept) - keep, 0)]:
        shutil.rmtree(old.folder)
    files.prune(out, manifest.generations(out))


def prune_keys(keys_out: Path, *, at: datetime) -> None:
    """Remove copies of the key store past their time; the newest stays."""
    for old in manifest.generations(keys_out)[:-1]:
        if datetime.fromisoformat(old.made_at) < at - KEYS_LAST:
            shutil.rmtree(old.folder)


def _check_apart(out: Path, keys_out: Path) -> None:
    for folder in (out, keys_out):
        folder.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY)
    if out.resolve() == keys_out.resolve():
        raise RuleError(
            "Data and keys go to different folders, best on different disks: name "
            "another one with --keys-out."
        )


def _generation(
    out: Path, name: str, part: str, recipients: Sequence[str], tell: Progress
) -> Manifest:
    alias = "default" if part == DATA else "keys"
    with _aside(out, name) as (folder, scratch):
        # The files are listed after the snapshot, so that every row has its file.
        with snapshot(alias, scratch) as taken:
            sealed = _seal(taken.stream, folder / f"{part}.age", recipients)
            counted, form = taken.census, taken.form
        content: dict[str, Any] = {
            "part": part,
            "made_at": clock.now().isoformat(),
            "form": form,
            "file": f"{part}.age",
            **sealed,
            "census": counted,
        }
        if part == DATA:
            content |= files.back_up(out, recipients=recipients, tell=tell)
        connections[alias].close()
        manifest.write(folder, content, signer=system_actor().signer)
    return manifest.read(out / name / manifest.NAME)


@contextmanager
def _aside(out: Path, name: str) -> Iterator[tuple[Path, Path]]:
    """A folder that gets its name only when all went well; remains are cleared."""
    for remains in out.glob(f"{ASIDE}*"):
        shutil.rmtree(remains, ignore_errors=True)
    folder = out / f"{ASIDE}{name}"
    folder.mkdir(mode=OWNER_ONLY)
    try:
        with tempfile.TemporaryDirectory(dir=_scratch()) as scratch:
            yield folder, Path(scratch)
        folder.rename(out / name)
        sync_folder(out)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _scratch() -> Path:
    """On the disk that holds the data already; never where the backups go."""
    return Path(settings.CENTRE_HOME)


def _seal(source: Any, path: Path, recipients: Sequence[str]) -> dict[str, Any]:
    with path.open("xb") as target:
        sealed = sealing.seal(source, target, recipients=recipients)
        target.flush()
        os.fsync(target.fileno())
    return {"size": sealed.size, "sha256": sealed.sha256}
