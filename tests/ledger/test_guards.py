"""The database refuses what the application never does; without guards it would not."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations.state import ProjectState

from centre.ledger import actions, guards
from centre.ledger.models import Checkpoint, Entry, Head
from centre.ledger.sqlite import altering
from tests.ledger.conftest import LOG, LOG_KEY, OPENED, Behind, note, take_guards_down

pytestmark = pytest.mark.django_db

TABLES = ("ledger_entry", "ledger_checkpoint")
REWRITES = (
    "UPDATE ledger_entry SET kind = 'read' WHERE n = 2",
    "DELETE FROM ledger_entry WHERE n = 5",
    "DELETE FROM ledger_entry",
    "DELETE FROM ledger_head",
    "UPDATE ledger_head SET vkey = 'another'",
    "UPDATE ledger_head SET size = 5",
    "UPDATE ledger_head SET size = 7",
    "UPDATE ledger_head SET last_at = '2020-01-01T00:00:00.000000Z'",
    "UPDATE ledger_checkpoint SET note = 'another'",
    "DELETE FROM ledger_checkpoint",
)
COPY = (
    "INTO ledger_entry (log, n, stream, sseq, kind, entry, leaf)"
    " SELECT log, {n}, stream, sseq + 100, kind, entry, leaf"
    " FROM ledger_entry WHERE n = 5"
)
FORGED = (
    "INSERT INTO ledger_entry (log, n, stream, sseq, kind, entry, leaf)"
    " SELECT log, 6, {stream}, sseq + 100, kind, entry, {leaf}"
    " FROM ledger_entry WHERE n = 5"
)
PLANTS = (
    "INSERT " + COPY.format(n=7),
    "INSERT " + COPY.format(n=-1),
    "INSERT "
    + COPY.format(n="n")
    + " ON CONFLICT (log, n) DO UPDATE SET kind = 'read'",
    "INSERT " + COPY.format(n="n") + " ON CONFLICT DO NOTHING",
    "INSERT INTO ledger_head (log, size, last_leaf, last_at, vkey)"
    " SELECT 'osc.example/other', 3, last_leaf, last_at, vkey FROM ledger_head",
)
ON_SQLITE = (
    "INSERT OR REPLACE " + COPY.format(n="n"),
    "REPLACE " + COPY.format(n=2),
    "INSERT OR REPLACE INTO ledger_head SELECT * FROM ledger_head",
    "INSERT OR REPLACE INTO ledger_checkpoint SELECT * FROM ledger_checkpoint",
)
ON_POSTGRESQL = (
    "TRUNCATE ledger_entry",
    "TRUNCATE ledger_head",
    "TRUNCATE ledger_checkpoint",
    "UPDATE ledger_head SET last_leaf = sha256('other'), size = size + 1",
)
REFUSAL = "written once|next position|only moves on|begins empty|never deleted"


@pytest.fixture
def kept(history: list[Entry]) -> list[dict[str, Any]]:
    """What the tables hold, to see that nothing of it moved."""
    actions.make_checkpoint(log=LOG, signer=LOG_KEY, at=OPENED)
    return _held()


def _held() -> list[dict[str, Any]]:
    rows = [
        row for model in (Entry, Head, Checkpoint) for row in model.objects.values()
    ]
    return [{k: _plain(v) for k, v in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _attacks() -> tuple[str, ...]:
    return REWRITES + PLANTS + _of_this_database()


def _of_this_database() -> tuple[str, ...]:
    return ON_SQLITE if connection.vendor == "sqlite" else ON_POSTGRESQL


def _try(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_every_rewriting_is_refused(kept: list[dict[str, Any]]) -> None:
    for attack in _attacks():
        with pytest.raises(DatabaseError, match=REFUSAL):
            _try(attack)
        assert _held() == kept, attack


@pytest.mark.parametrize("attack", REWRITES)
def test_without_guards_every_rewriting_succeeds(
    kept: list[dict[str, Any]], behind: Behind, attack: str
) -> None:
    behind(attack)

    assert _held() != kept


@pytest.mark.parametrize("attack", [PLANTS[0], PLANTS[2], PLANTS[4]])
def test_without_guards_every_planting_succeeds(
    kept: list[dict[str, Any]], behind: Behind, attack: str
) -> None:
    behind(attack)

    assert _held() != kept


def test_without_guards_what_only_this_database_knows_succeeds(
    kept: list[dict[str, Any]],
) -> None:
    for attack in _of_this_database():
        with pytest.raises(_UndoError), transaction.atomic():  # noqa: PT012
            take_guards_down()
            _try(attack)
            raise _UndoError


def test_guards_stand_and_their_absence_shows(log: str) -> None:
    assert guards.unguarded(connection, TABLES) == []

    take_guards_down()

    assert guards.unguarded(connection, TABLES) == list(TABLES)


def test_append_still_works_beside_the_guards(kept: list[dict[str, Any]]) -> None:
    assert note(6).n == 6


def test_replace_needs_the_setting_that_start_up_insists_on(
    kept: list[dict[str, Any]],
) -> None:
    """Without recursive triggers SQLite replaces a row that no position guards."""
    if connection.vendor != "sqlite":
        pytest.skip("Only SQLite has INSERT OR REPLACE.")
    attack = (
        "INSERT OR REPLACE INTO ledger_checkpoint"
        " SELECT id, log, size, root, frontier, 'forged', made_at"
        " FROM ledger_checkpoint"
    )
    with pytest.raises(DatabaseError):
        _try(attack)

    with altering(connection), connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers = OFF")
        try:
            _try(attack)
        finally:
            cursor.execute("PRAGMA recursive_triggers = ON")


@pytest.mark.postgres
def test_guards_stand_whatever_the_sessions_role(kept: list[dict[str, Any]]) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("Only PostgreSQL has session_replication_role.")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")

    for attack in REWRITES:
        with pytest.raises(DatabaseError):
            _try(attack)


@pytest.mark.postgres
def test_leaf_is_the_hash_of_its_entry(kept: list[dict[str, Any]]) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("Only PostgreSQL can compute the hash in a constraint.")
    with pytest.raises(DatabaseError, match="ledger_entry_leaf_is_its_hash"):
        _try(FORGED.format(stream="stream", leaf="sha256('other')"))


@pytest.mark.parametrize("column", ["stream", "leaf"])
def test_leaf_and_stream_have_their_size(
    kept: list[dict[str, Any]], column: str
) -> None:
    columns = {"stream": "stream", "leaf": "leaf"} | {column: "entry"}

    with pytest.raises(DatabaseError, match="ledger_entry"):
        _try(FORGED.format(**columns))


def test_write_once_can_be_put_on_any_table_and_taken_off() -> None:
    guard = guards.WriteOnce("shelf")
    with altering(connection):
        _try("CREATE TABLE shelf (id integer PRIMARY KEY, word text)")
    _try("INSERT INTO shelf VALUES (1, 'first')")

    _run(guard.statements(connection.vendor))
    for attack in ("UPDATE shelf SET word = 'x'", "DELETE FROM shelf"):
        with pytest.raises(DatabaseError, match="shelf"):
            _try(attack)
    _try("INSERT INTO shelf VALUES (2, 'second')")

    with altering(connection), connection.cursor() as cursor:
        editor: Any = _Editor(cursor)
        guard.take_down(editor)
    assert guards.unguarded(connection, ["shelf"]) == ["shelf"]
    _try("UPDATE shelf SET word = 'x'")
    _try("DELETE FROM shelf")


def test_guard_leaves_the_state_of_the_models_alone() -> None:
    guard = guards.WriteOnce("shelf")
    state = ProjectState()

    guard.state_forwards("ledger", state)

    assert state == ProjectState()
    assert guard.deconstruct() == ("WriteOnce", ("shelf",), {})
    assert "shelf" in guard.describe()
    assert guard.reversible


def test_guard_goes_up_only_where_its_tables_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nowhere(*_given: object) -> bool:
        return False

    monkeypatch.setattr("django.db.router.allow_migrate", nowhere)
    state = ProjectState()
    with connection.cursor() as cursor:
        editor: Any = _Editor(cursor)
        guards.WriteOnce("no_such_table").database_forwards(
            "ledger", editor, state, state
        )
        guards.WriteOnce("no_such_table").database_backwards(
            "ledger", editor, state, state
        )


def test_migration_puts_a_guard_up_and_takes_it_down() -> None:
    guard, state = guards.WriteOnce("shelf"), ProjectState()
    with altering(connection):
        _try("CREATE TABLE shelf (id integer PRIMARY KEY)")

    with altering(connection), connection.cursor() as cursor:
        editor: Any = _Editor(cursor)
        guard.database_forwards("ledger", editor, state, state)
        assert guards.unguarded(connection, ["shelf"]) == []
        guard.database_backwards("ledger", editor, state, state)

    assert guards.unguarded(connection, ["shelf"]) == ["shelf"]


class _UndoError(Exception):
    """Undoes what was tried."""


class _Editor:
    """The part of a schema editor that guards use, inside the test's transaction."""

    connection = connection

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor

    def execute(self, statement: str, params: None) -> None:
        self.cursor.execute(statement)


def _run(statements: list[str]) -> None:
    with altering(connection), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
