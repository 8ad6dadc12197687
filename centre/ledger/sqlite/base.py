"""The database backend: Django's own, each connection under the authorizer."""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from django.db.backends.sqlite3 import base

_SCHEMA_TABLES: Final = frozenset(
    {"sqlite_master", "sqlite_schema", "sqlite_temp_master", "sqlite_temp_schema"}
)
_REBUILT: Final = "vacuum_db"
"""What VACUUM calls the nameless copy it builds; its name cannot be chosen else."""

_REFUSED: Final = frozenset(
    {
        sqlite3.SQLITE_ALTER_TABLE,
        sqlite3.SQLITE_CREATE_INDEX,
        sqlite3.SQLITE_CREATE_TABLE,
        sqlite3.SQLITE_CREATE_TEMP_INDEX,
        sqlite3.SQLITE_CREATE_TEMP_TABLE,
        sqlite3.SQLITE_CREATE_TEMP_TRIGGER,
        sqlite3.SQLITE_CREATE_TEMP_VIEW,
        sqlite3.SQLITE_CREATE_TRIGGER,
        sqlite3.SQLITE_CREATE_VIEW,
        sqlite3.SQLITE_CREATE_VTABLE,
        sqlite3.SQLITE_DROP_INDEX,
        sqlite3.SQLITE_DROP_TABLE,
        sqlite3.SQLITE_DROP_TEMP_INDEX,
        sqlite3.SQLITE_DROP_TEMP_TABLE,
        sqlite3.SQLITE_DROP_TEMP_TRIGGER,
        sqlite3.SQLITE_DROP_TEMP_VIEW,
        sqlite3.SQLITE_DROP_TRIGGER,
        sqlite3.SQLITE_DROP_VIEW,
        sqlite3.SQLITE_DROP_VTABLE,
    }
)
_WRITES: Final = frozenset(
    {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}
)
_ASKING: Final = frozenset(
    {
        "foreign_key_check",
        "foreign_key_list",
        "index_info",
        "index_list",
        "index_xinfo",
        "integrity_check",
        "quick_check",
        "table_info",
        "table_list",
        "table_xinfo",
        "wal_checkpoint",
    }
)
"""PRAGMAs whose argument says what is asked about; any other argument sets a value."""

_STRENGTHENS: Final = frozenset(
    {
        ("foreign_keys", "on"),
        ("recursive_triggers", "on"),
        ("secure_delete", "on"),
        ("trusted_schema", "off"),
        ("writable_schema", "off"),
    }
)


def refuse_weakening(
    action: int,
    first: str | None,
    second: str | None,
    database: str | None,
    _trigger: str | None,
) -> int:
    """SQLite's question about one step of a statement, answered."""
    refused = database != _REBUILT and (
        action in _REFUSED
        or (action in _WRITES and first in _SCHEMA_TABLES)
        or (action == sqlite3.SQLITE_PRAGMA and not _is_harmless(first, second))
        or (action == sqlite3.SQLITE_ATTACH and first != "")
    )
    return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK


def _is_harmless(pragma: str | None, value: str | None) -> bool:
    name = (pragma or "").lower()
    if value is None or name in _ASKING:
        return True
    return (name, value.lower()) in _STRENGTHENS


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to SQLite that refuses what would undo its guards."""

    is_altering = False

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open, set what `init_command` says, then put the authorizer in place."""
        opened = super().get_new_connection(conn_params)
        if not self.is_altering:
            opened.set_authorizer(refuse_weakening)
        return opened

    def let_alter(self, *, may: bool) -> None:
        """Take the authorizer off, or put it back."""
        self.is_altering = may
        if self.connection is not None:
            self.connection.set_authorizer(None if may else refuse_weakening)
