"""On SQLite the connection refuses to take the guards away; without that it would."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final

import pytest
from django.db import DatabaseError, connection, transaction

from centre import environment
from centre.core.checks import databases_are_safe
from centre.ledger.models import Entry
from centre.ledger.sqlite import altering, is_held
from centre.ledger.sqlite.base import refuse_weakening
from tests.ledger.conftest import note

pytestmark = pytest.mark.django_db

ROW: Final = (
    "INTO ledger_entry (id, log, n, stream, sseq, kind, entry, leaf)"
    " SELECT id + {id}, log, {n}, stream, {sseq}, 'read', entry, leaf"
    " FROM ledger_entry WHERE n = 5"
)
BARE, RECURSIVE, POSITION, AUTHORIZED = range(4)
"""What stands beside the triggers against UPDATE and DELETE, one after the other."""

NEXT: Final = "DROP TRIGGER guard_ledger_entry_next"
COLUMNS: Final = {
    BARE: (NEXT, "PRAGMA recursive_triggers = OFF"),
    RECURSIVE: (NEXT, "PRAGMA recursive_triggers = ON"),
    POSITION: ("PRAGMA recursive_triggers = ON",),
}
ASIDE: Final = "BEFORE INSERT ON ledger_entry BEGIN SELECT RAISE(IGNORE); END"

ATTEMPTS: Final = {
    "update": ("UPDATE ledger_entry SET kind = 'read' WHERE n = 2", BARE),
    "delete": ("DELETE FROM ledger_entry WHERE n = 5", BARE),
    "upsert": (
        f"INSERT {ROW.format(id=100, n='n', sseq='sseq')}"
        " ON CONFLICT (log, n) DO UPDATE SET kind = 'read'",
        BARE,
    ),
    "replace": (f"INSERT OR REPLACE {ROW.format(id=0, n='n', sseq='sseq')}", RECURSIVE),
    "gap": (f"INSERT {ROW.format(id=100, n='n + 9', sseq='sseq + 9')}", POSITION),
    "drop trigger": ("DROP TRIGGER guard_ledger_entry_delete", AUTHORIZED),
    "drop table": ("DROP TABLE ledger_checkpoint", AUTHORIZED),
    "rename table": ("ALTER TABLE ledger_entry RENAME TO aside", AUTHORIZED),
    "rename column": ("ALTER TABLE ledger_entry RENAME kind TO aside", AUTHORIZED),
    "plant a trigger": (f"CREATE TRIGGER aside {ASIDE}", AUTHORIZED),
    "plant a passing trigger": (f"CREATE TEMP TRIGGER aside {ASIDE}", AUTHORIZED),
    "shadow a table": ("CREATE TEMP TABLE ledger_head (size int)", AUTHORIZED),
    "plant a view": ("CREATE TEMP VIEW ledger_head AS SELECT 1", AUTHORIZED),
    "plant a table": ("CREATE TABLE aside (word text)", AUTHORIZED),
    "writable schema": ("PRAGMA writable_schema = ON", AUTHORIZED),
    "replace beside the triggers": ("PRAGMA recursive_triggers = OFF", AUTHORIZED),
    "no checks": ("PRAGMA ignore_check_constraints = ON", AUTHORIZED),
    "attach": ("ATTACH ':memory:' AS aside", AUTHORIZED),
}


class _UndoError(Exception):
    """Takes an attempt back."""


@pytest.fixture
def on_sqlite(history: list[Entry]) -> Iterator[None]:
    """Six entries, and the connection afterwards as it was."""
    if connection.vendor != "sqlite":
        pytest.skip("On PostgreSQL roles do what the authorizer does here.")
    yield
    with altering(connection), connection.cursor() as cursor:
        for back in (
            "PRAGMA recursive_triggers = ON",
            "PRAGMA writable_schema = OFF",
            "PRAGMA ignore_check_constraints = OFF",
        ):
            cursor.execute(back)


def _succeeds(attempt: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attempt)
            if attempt.startswith("ATTACH"):
                cursor.execute("DETACH aside")
    except DatabaseError:
        return False
    return True


def _succeeds_behind(column: int, attempt: str) -> bool:
    """Whether it would work if only that much stood in its way; then taken back."""
    done = False
    try:
        with altering(connection), transaction.atomic():
            with connection.cursor() as cursor:
                for statement in COLUMNS[column]:
                    cursor.execute(statement)
            done = _succeeds(attempt)
            raise _UndoError
    except _UndoError:
        return done


@pytest.mark.parametrize("name", ATTEMPTS)
def test_with_everything_in_place_it_is_refused(on_sqlite: None, name: str) -> None:
    assert not _succeeds(ATTEMPTS[name][0])


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("name", ATTEMPTS)
def test_with_less_in_place_it_is_refused_only_by_what_stands(
    on_sqlite: None, name: str, column: int
) -> None:
    """Each guard bites where it should, and nothing else would have."""
    attempt, needs = ATTEMPTS[name]

    assert _succeeds_behind(column, attempt) is (column < needs)


def test_the_schema_cannot_be_written_even_if_it_were_writable(
    on_sqlite: None,
) -> None:
    rewrite = "DELETE FROM sqlite_master WHERE name = 'guard_ledger_entry_next'"
    with altering(connection), connection.cursor() as cursor:
        cursor.execute("PRAGMA writable_schema = ON")

    assert not _succeeds(rewrite)
    assert note(6).n == 6


def test_what_asks_or_strengthens_is_let_through(on_sqlite: None) -> None:
    for harmless in (
        "PRAGMA foreign_key_check(ledger_entry)",
        "PRAGMA table_info(ledger_entry)",
        "PRAGMA foreign_keys = ON",
        "PRAGMA journal_mode",
        "ANALYZE ledger_head",
    ):
        assert _succeeds(harmless) or harmless.startswith("ANALYZE")


def test_an_unheld_connection_shows_and_stops_the_start(on_sqlite: None) -> None:
    assert is_held(connection)

    with altering(connection):
        assert not is_held(connection)
        found = databases_are_safe(None, databases=["default"])

    assert [message.id for message in found] == ["core.E001"]
    assert "authorizer" in found[0].msg
    assert is_held(connection)


def test_a_file_can_be_made_compact_and_stays_guarded(tmp_path: Any) -> None:
    """VACUUM builds a nameless copy beside the file, which is no attaching of ours."""
    with closing(sqlite3.connect(tmp_path / "own.sqlite3")) as own:
        own.execute("CREATE TABLE kept (word text)")
        own.execute("INSERT INTO kept VALUES ('first')")
        own.commit()
        own.set_authorizer(refuse_weakening)

        own.execute("VACUUM")

        assert own.execute("SELECT word FROM kept").fetchall() == [("first",)]
        with pytest.raises(sqlite3.DatabaseError):
            own.execute(f"ATTACH '{tmp_path / 'other'}' AS vacuum_db")


def test_both_databases_of_a_centre_run_under_the_authorizer() -> None:
    described = environment.database("sqlite:///somewhere", (3, 40, 0))

    assert described["ENGINE"] == "centre.ledger.sqlite"
