"""A restore for trial: elsewhere, timed, proven, written down, and cleared away."""

from __future__ import annotations

import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connections

from centre import environment
from centre.core import clock
from centre.core.actions.backups import note_drill
from centre.core.backup.manifest import Manifest
from centre.ledger import roles

URLS: Final = {"default": "DATABASE_URL", "keys": "KEYS_URL"}


@dataclass(frozen=True)
class Drilled:
    """How long it took, and every fault in words."""

    seconds: float
    faults: tuple[str, ...]


def drill(data: Manifest, keys: Manifest, *, identity: Path) -> Drilled:
    """Restore into a scratch home and scratch databases; nothing of it stays."""
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="centre-drill-") as home,
        ExitStack() as kept,
    ):
        urls = {
            name: kept.enter_context(_scratch_database(alias, Path(home)))
            for alias, name in URLS.items()
        }
        said = _restore(data, keys, identity, {"CENTRE_HOME": home, **urls})
    seconds = time.monotonic() - began
    note_drill(
        data=data.sha256,
        name=data.folder.name,
        seconds=round(seconds),
        faults=len(said),
        at=clock.now(),
    )
    return Drilled(seconds, said)


def _restore(
    data: Manifest, keys: Manifest, identity: Path, surroundings: Mapping[str, str]
) -> tuple[str, ...]:
    own = {
        "CENTRE_ROOT_KEY": str(Path(settings.VAULT_ROOT_KEY_FILE).resolve()),
        "CENTRE_KNOWN_HEADS": str(Path(surroundings["CENTRE_HOME"]) / "none.json"),
        "DJANGO_SETTINGS_MODULE": "centre.settings",
        "MIGRATE_URL": "",
        "KEYS_MIGRATE_URL": "",
    }
    program = str(settings.BASE_DIR / "manage.py")
    paths = [str(data.path.resolve()), f"--keys={keys.path.resolve()}"]
    who = [f"--identity={identity.resolve()}", f"--signed-by={data.kid}"]
    done = subprocess.run(  # noqa: S603 - this very program
        [sys.executable, program, "restore", *paths, *who],
        env=environment.with_more(**own, **surroundings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
    )
    if not done.returncode:
        return ()
    return tuple(line for line in done.stderr.splitlines() if line.strip())


@contextmanager
def _scratch_database(alias: str, home: Path) -> Iterator[str]:
    connection = connections[alias]
    if connection.vendor == "sqlite":
        yield f"sqlite://{home}/{alias}.sqlite3"
        return
    name = f"centre_drill_{secrets.token_hex(6)}"
    owner = settings.DATABASE_OWNERS[alias]
    with roles.as_owner(connection, owner), connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        yield _url({**connection.settings_dict, **owner}, name)
    finally:
        with roles.as_owner(connection, owner), connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _url(known: Mapping[str, Any], name: str) -> str:
    who = f"{quote(known['USER'], safe='')}:{quote(known['PASSWORD'], safe='')}"
    where = f":{known['PORT']}" if known["PORT"] else ""
    host = urlencode({"host": known["HOST"]}) if known["HOST"] else ""
    return f"postgresql://{who}@{where}/{name}?{host}"
