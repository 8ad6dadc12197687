"""What each role of PostgreSQL can do to the ledger: real migrations, real roles.

The database is made for this module by `migrate` under the owner's URL, with every
guard in place, and each attempt is made by the role the row of the table names. What
succeeds is a row of the table too: it is what only signatures and anchors expose.
"""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final

import pytest
from django.conf import settings
from django.db import connection
from django.db.utils import ConnectionHandler

from centre.ledger import checkpoint, roles, times
from centre.ledger.append import functions
from centre.ledger.append.batch import Said, rows_of
from centre.ledger.kinds import Kind
from centre.ledger.origins import genesis
from tests.ledger.conftest import AMINA, LOG, LOG_KEY, OPENED, SWAB

pytestmark = pytest.mark.postgres

APP, AUDIT, OWNER, SUPERUSER = "app", "audit", "owner", "superuser"
EVERYBODY: Final = frozenset({APP, AUDIT, OWNER, SUPERUSER})
NOBODY: Final = frozenset[str]()
OWNERS: Final = frozenset({OWNER, SUPERUSER})
NEXT: Final = (
    "INSERT INTO ledger_entry (log, n, stream, sseq, kind, entry, leaf)"
    " SELECT log, 3, stream, 3, kind, entry, {leaf} FROM ledger_entry WHERE n = 2"
)
REPLICA: Final = "SET LOCAL session_replication_role = replica;"

LEDGER: Final = {
    "read": ("SELECT * FROM ledger_entry", EVERYBODY),
    "append by the function": ("{append}", EVERYBODY - {AUDIT}),
    "lock the head": ("SELECT * FROM ledger_lock('{log}')", EVERYBODY - {AUDIT}),
    "open a log": (
        "SELECT ledger_open('osc.example/new', 'key', '2026-06-01T09:00:00.000000Z')",
        EVERYBODY - {AUDIT},
    ),
    "insert": (NEXT.format(leaf="leaf"), OWNERS),
    "insert another leaf": (NEXT.format(leaf="sha256('x')"), NOBODY),
    "update": ("UPDATE ledger_entry SET kind = 'read'", NOBODY),
    "delete": ("DELETE FROM ledger_entry WHERE n = 2", NOBODY),
    "truncate": ("TRUNCATE ledger_entry", NOBODY),
    "upsert": (
        NEXT.format(leaf="leaf").replace("SELECT log, 3", "SELECT log, 2")
        + " ON CONFLICT (log, n) DO UPDATE SET kind = 'read'",
        NOBODY,
    ),
    "delete as a replica": (REPLICA + "DELETE FROM ledger_entry", NOBODY),
    "update as a replica": (REPLICA + "UPDATE ledger_entry SET kind = 'x'", NOBODY),
    "truncate as a replica": (REPLICA + "TRUNCATE ledger_entry", NOBODY),
    "move the head back": ("UPDATE ledger_head SET size = 1", NOBODY),
    "delete the head": ("DELETE FROM ledger_head", NOBODY),
    "insert a head": (
        "INSERT INTO ledger_head SELECT 'osc.example/new', 0, last_leaf, last_at, vkey"
        " FROM ledger_head",
        OWNERS,
    ),
    "move the head back past its guard": (
        "ALTER TABLE ledger_head DISABLE TRIGGER guard_ledger_head_update;"
        "UPDATE ledger_head SET size = 1",
        OWNERS,
    ),
    "delete past the guard": (
        "ALTER TABLE ledger_entry DISABLE TRIGGER guard_ledger_entry_delete;"
        "DELETE FROM ledger_entry",
        OWNERS,
    ),
    "drop the table": ("DROP TABLE ledger_entry", OWNERS),
    "drop a guard": (
        "DROP TRIGGER guard_ledger_entry_delete ON ledger_entry",
        OWNERS,
    ),
    "put a rule before the table": (
        "CREATE RULE aside AS ON INSERT TO ledger_entry DO INSTEAD NOTHING",
        OWNERS,
    ),
    "take the guard's function away": (
        "DROP FUNCTION guard_refuse() CASCADE",
        OWNERS,
    ),
    "make a table": ("CREATE TABLE aside (word text)", OWNERS),
    "shadow a table": ("CREATE TEMP TABLE ledger_head (size bigint)", OWNERS),
    "put a schema before the tables": ("CREATE SCHEMA aside", OWNERS),
    "become the owner": ("SET ROLE {owner}", OWNERS),
    "claim a migration": (
        "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now())",
        OWNERS,
    ),
}
"""Each attempt, and the roles for whom it works."""


@pytest.fixture(scope="session")
def places(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """A database of these tests alone, made once; how each role reaches it."""
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
        pytest.skip("SQLite knows no roles.")
    mark = secrets.token_hex(4)
    names = {role: f"enforced_{role}_{mark}" for role in (OWNER, APP, AUDIT)}
    names["database"], names["keys"] = f"enforced_{mark}", f"enforced_keys_{mark}"
    password = secrets.token_hex(16)
    with django_db_blocker.unblock():
        keeper = ConnectionHandler({"default": _described("postgres")})["default"]
        with closing(keeper), keeper.cursor() as cursor:
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            if not cursor.fetchone()[0]:
                pytest.skip("Making roles needs a superuser.")
            for role in (OWNER, APP, AUDIT):
                make = f"CREATE ROLE {names[role]} LOGIN PASSWORD '{password}'"
                cursor.execute(make)
            for database in (names["database"], names["keys"]):
                cursor.execute(f"CREATE DATABASE {database} OWNER {names[OWNER]}")
            try:
                _migrate(names, password)
                yield {"names": names, "password": password}
            finally:
                for database in (names["database"], names["keys"]):
                    cursor.execute(f"DROP DATABASE {database} WITH (FORCE)")
                for role in (OWNER, APP, AUDIT):
                    cursor.execute(f"DROP ROLE {names[role]}")


def _described(database: str, **more: str) -> dict[str, Any]:
    usual = settings.DATABASES["default"]
    kept = ("ENGINE", "HOST", "PORT", "USER", "PASSWORD")
    return {**{key: usual[key] for key in kept}, "NAME": database, **more}


def _migrate(names: dict[str, str], password: str) -> None:
    """Twice, so that granting again is seen to change nothing and break nothing."""
    usual = settings.DATABASES["default"]

    def url(role: str, database: str) -> str:
        at = f"{usual['HOST']}:{usual['PORT']}"
        return f"postgresql://{names[role]}:{password}@{at}/{names[database]}"

    surroundings = {
        "CENTRE_HOME": str(settings.CENTRE_HOME),
        "DATABASE_URL": url(APP, "database"),
        "KEYS_URL": url(APP, "keys"),
        "MIGRATE_URL": url(OWNER, "database"),
        "KEYS_MIGRATE_URL": url(OWNER, "keys"),
        "CENTRE_AUDIT_ROLE": names[AUDIT],
    }
    for words in (["setup"], ["migrate"], ["grant_rights"]):
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(
            command,
            check=False,
            cwd=settings.BASE_DIR,
            env=surroundings,
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr.decode()


@pytest.fixture(scope="session")
def reach(places: dict[str, Any], django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """An open connection of every role, and a log with three entries."""
    names, password = places["names"], places["password"]
    handler = ConnectionHandler(
        {
            "default": _described(names["database"]),
            **{
                role: _described(names["database"], USER=names[role], PASSWORD=password)
                for role in (OWNER, APP, AUDIT)
            },
        }
    )
    opened = {role: handler[role] for role in (OWNER, APP, AUDIT)}
    opened[SUPERUSER] = handler["default"]
    with django_db_blocker.unblock():
        _begin(opened[APP])
        yield opened
        handler.close_all()


def _begin(app: Any) -> None:
    """A log opened and written by the application's own role, by functions alone."""
    key = checkpoint.vkey(LOG, LOG_KEY.public_key)
    before = times.exact(OPENED - times.TICK)
    with app.cursor() as cursor:
        cursor.execute("SELECT ledger_open(%s, %s, %s)", [LOG, key, before])
        for number in range(3):
            cursor.execute(_append(app, number))


def _append(reached: Any, number: int) -> str:
    """The statement that appends one more entry, written out."""
    from centre.ledger.models import Head

    with reached.cursor() as cursor:
        cursor.execute("SELECT size, last_leaf, last_at, vkey FROM ledger_head")
        size, leaf, last_at, key = cursor.fetchone()
        cursor.execute("SELECT sseq, leaf FROM ledger_entry ORDER BY sseq DESC LIMIT 1")
        newest = cursor.fetchone()
    head = Head(log=LOG, size=size, last_leaf=bytes(leaf), last_at=last_at, vkey=key)
    links = {SWAB: functions.Link(newest[0] + 1, bytes(newest[1]))} if newest else {}
    said = [Said(Kind.ITEM_SEALED, SWAB, bytes(32), OPENED + number * times.TICK)]
    [row] = rows_of(head, said, links, AMINA, "custodian")
    statement, signatures = row.signed.statement.hex(), row.signed.signatures.hex()
    return (
        f"SELECT outcome FROM ledger_append('{LOG}', '\\x{statement}'::bytea,"
        f" '\\x{signatures}'::bytea, '{row.stamp}', false)"
    )


class _UndoError(Exception):
    """Takes an attempt back."""


def _works(reached: Any, attempt: str) -> bool:
    from django.db import DatabaseError

    reached.set_autocommit(False)
    try:
        with reached.cursor() as cursor:
            for part in attempt.split(";"):
                cursor.execute(part)
    except DatabaseError:
        return False
    finally:
        reached.rollback()
        reached.set_autocommit(True)
    return True


def _spelt(attempt: str, reach: dict[str, Any], places: dict[str, Any]) -> str:
    if attempt == "{append}":
        return _append(reach[SUPERUSER], 9)
    names = places["names"]
    return (
        attempt.replace("{log}", LOG)
        .replace("{owner}", names[OWNER])
        .replace("{app}", names[APP])
    )


@pytest.mark.parametrize("role", sorted(EVERYBODY))
@pytest.mark.parametrize("name", LEDGER)
def test_each_role_can_do_to_the_ledger_what_it_should(
    reach: dict[str, Any], places: dict[str, Any], name: str, role: str
) -> None:
    attempt, allowed = LEDGER[name]

    assert _works(reach[role], _spelt(attempt, reach, places)) is (role in allowed)


def _tables(reached: Any, *, once: bool) -> list[str]:
    with reached.cursor() as cursor:
        cursor.execute(roles._TABLES)
        return [name for name, is_once, _ in cursor.fetchall() if is_once is once]


def test_every_table_that_is_written_once_is_closed_to_the_application(
    reach: dict[str, Any],
) -> None:
    app = reach[APP]
    tables = _tables(reach[SUPERUSER], once=True)

    assert {"core_case", "chain_of_custody_custodyevent"} <= set(tables)
    for table in tables:
        assert not _works(app, f"DELETE FROM {table}"), table
        assert not _works(app, f"TRUNCATE {table} CASCADE"), table
        with app.cursor() as cursor:
            cursor.execute(
                "SELECT attname, has_column_privilege(attrelid, attnum, 'UPDATE')"
                " FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
                " AND NOT attisdropped",
                [table],
            )
            may = [column for column, held in cursor.fetchall() if held]
        assert may in ([], ["id"], ["history_id"]), table


def test_a_row_that_is_written_once_can_be_locked_and_not_changed(
    reach: dict[str, Any],
) -> None:
    """A row lock asks for the right to name the key; the guard does the rest."""
    lock = "SELECT * FROM ledger_checkpoint FOR UPDATE"
    plant = (
        "INSERT INTO ledger_checkpoint (log, size, root, frontier, note, made_at)"
        " VALUES ('x', 1, sha256('x'), '', '', now());"
    )

    assert _works(reach[APP], lock)
    assert _works(reach[APP], plant + "SELECT 1")
    assert not _works(reach[APP], plant + "UPDATE ledger_checkpoint SET id = id + 1")
    assert not _works(reach[APP], plant + "UPDATE ledger_checkpoint SET note = 'y'")


def test_rows_that_may_change_can_be_changed_by_the_application_alone(
    reach: dict[str, Any],
) -> None:
    tables = set(_tables(reach[SUPERUSER], once=False)) - set(roles._READ_ONLY)

    assert "django_session" in tables
    for table in sorted(tables):
        assert _works(reach[APP], f"DELETE FROM {table} WHERE false"), table
        assert not _works(reach[APP], f"TRUNCATE {table} CASCADE"), table
        assert not _works(reach[AUDIT], f"DELETE FROM {table} WHERE false"), table
        assert _works(reach[AUDIT], f"SELECT 1 FROM {table}"), table


def test_the_start_knows_a_role_that_could_too_much(reach: dict[str, Any]) -> None:
    assert roles.excess(reach[APP]) == []
    assert roles.excess(reach[AUDIT]) == []
    assert any(said.startswith("owner of") for said in roles.excess(reach[OWNER]))
    assert "superuser" in roles.excess(reach[SUPERUSER])


@pytest.mark.parametrize(
    "given",
    [
        "GRANT INSERT ON ledger_entry TO {app}",
        "GRANT UPDATE ON ledger_head TO {app}",
        "GRANT DELETE ON core_case TO {app}",
        "GRANT TRUNCATE ON django_session TO {app}",
        "GRANT CREATE ON SCHEMA public TO {app}",
        "GRANT {owner} TO {app}",
    ],
)
def test_one_right_too_many_is_found_and_taken_by_granting_again(
    reach: dict[str, Any], places: dict[str, Any], given: str
) -> None:
    names = places["names"]
    with reach[SUPERUSER].cursor() as cursor:
        cursor.execute(_spelt(given, reach, places))
    found = roles.excess(reach[APP])
    if "SCHEMA" in given or given.startswith("GRANT {owner}"):
        with reach[SUPERUSER].cursor() as cursor:
            undo = given.replace("GRANT", "REVOKE", 1).replace(" TO ", " FROM ")
            cursor.execute(_spelt(undo, reach, places))

    roles.grant(reach[OWNER], app=names[APP], audit=names[AUDIT])

    assert found
    assert roles.excess(reach[APP]) == []


def test_the_genesis_is_computed_where_nobody_can_choose_it(
    reach: dict[str, Any],
) -> None:
    with reach[AUDIT].cursor() as cursor:
        cursor.execute("SELECT entry FROM ledger_entry WHERE log = %s AND n = 0", [LOG])
        first = bytes(cursor.fetchone()[0])

    from centre.ledger import entry

    key = checkpoint.vkey(LOG, LOG_KEY.public_key)
    assert entry.decode(first).prev == genesis(LOG, key)


def test_the_ordinary_tests_run_as_who_may_do_anything(db: None) -> None:
    """Why this module makes roles of its own: the suite builds its own databases."""
    if connection.vendor == "postgresql":
        assert settings.ONE_ROLE
        assert "superuser" in roles.excess(connection)
