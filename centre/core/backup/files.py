"""The encrypted files in a backup: each sealed once, named by its digest.

They are written once and never changed, so a backup takes over what an earlier one
sealed and adds what is new.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.conf import settings

from centre.core.backup import manifest
from centre.core.backup.manifest import Manifest
from centre.core.errors import RuleError
from centre.vault import sealing
from centre.vault.root import sync_folder

FOLDER: Final = "blobs"
TOLD_EACH: Final = 100
OWNER_ONLY: Final = 0o700
OWNER_READS: Final = 0o400

Listed = dict[str, dict[str, Any]]


def back_up(
    out: Path, *, recipients: Sequence[str], tell: Callable[[str], None]
) -> dict[str, Any]:
    """Seal what is new; list every file, and those that rows name but are missing."""
    earlier = _newest(out)
    named = set(expected())  # asked first: whatever a row names lies there by now
    found = {path.name: path for path in stored()}
    listed: Listed = {}
    for number, (name, path) in enumerate(sorted(found.items())):
        if number % TOLD_EACH == 0:
            tell(f"Files: {number} of {len(found)}")
        known = earlier.get(name)
        if known is None or not (out / FOLDER / known["file"]).exists():
            known = _seal(path, out / FOLDER, recipients)
        listed[name] = known
    return {"blobs": listed, "missing": sorted(named - set(found))}


def restore(out: Path, listed: Listed, *, identity: Path) -> None:
    """Put every file back into its place; each must be the one that was stored."""
    for name, known in sorted(listed.items()):
        target = Path(settings.VAULT_BLOBS) / name[:2] / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY)
        source = out / FOLDER / known["file"]
        with source.open("rb") as sealed, target.open("xb") as file:
            opened = sealing.unseal(sealed, file, identity=identity)
            file.flush()
            os.fsync(file.fileno())
        target.chmod(OWNER_READS)
        if opened.sha256 != known["stored_sha256"]:
            raise RuleError(f"The file {source} does not hold what was stored.")


def check(out: Path, listed: Listed) -> None:
    """Stop at the first sealed file that is missing or was changed."""
    for known in listed.values():
        manifest.check_file(out / FOLDER / known["file"], known["sha256"])


def inventory_faults(listed: Listed) -> list[str]:
    """In words, where the files of this centre are not those of the manifest."""
    here = {path.name: path for path in stored()}
    said = [f"The file {n} is missing." for n in sorted(set(listed) - set(here))]
    said += [f"The file {n} is too many." for n in sorted(set(here) - set(listed))]
    both = sorted(set(here) & set(listed))
    changed = (n for n in both if _digest(here[n]) != listed[n]["stored_sha256"])
    return said + [f"The file {n} is not what was stored." for n in changed]


def stored() -> Iterator[Path]:
    """Every finished file of this centre."""
    for path in Path(settings.VAULT_BLOBS).glob("??/*"):
        if not path.name.startswith("."):
            yield path


def expected() -> Iterator[str]:
    """The name of every file that a row of evidence says there is."""
    for model in apps.get_models():
        if hasattr(model, "blob_id") and hasattr(model, "cipher_sha256"):
            for key in model._default_manager.values_list("blob_id", flat=True):
                yield UUID(str(key)).hex


def prune(out: Path, kept: Iterable[Manifest]) -> None:
    """Remove sealed files that no kept backup lists."""
    wanted = {known["file"] for m in kept for known in m.blobs.values()}
    for path in (out / FOLDER).glob("*"):
        if path.name not in wanted:
            path.unlink()


def _newest(out: Path) -> Listed:
    kept = manifest.generations(out)
    return kept[-1].blobs if kept else {}


def _seal(path: Path, folder: Path, recipients: Sequence[str]) -> dict[str, Any]:
    folder.mkdir(exist_ok=True, mode=OWNER_ONLY)
    stored_sha256 = _digest(path)
    draft = folder / f".{secrets.token_hex(8)}"
    try:
        with path.open("rb") as source, draft.open("xb") as target:
            sealed = sealing.seal(source, target, recipients=recipients)
            target.flush()
            os.fsync(target.fileno())
        name = stored_sha256 + sealing.SUFFIX
        draft.rename(folder / name)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(folder)
    return {
        "file": name,
        "sha256": sealed.sha256,
        "size": sealed.size,
        "stored_sha256": stored_sha256,
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
