"""The database as someone sees it who goes past the program."""

from __future__ import annotations

from typing import Any

from django.db import connections, models


def stored(row: models.Model, column: str) -> bytes:
    """What lies in the column."""
    sql = f"SELECT {column} FROM {row._meta.db_table} WHERE id = %s"
    with connections["default"].cursor() as cursor:
        cursor.execute(sql, [_key(row)])
        value = cursor.fetchone()[0]
    return bytes(value)


def plant(row: models.Model, column: str, value: Any) -> None:
    """Write into the column, past the program."""
    sql = f"UPDATE {row._meta.db_table} SET {column} = %s WHERE id = %s"
    with connections["default"].cursor() as cursor:
        cursor.execute(sql, [value, _key(row)])


def everything(alias: str) -> bytes:
    """Every byte of the database: the file itself on SQLite, else every column."""
    connection = connections[alias]
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        driver: Any = connection.connection
        return bytes(driver.serialize())
    return b"\n".join(_columns(alias))


def _columns(alias: str) -> list[bytes]:
    connection = connections[alias]
    found: list[bytes] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for value in (v for row in cursor.fetchall() for v in row):
                raw = bytes(value) if isinstance(value, bytes | memoryview) else None
                found.append(raw if raw is not None else str(value).encode())
    return found


def _key(row: models.Model) -> Any:
    key = row._meta.pk
    assert key is not None
    return key.get_db_prep_value(row.pk, connections["default"])
