"""Whole centres of their own, driven by their commands as somebody types them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from pyrage import x25519

from centre import environment
from tests.house import ROOT
from tools import migrated

OPENED = ("open_centre", "riverside", "Riverside Centre", "--timezone=Africa/Nairobi")


@dataclass
class Home:
    """One home, its surroundings, and the offline identity of its backups."""

    folder: Path
    surroundings: dict[str, str]
    identity: Path

    @property
    def out(self) -> Path:
        """Where its backups go."""
        return self.folder.parent / "out"

    def manage(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """A command and what came of it."""
        return subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *words],
            cwd=ROOT,
            env=environment.with_more(**{**self.surroundings, **more}),
            capture_output=True,
            text=True,
            check=False,
        )

    def done(self, *words: str, **more: str) -> str:
        """A command that must succeed; what it prints."""
        ran = self.manage(*words, **more)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def back_up(self, *words: str) -> Path:
        """The manifest of a new backup."""
        told = self.done("backup", f"--out={self.out}", *words)
        return Path(told.split("Backed up: ")[1].splitlines()[0])


def make_home(folder: Path, **urls: str) -> Home:
    """An opened centre with keys, and a stick with the identity of its backups."""
    pair = x25519.Identity.generate()
    identity = folder / "stick"
    identity.write_text(f"# kept away from the server\n{pair}\n")
    home = Home(
        folder / "home",
        {
            "CENTRE_HOME": str(folder / "home"),
            "CENTRE_BACKUP_RECIPIENTS": str(pair.to_public()),
            "DJANGO_SETTINGS_MODULE": "centre.settings",
            "CENTRE_ONE_ROLE": "yes",
            "DATABASE_URL": f"sqlite://{folder}/home/centre.sqlite3",
            "KEYS_URL": f"sqlite://{folder}/home/keys/keys.sqlite3",
            **urls,
        },
        identity,
    )
    home.surroundings["CENTRE_ROOT_KEY"] = str(folder / "root.key")
    home.done("setup")
    if not urls:
        migrated.put_into(home.folder)
    home.done("migrate")
    home.done(*OPENED)
    return home


def server_url(name: str) -> str:
    """A database of this name on the PostgreSQL these tests run against."""
    from django.conf import settings

    known = settings.DATABASES["default"]
    who = f"{known['USER']}:{known['PASSWORD']}"
    return f"postgresql://{who}@{known['HOST']}:{known['PORT']}/{name}"


def on_server(statement: str) -> None:
    """A statement that makes or drops a database there."""
    import psycopg

    with psycopg.connect(server_url("postgres"), autocommit=True) as opened:
        opened.execute(statement)


def template(alias: str) -> str:
    """The database to copy: the migrated one of this run, else an empty one."""
    from django.conf import settings

    known = settings.DATABASES[alias]["TEST"].get("TEMPLATE")
    return known or "template0"


def new_databases(names: dict[str, str], *, are_migrated: bool) -> dict[str, str]:
    """New databases there, by the setting that names each."""
    for setting, name in names.items():
        known = {"DATABASE_URL": "default", "KEYS_URL": "keys"}[setting]
        copied = template(known) if are_migrated else "template0"
        on_server(f'CREATE DATABASE "{name}" TEMPLATE "{copied}"')
    return {setting: server_url(name) for setting, name in names.items()}
