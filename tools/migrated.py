"""Databases as the migrations leave them, made once for a run and copied afterwards.

Bringing an empty database up to date takes many seconds, and a run of the tests needs
dozens of such databases. What is copied is what the migrations made, and whoever
copies still calls `migrate`, which then finds nothing to do.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from tools import places, postgres
from tools.talk import SetUpError

NAMED_BY: Final = "CENTRE_MIGRATED"
"""The variable of the surroundings that names the folder, if there is one."""
SQLITE: Final = {"default": "centre.sqlite3", "keys": "keys/keys.sqlite3"}
SERVER: Final = "postgresql"


def make(folder: Path, surroundings: Mapping[str, str]) -> dict[str, str]:
    """Migrate both kinds of database into this folder; what to add to surroundings."""
    home = {**surroundings, "CENTRE_HOME": str(folder)}
    _manage("setup", home)
    with ThreadPoolExecutor(2) as both:
        done = [both.submit(_manage, "migrate", home), both.submit(_serve, home)]
        for one in done:
            one.result()
    return {NAMED_BY: str(folder)}


def _serve(home: Mapping[str, str]) -> None:
    """Migrate a server's two databases, and keep the stopped server."""
    with postgres.server(keep=Path(home["CENTRE_HOME"]) / SERVER) as server:
        urls = {"DATABASE_URL": server.url("centre"), "KEYS_URL": server.url("keys")}
        _manage("migrate", {**home, **urls, "CENTRE_ONE_ROLE": "yes"})


def kept() -> Path | None:
    """The folder of this run, if it has one."""
    named = os.environ.get(NAMED_BY)
    return Path(named) if named else None


def put_into(home: Path) -> None:
    """Lay migrated SQLite files into a home that has none yet."""
    folder = kept()
    for name in SQLITE.values() if folder else ():
        target = home / name
        if folder and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / name, target)


def cluster() -> Path | None:
    """A stopped PostgreSQL server whose two databases are migrated, to be copied."""
    folder = kept()
    return folder / SERVER if folder else None


def _manage(word: str, surroundings: Mapping[str, str]) -> None:
    command = [str(places.PYTHON), str(places.ROOT / "manage.py"), word]
    done = subprocess.run(
        command, cwd=places.ROOT, env=surroundings, capture_output=True, text=True
    )
    if done.returncode:
        raise SetUpError(f"'manage.py {word}' failed:\n{done.stderr[-2000:]}")
