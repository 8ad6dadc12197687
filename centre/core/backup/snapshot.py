"""One moment of a database, taken while others write: never a copy of its file.

SQLite hands out a consistent copy through its backup interface (sqlite.org/backup.html)
and PostgreSQL lets pg_dump read in the very snapshot the census is taken in
(pg_export_snapshot). Both are handed on as a stream to be sealed.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from centre import environment
from centre.core.backup.census import census
from centre.core.errors import RuleError

ALL_PAGES: Final = -1
"""In one step: between two, any writer would make SQLite begin again."""
_DEBIAN: Final = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Snapshot:
    """A stream of the whole database, and what was counted in the same moment."""

    stream: BinaryIO
    census: dict[str, Any]
    form: str


@contextmanager
def snapshot(alias: str, scratch: Path) -> Iterator[Snapshot]:
    """The database behind an alias at one moment; `scratch` is an own, empty folder."""
    connection = connections[alias]
    taken = _of_sqlite if connection.vendor == "sqlite" else _of_postgresql
    with taken(connection, scratch) as found:
        yield found


@contextmanager
def _of_sqlite(connection: BaseDatabaseWrapper, scratch: Path) -> Iterator[Snapshot]:
    path = scratch / f"{connection.alias}.sqlite3"
    path.touch(mode=0o600)
    source = sqlite3.connect(str(connection.settings_dict["NAME"]), timeout=60)
    with closing(source), closing(sqlite3.connect(path)) as copy:
        source.backup(copy, pages=ALL_PAGES)
        copy.execute("PRAGMA journal_mode=DELETE")
        check_sqlite(copy)
        counted = census(copy.cursor(), "sqlite")
    try:
        with path.open("rb") as stream:
            yield Snapshot(stream, counted, "sqlite")
    finally:
        path.unlink()


def check_sqlite(opened: sqlite3.Connection) -> None:
    """Stop if SQLite finds anything wrong in a file."""
    [(says,)] = opened.execute("PRAGMA integrity_check(1)").fetchall()
    if says != "ok":
        raise RuleError(
            "SQLite's own check finds this database damaged. Nothing was backed up. "
            "Copy the disk before anything is repaired."
        )


@contextmanager
def _of_postgresql(
    connection: BaseDatabaseWrapper, scratch: Path
) -> Iterator[Snapshot]:
    program = postgresql_program("pg_dump", connection)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        [name] = cursor.fetchone()
        counted = census(cursor, "postgresql")
        words = [program, "--format=custom", "--no-owner", "--no-privileges"]
        command = [*words, f"--snapshot={name}", *reach(connection)]
        with _output_of(command, connection, scratch) as stream:
            yield Snapshot(stream, counted, "pg_dump")


@contextmanager
def _output_of(
    command: list[str], connection: BaseDatabaseWrapper, scratch: Path
) -> Iterator[BinaryIO]:
    """What a program writes; if it fails at the end, all of it counts for nothing."""
    with (scratch / "said").open("w+b") as said:
        running = subprocess.Popen(  # noqa: S603 - the server's own program
            command, env=credentials(connection), stdout=subprocess.PIPE, stderr=said
        )
        with running:
            yield cast("BinaryIO", running.stdout)
    if running.returncode:
        raise RuleError(
            "pg_dump did not finish; no backup was made. Look into the log of the "
            "database server, put right what it names and run this again."
        )


def postgresql_program(name: str, connection: BaseDatabaseWrapper) -> str:
    """The path of pg_dump or pg_restore, at least as new as the server."""
    wanted = connection.cursor().connection.info.server_version // 10000
    exact = _DEBIAN / str(wanted) / "bin" / name
    found = str(exact) if exact.exists() else shutil.which(name)
    if not found:
        raise RuleError(
            f"{name} is not on this machine. Install it beside the server: "
            "apt-get install postgresql-client"
        )
    return found


def reach(connection: BaseDatabaseWrapper) -> list[str]:
    """How a program of PostgreSQL finds the database; never with the password."""
    known = connection.settings_dict
    given = (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER"))
    named = [f"{option}={known[key]}" for option, key in given if known[key]]
    return [*named, f"--dbname={known['NAME']}"]


def credentials(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """The surroundings of such a program, which hold the password."""
    return environment.with_more(PGPASSWORD=str(connection.settings_dict["PASSWORD"]))
