"""Restoring into an empty home, and proving that what came back is what was saved.

Everything that can be refused is refused before the first byte is written: a manifest
or file that was changed, a home that is not empty, a root key that is not here. What
was written is then counted, digested and verified as the whole centre is.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from centre.core import verification
from centre.core.backup import census, files, manifest
from centre.core.backup.manifest import DATA, KEYS, Manifest
from centre.core.backup.snapshot import credentials, postgresql_program, reach
from centre.core.errors import RuleError
from centre.core.models import SigningKey
from centre.core.progress import Lines
from centre.ledger import roles
from centre.vault import sealing

ALIASES: Final = {DATA: "default", KEYS: "keys"}
OWNER_ONLY: Final = 0o700

Progress = Callable[[str], None]


def restore(
    data: Manifest,
    keys: Manifest,
    *,
    identity: Path,
    signed_by: str = "",
    tell: Progress,
) -> list[str]:
    """Restore both halves of a backup; hand back every fault in words, or nothing."""
    sealing.identities_in(identity)
    _check_manifests(data, keys, signed_by)
    _check_empty()
    tell("Comparing every file with the manifests")
    for half in (data, keys):
        manifest.check_file(half.folder / half.content["file"], half.content["sha256"])
    files.check(data.folder.parent, data.blobs)
    for half in (keys, data):
        tell(f"Restoring the {half.content['part']}")
        _load(half, identity)
    tell("Restoring the files")
    files.restore(data.folder.parent, data.blobs, identity=identity)
    call_command("setup", verbosity=0)
    return proof(data, keys, tell=tell)


def proof(data: Manifest, keys: Manifest, *, tell: Progress) -> list[str]:
    """Count, digest and verify what is here against the manifests; name each fault."""
    said: list[str] = []
    for half in (data, keys):
        tell(f"Counting the {half.content['part']}")
        said += census.differences(half.content["census"], _census(half))
    tell("Comparing the files")
    said += files.inventory_faults(data.blobs)
    if not SigningKey.objects.filter(kid=data.kid, user__username="system").exists():
        said.append("The manifest was not signed by this centre's own key.")
    found = verification.faults(Lines(tell))
    return said + [f"{f.table}, row {f.row}: {f.says}." for f in found]


def _check_manifests(data: Manifest, keys: Manifest, signed_by: str) -> None:
    for half, part in ((data, DATA), (keys, KEYS)):
        if half.content["part"] != part:
            raise RuleError(f"{half.path} is not the manifest of the {part}.")
        if half.kid != (signed_by or data.kid):
            raise RuleError(f"{half.path} was signed with another key than expected.")
        engine = connections[ALIASES[part]].vendor
        if (half.content["form"] == "sqlite") != (engine == "sqlite"):
            raise RuleError(
                "This backup is of the other kind of database. Set DATABASE_URL and "
                "KEYS_URL to the kind it was made from."
            )
    if keys.made_at < data.made_at:
        raise RuleError(
            "The keys are older than the data, so some of it could not be read. Name a "
            "backup of the keys made with the data, or later, with --keys."
        )


def _check_empty() -> None:
    if not Path(settings.VAULT_ROOT_KEY_FILE).exists():
        raise RuleError(
            "The root key is not here. Put it back from its copy first; without it "
            "nothing that is restored can be read."
        )
    Path(settings.CENTRE_HOME).mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY)
    for alias in ALIASES.values():
        connection = connections[alias]
        if connection.vendor == "sqlite":
            folder = Path(connection.settings_dict["NAME"]).parent
            folder.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY)
        with connection.cursor() as cursor:
            found = census.tables(cursor, connection.vendor)
        connection.close()
        if found:
            raise RuleError(
                "There is a database here already. A backup is restored into an empty "
                "CENTRE_HOME and empty databases only; nothing was changed."
            )
    if any(files.stored()):
        raise RuleError(
            "There are files here already. A backup is restored into an empty "
            "CENTRE_HOME only; nothing was changed."
        )


def _load(half: Manifest, identity: Path) -> None:
    alias = ALIASES[half.content["part"]]
    connection, owner = connections[alias], settings.DATABASE_OWNERS[alias]
    sealed = half.folder / half.content["file"]
    if connection.vendor == "sqlite":
        connection.close()
        _unseal_to(sealed, Path(connection.settings_dict["NAME"]), identity)
        return
    with tempfile.TemporaryDirectory(dir=settings.CENTRE_HOME) as scratch:
        dump = Path(scratch) / "dump"
        _unseal_to(sealed, dump, identity)
        app = connection.settings_dict["USER"]
        with roles.as_owner(connection, owner):
            _pg_restore(connection, dump)
            if owner:
                roles.grant(connection, app=app, audit=settings.AUDIT_ROLE)
    connection.close()


def _unseal_to(sealed: Path, target: Path, identity: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY)
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    with sealed.open("rb") as source, target.open("wb") as file:
        sealing.unseal(source, file, identity=identity)
        file.flush()
        os.fsync(file.fileno())


def _pg_restore(connection: Any, dump: Path) -> None:
    program = postgresql_program("pg_restore", connection)
    words = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
    done = subprocess.run(  # noqa: S603 - the server's own program
        [program, *words, *reach(connection), str(dump)],
        env=credentials(connection),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise RuleError(
            "pg_restore did not finish, and the database is as empty as before. The "
            "log of the database server says why."
        )


def _census(half: Manifest) -> dict[str, Any]:
    connection = connections[ALIASES[half.content["part"]]]
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        with closing(sqlite3.connect(path)) as opened:
            [(says,)] = opened.execute("PRAGMA integrity_check(1)").fetchall()
            if says != "ok":
                raise RuleError("SQLite's own check finds the restored file damaged.")
            return census.census(opened.cursor(), "sqlite")
    with connection.cursor() as cursor:
        return census.census(cursor, "postgresql")
