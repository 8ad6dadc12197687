"""Guards in the database: rows that are written once stay as they were written.

Migration operations that put triggers on a table, on SQLite and on PostgreSQL, and
take them off again when the migration is undone. On SQLite a later migration that
alters a guarded table builds it anew and drops its triggers: repeat the guard there.

SQLite's INSERT OR REPLACE deletes without firing triggers unless the connection has
`PRAGMA recursive_triggers=ON`; the start-up checks insist on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db import router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

POSTGRESQL: Final = "postgresql"
SQLITE: Final = "sqlite"

_REFUSE: Final = """
CREATE OR REPLACE FUNCTION guard_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Rows of % are written once: % is refused.', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'insufficient_privilege';
END $$
"""

_NEXT_POSITION: Final = """
CREATE OR REPLACE FUNCTION guard_next_position() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  next_n bigint;
BEGIN
  SELECT size INTO next_n FROM ledger_head WHERE log = NEW.log;
  IF NEW.n IS DISTINCT FROM next_n AND (next_n IS NULL OR NEW.n < next_n
    OR NEW.n - 1 IS DISTINCT FROM (SELECT n FROM ledger_entry
      WHERE log = NEW.log AND n >= NEW.n - 1 ORDER BY n LIMIT 1))
  THEN
    RAISE EXCEPTION 'An entry can only be added at the next position of its log.'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$
"""

_HEAD_MOVES_ON: Final = """
CREATE OR REPLACE FUNCTION guard_head_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.log <> OLD.log OR NEW.vkey <> OLD.vkey OR NEW.size <= OLD.size
    OR NEW.last_at COLLATE "C" <= OLD.last_at
    OR NOT EXISTS (SELECT 1 FROM
      (SELECT n, leaf FROM ledger_entry WHERE log = OLD.log AND n < NEW.size
        ORDER BY n DESC LIMIT 1) AS newest
      WHERE newest.n = NEW.size - 1 AND newest.leaf = NEW.last_leaf)
  THEN
    RAISE EXCEPTION 'The head of a log only moves on to its newest entry.'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$
"""

_HEAD_BEGINS_EMPTY: Final = """
CREATE OR REPLACE FUNCTION guard_head_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.size <> 0 OR EXISTS (SELECT 1 FROM ledger_entry WHERE log = NEW.log) THEN
    RAISE EXCEPTION 'A log begins empty.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$
"""

MANY_AT_ONCE: Final = (_NEXT_POSITION, _HEAD_MOVES_ON)
"""On PostgreSQL a batch is one statement: each row follows the head or the row before
it, and the head moves to the last of them. Each look-up is ordered, so that only the
index of that order fits: a session keeps its plans, and one made while the table was
empty would else read the whole log for each row. Where a first form of these stood,
they are made anew."""


class Guard(Operation):
    """A guard on one table; the state of the models is not touched by it."""

    reduces_to_sql = True
    reversible = True
    table: str

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models do not know their guards."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        """Put the guard up."""
        if router.allow_migrate(schema_editor.connection.alias, app_label):
            self.put_up(schema_editor)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        """Take the guard down."""
        if router.allow_migrate(schema_editor.connection.alias, app_label):
            self.take_down(schema_editor)

    def describe(self) -> str:
        """One line for the person who runs the migration."""
        return f"Guard {self.table} ({type(self).__name__})"

    def put_up(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Create the guard's triggers and constraints."""
        for statement in self.statements(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def take_down(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Drop the guard's triggers and constraints."""
        vendor = schema_editor.connection.vendor
        for name in self.names(vendor):
            schema_editor.execute(_drop(vendor, name, self.table), params=None)

    def statements(self, vendor: str) -> list[str]:
        """What puts the guard up."""
        raise NotImplementedError

    def names(self, vendor: str) -> list[str]:
        """The triggers of the guard."""
        raise NotImplementedError


class WriteOnce(Guard):
    """Refuse to change or delete a row, and on PostgreSQL to empty the table."""

    def __init__(self, table: str) -> None:
        self.table = table

    def names(self, vendor: str) -> list[str]:
        """One trigger for each way a row could be lost."""
        ways = ["update", "delete"] + ["truncate"] * (vendor == POSTGRESQL)
        return [f"guard_{self.table}_{way}" for way in ways]

    def statements(self, vendor: str) -> list[str]:
        """The triggers, which on PostgreSQL stand whatever the session's role."""
        if vendor == POSTGRESQL:
            return [_REFUSE, *self._postgresql()]
        says = f"Rows of {self.table} are written once."
        return [
            _sqlite(name, f"BEFORE {name.rpartition('_')[2]} ON", self.table, says)
            for name in self.names(vendor)
        ]

    def _postgresql(self) -> list[str]:
        made: list[str] = []
        for name in self.names(POSTGRESQL):
            way = name.rpartition("_")[2].upper()
            each = "STATEMENT" if way == "TRUNCATE" else "ROW"
            made += _always(name, self.table, way, each, "guard_refuse")
        return made


class Lifted(Guard):
    """Take a guard off while its table is altered; put it up again right after.

    SQLite would drop the triggers with the table, PostgreSQL would keep them.
    """

    def __init__(self, guard: Guard) -> None:
        self.guard, self.table = guard, guard.table

    def put_up(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Take the guard off."""
        self.guard.take_down(schema_editor)

    def take_down(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Undone, the guard stands again."""
        self.guard.put_up(schema_editor)


class NextPosition(Guard):
    """Accept an entry only at the position that its log's head says is next."""

    table = "ledger_entry"

    def names(self, vendor: str) -> list[str]:
        """One trigger before each insert."""
        return ["guard_ledger_entry_next"]

    def statements(self, vendor: str) -> list[str]:
        """The trigger; on SQLite it also refuses INSERT OR REPLACE."""
        [name] = self.names(vendor)
        if vendor == POSTGRESQL:
            trigger = _always(name, self.table, "INSERT", "ROW", "guard_next_position")
            return [_NEXT_POSITION, *trigger]
        unless = (
            "NEW.n IS NOT (SELECT size FROM ledger_head WHERE log = NEW.log) OR EXISTS"
            " (SELECT 1 FROM ledger_entry WHERE log = NEW.log AND n = NEW.n)"
        )
        says = "An entry can only be added at the next position of its log."
        return [_sqlite(name, "BEFORE INSERT ON", self.table, says, unless)]


class HeadMovesOn(Guard):
    """Let a head begin empty and move on entry by entry; never back, never away."""

    table = "ledger_head"

    def names(self, vendor: str) -> list[str]:
        """A trigger for each way to set a head."""
        ways = ["insert", "update", "delete"] + ["truncate"] * (vendor == POSTGRESQL)
        return [f"guard_ledger_head_{way}" for way in ways]

    def statements(self, vendor: str) -> list[str]:
        """The triggers and, on PostgreSQL, the functions they call."""
        return self._postgresql() if vendor == POSTGRESQL else self._sqlite()

    def _postgresql(self) -> list[str]:
        begin, move, delete, empty = self.names(POSTGRESQL)
        return [
            _REFUSE,
            _HEAD_BEGINS_EMPTY,
            _HEAD_MOVES_ON,
            *_always(begin, self.table, "INSERT", "ROW", "guard_head_begins"),
            *_always(move, self.table, "UPDATE", "ROW", "guard_head_moves_on"),
            *_always(delete, self.table, "DELETE", "ROW", "guard_refuse"),
            *_always(empty, self.table, "TRUNCATE", "STATEMENT", "guard_refuse"),
        ]

    def _sqlite(self) -> list[str]:
        begin, move, delete = self.names(SQLITE)
        not_empty = (
            "NEW.size <> 0 OR EXISTS"
            " (SELECT 1 FROM ledger_entry WHERE log = NEW.log)"
            " OR EXISTS (SELECT 1 FROM ledger_head WHERE log = NEW.log)"
        )
        elsewhere = (
            "NEW.log IS NOT OLD.log OR NEW.vkey IS NOT OLD.vkey"
            " OR NEW.last_at <= OLD.last_at OR NEW.size IS NOT OLD.size + 1"
            " OR NEW.last_leaf IS NOT"
            " (SELECT leaf FROM ledger_entry WHERE log = OLD.log AND n = OLD.size)"
        )
        moves = "The head of a log only moves on to its newest entry."
        stays = "The head of a log is never deleted."
        begins = "A log begins empty."
        return [
            _sqlite(begin, "BEFORE INSERT ON", self.table, begins, not_empty),
            _sqlite(move, "BEFORE UPDATE ON", self.table, moves, elsewhere),
            _sqlite(delete, "BEFORE DELETE ON", self.table, stays),
        ]


class LeafOfEntry(Guard):
    """On PostgreSQL, refuse a leaf that is not the hash of its entry."""

    table = "ledger_entry"

    def names(self, vendor: str) -> list[str]:
        """The constraint, which only PostgreSQL can compute."""
        return ["ledger_entry_leaf_is_its_hash"] if vendor == POSTGRESQL else []

    def statements(self, vendor: str) -> list[str]:
        """The constraint (RFC 6962 §2.1: a leaf is hashed after a zero byte)."""
        return [
            f"ALTER TABLE ledger_entry ADD CONSTRAINT {name}"
            r" CHECK (leaf = sha256('\x00'::bytea || entry))"
            for name in self.names(vendor)
        ]

    def take_down(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        """Drop the constraint."""
        for name in self.names(schema_editor.connection.vendor):
            drop = f"ALTER TABLE ledger_entry DROP CONSTRAINT {name}"
            schema_editor.execute(drop, params=None)


def unguarded(connection: BaseDatabaseWrapper, tables: Iterable[str]) -> list[str]:
    """Of these write-once tables, those whose guards do not all stand."""
    standing = _standing(connection)
    vendor = connection.vendor
    return [t for t in tables if not standing.issuperset(WriteOnce(t).names(vendor))]


def _standing(connection: BaseDatabaseWrapper) -> set[str]:
    triggers = (
        "SELECT tgname FROM pg_trigger WHERE tgenabled = 'A' AND NOT tgisinternal"
        if connection.vendor == POSTGRESQL
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(triggers)
        return {name for (name,) in cursor.fetchall()}


def _sqlite(name: str, when: str, table: str, says: str, unless: str = "") -> str:
    condition = f" WHEN {unless}" if unless else ""
    refuse = f"SELECT RAISE(ABORT, '{says}');"
    return f'CREATE TRIGGER "{name}" {when} "{table}"{condition} BEGIN {refuse} END'


def _always(name: str, table: str, way: str, each: str, function: str) -> list[str]:
    return [
        f'CREATE TRIGGER "{name}" BEFORE {way} ON "{table}"'
        f" FOR EACH {each} EXECUTE FUNCTION {function}()",
        f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER "{name}"',
    ]


def _drop(vendor: str, name: str, table: str) -> str:
    on = f' ON "{table}"' if vendor == POSTGRESQL else ""
    return f'DROP TRIGGER "{name}"{on}'
