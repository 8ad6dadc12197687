"""Roles of PostgreSQL: an owner who migrates, an application that works, an auditor.

The application's role appends through functions and changes only rows that may change;
the auditor's role reads. Which tables are written once the database itself says: those
whose guards stand. Nothing here applies to SQLite, which knows no roles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

from centre.ledger.append.sql import SIGNATURES
from centre.ledger.models import ENTRIES, HEADS

_BY_FUNCTION: Final = (ENTRIES, HEADS)
"""Tables the application's role only reads; functions write them."""

_READ_ONLY: Final = (*_BY_FUNCTION, "django_migrations")

_TABLES: Final = """
SELECT c.relname, EXISTS (
    SELECT 1 FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE t.tgrelid = c.oid AND p.proname = 'guard_refuse'
      AND t.tgname = 'guard_' || c.relname || '_update'),
  (SELECT a.attname FROM pg_index i JOIN pg_attribute a
    ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = c.oid AND i.indisprimary)
FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace
ORDER BY c.relname
"""

_TOO_MUCH: Final = """
WITH me AS (SELECT * FROM pg_roles WHERE rolname = current_user),
tables AS (
  SELECT c.oid, c.relname, c.relowner, c.relname = ANY(%s) AS by_function, EXISTS (
    SELECT 1 FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE t.tgrelid = c.oid AND p.proname = 'guard_refuse'
      AND t.tgname = 'guard_' || c.relname || '_update') AS once
  FROM pg_class c
  WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace)
SELECT 'superuser' FROM me WHERE rolsuper
UNION ALL SELECT 'makes roles or databases' FROM me
  WHERE NOT rolsuper AND (rolcreaterole OR rolcreatedb OR rolreplication)
UNION ALL SELECT 'makes tables'
  WHERE has_schema_privilege(current_schema(), 'CREATE')
UNION ALL (SELECT 'owner of ' || relname FROM tables, me
  WHERE NOT rolsuper AND pg_has_role(me.oid, relowner, 'MEMBER')
  ORDER BY relname LIMIT 1)
UNION ALL (SELECT 'writes ' || relname FROM tables
  WHERE (by_function AND has_table_privilege(oid, 'INSERT, UPDATE, DELETE'))
    OR (once AND has_table_privilege(oid, 'UPDATE, DELETE'))
    OR has_table_privilege(oid, 'TRUNCATE')
  ORDER BY relname LIMIT 1)
"""


def excess(connection: BaseDatabaseWrapper) -> list[str]:
    """What the connected role could do that the application must not; empty is well."""
    with connection.cursor() as cursor:
        cursor.execute(_TOO_MUCH, [list(_READ_ONLY)])
        return [said for (said,) in cursor.fetchall()]


def may_alter(connection: BaseDatabaseWrapper) -> bool:
    """Whether the connected role could make a table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_schema_privilege(current_schema(), 'CREATE')")
        return bool(cursor.fetchone()[0])


@contextmanager
def as_owner(
    connection: BaseDatabaseWrapper, owner: Mapping[str, Any]
) -> Iterator[None]:
    """Work over this connection as the tables' owner meanwhile, if one is named."""
    if not owner:
        yield
        return
    usual = {name: connection.settings_dict[name] for name in owner}
    connection.close()
    connection.settings_dict.update(owner)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(usual)


def grant(connection: BaseDatabaseWrapper, *, app: str, audit: str = "") -> None:
    """Give both roles what they need and take everything else; as often as one likes.

    A row lock asks for the right to update at least one column, so of rows that are
    written once the application may name the key alone: the guard refuses the change.
    """
    quote = connection.ops.quote_name
    others = [quote(role) for role in (app, audit) if role]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema(), current_database()")
        schema, database = map(quote, cursor.fetchone())
        cursor.execute(_TABLES)
        tables = [(quote(t), once, quote(key)) for t, once, key in cursor.fetchall()]
        for statement in (
            *_taken(schema, database, others),
            *_read(schema, others),
            *_written(schema, quote(app), tables),
        ):
            cursor.execute(statement)


def _taken(schema: str, database: str, roles: Sequence[str]) -> Iterator[str]:
    """Begin with nothing; PostgreSQL gives everybody more than one would think."""
    yield f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC"
    yield f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC"
    for role in ("PUBLIC", *roles):
        for things in ("TABLES", "SEQUENCES", "FUNCTIONS"):
            yield f"REVOKE ALL ON ALL {things} IN SCHEMA {schema} FROM {role}"


def _read(schema: str, roles: Sequence[str]) -> Iterator[str]:
    for role in roles:
        yield f"GRANT USAGE ON SCHEMA {schema} TO {role}"
        yield f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}"


def _written(
    schema: str, app: str, tables: Sequence[tuple[str, bool, str]]
) -> Iterator[str]:
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {app}"
    for table, is_once, key in tables:
        if table.strip('"') not in _READ_ONLY:
            change = f"UPDATE ({key})" if is_once else "UPDATE, DELETE"
            yield f"GRANT INSERT, {change} ON {table} TO {app}"
        if table.strip('"') == ENTRIES:
            for function in SIGNATURES:
                yield f"GRANT EXECUTE ON FUNCTION {function} TO {app}"
