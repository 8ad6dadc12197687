"""Whatever column of whatever table is changed, the check names table and row.

One furnished centre; in one row of every table every column gets another value behind
the application's back. What is left out is left out by name, with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, connections, models, transaction

from centre.core import verification
from centre.core.actions import verifying
from centre.core.actions.upkeep import tick
from centre.core.models import AccessNote, Opening, Recorded, WriteOnce
from centre.ledger.sqlite import altering
from centre.ledger.verify import Fault
from centre.management.commands.verify import CHECKS
from centre.vault.fields import EncryptedField
from tests.world import DATABASES, world
from tools.mutations.scene import remove

__all__ = ["world"]

NOT_COVERED = {
    "axes_accessattempt": "counts failed sign-ins for a quarter of an hour",
    "axes_accessattemptexpiration": "the same",
    "axes_accessfailurelog": "the same",
    "axes_accesslog": "the same",
    "auth_group": "empty, never asked",
    "auth_permission": "names of rights nobody holds; the policy is code",
    "core_draft": "what is being typed; nothing relies on it before it is kept",
    "core_formtoken": "keeps a form from being sent twice, for a while",
    "core_waiting": "waits five minutes for a security key; its entry is checked anew",
    "chain_of_custody_backlogdraft": "a list that is not taken over yet",
    "chain_of_custody_backlogdraftscan": "waits with such a list",
    "chain_of_custody_inventoryscan": "notes on the way to the events of an inventory",
    "chain_of_custody_requestdraft": "what is being typed, like other drafts",
    "django_content_type": "names of tables for the library that asks for them",
    "portal_tries": "counts tries at a survivor's own page for a day",
    "django_session": "who is signed in now; it ends with the session",
}
"""Tables that prove nothing, each with its reason."""

COLUMNS_NOT_COVERED = {
    "chain_of_custody_intransit.id": "a row number nothing refers to",
    "chain_of_custody_whereabouts.id": "a row number nothing refers to",
    "core_passkey.uses": "a counter that tells of a copied key",
    "core_totpdevice.drift": "a counter of the second factor",
    "core_totpdevice.last_step": "a counter of the second factor",
    "core_totpdevice.failures": "a counter of the second factor",
    "core_totpdevice.failed_at": "a counter of the second factor",
    "core_user.last_login": "a convenience of the library",
    "ledger_checkpoint.id": "a row number nothing refers to",
    "ledger_checkpoint.made_at": "no evidence: the note holds no time",
    "ledger_entry.id": "a row number nothing refers to",
    "ledger_tile.id": "a row number nothing refers to",
    "vault_case_key.id": "a row number nothing refers to",
    "vault_centre_key.id": "the database holds what refers to it",
}
"""Columns that prove nothing, each with its reason."""

COMPUTED = {"chain_of_custody_intransit", "chain_of_custody_whereabouts"}
"""Tables that only repeat what events tell; the two are compared row by row."""

STRUCTURE = ("ledger_", "vault_", "core_centre", "core_signingkey", "core_systemkey")
"""Tables that all others hang on: each is changed by itself."""


@pytest.fixture(scope="module")
def settled(world, django_db_blocker):
    """The furnished centre with its notes sequenced and one check kept."""
    with django_db_blocker.unblock():
        while tick(world.things["centre"]):
            pass
        verifying.remember([], sizes=verifying.newest_sizes(), is_full=True)
    return world


@pytest.fixture
def opened(settled, db) -> Iterator[Any]:
    """Guards down; whatever is done is undone before anything is checked."""
    savepoints = {alias: transaction.savepoint(using=alias) for alias in DATABASES}
    _take_guards_down()
    yield settled
    for alias, savepoint in savepoints.items():
        transaction.savepoint_rollback(savepoint, using=alias)


def _take_guards_down() -> None:
    with altering(connection), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
            return
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(
            "ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_leaf_is_its_hash"
        )


def tables() -> list[type[models.Model]]:
    """Every table that is to be covered."""
    every = [m for m in apps.get_models() if m._meta.db_table not in NOT_COVERED]
    return sorted(every, key=lambda model: model._meta.db_table)


def columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The columns of a table that are to be covered."""
    table = model._meta.db_table
    return [
        f
        for f in model._meta.concrete_fields
        if f"{table}.{f.attname}" not in COLUMNS_NOT_COVERED
    ]


def some_row(model: type[models.Model]) -> models.Model | None:
    """One row; of factors one that counts."""
    rows = model._base_manager.using(_alias(model)).all()
    if model._meta.db_table == "core_totpdevice":
        rows = rows.exclude(confirmed_at=None)
    return rows.order_by("-pk").first()


def _alias(model: type[models.Model]) -> str:
    return "keys" if model._meta.app_label == "vault" else "default"


def other(field: models.Field[Any, Any], value: Any) -> Any:
    """Another value of the same type and length."""
    if value in (None, ""):
        return _instead_of_nothing(field)
    ways: dict[type, Callable[[Any], Any]] = {
        bytes: _flipped,
        memoryview: _flipped,
        bool: lambda one: not one,
        datetime: lambda one: one + timedelta(seconds=1),
        date: lambda one: one + timedelta(days=1),
        UUID: lambda _: uuid4(),
        int: lambda one: one + 1,
        str: lambda one: one[:-1] + ("b" if one[-1] == "a" else "a"),
    }
    return ways[type(value)](value)


def _flipped(value: bytes) -> bytes:
    changed = bytearray(bytes(value)) or bytearray(1)
    changed[len(changed) // 2] ^= 1
    return bytes(changed)


def _instead_of_nothing(field: models.Field[Any, Any]) -> Any:
    kind = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(kind, models.UUIDField):
        return uuid4()
    if isinstance(kind, models.DateTimeField):
        return datetime.fromisoformat("2026-06-01T09:00:00+00:00")
    if isinstance(kind, models.DateField):
        return date(2026, 6, 1)
    if isinstance(kind, models.IntegerField):
        return 1
    return b"\1" * 40 if isinstance(kind, EncryptedField) else "a"


def stored(row: models.Model, field: models.Field[Any, Any]) -> Any:
    """What the column holds; encrypted ones as they lie there."""
    if not isinstance(field, EncryptedField):
        return getattr(row, field.attname)
    with connections[_alias(type(row))].cursor() as cursor:
        cursor.execute(
            f'SELECT "{field.column}" FROM "{row._meta.db_table}"'
            f' WHERE "{row._meta.pk.column}" = %s',
            [_key(row)],
        )
        return cursor.fetchone()[0]


def change(row: models.Model, field: models.Field[Any, Any]) -> bool:
    """Put another value there; False if the database itself refuses it."""
    value = other(field, stored(row, field))
    if isinstance(value, UUID) and connection.vendor == "sqlite":
        value = value.hex
    column, key = row._meta.get_field(field.name).column, row._meta.pk.column
    alias = _alias(type(row))
    try:
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute(
                f'UPDATE "{row._meta.db_table}" SET "{column}" = %s WHERE "{key}" = %s',
                [value, _key(row)],
            )
    except DatabaseError:
        return False
    return True


def _key(row: models.Model) -> Any:
    is_hex = isinstance(row.pk, UUID) and connection.vendor == "sqlite"
    return row.pk.hex if is_hex else row.pk


def found() -> list[Fault]:
    """All faults but the guards this test itself took down."""
    return [f for f in verification.faults() if "lost the guard" not in f.says]


def ordinary() -> list[type[models.Model]]:
    """Tables of which one row each can be changed at the same time."""
    rows = (m for m in tables() if m._meta.db_table not in COMPUTED)
    return [m for m in rows if not m._meta.db_table.startswith(STRUCTURE)]


def is_plain(field: models.Field[Any, Any]) -> bool:
    """Neither the key of the row nor an encrypted column."""
    return not (field.primary_key or isinstance(field, EncryptedField))


def test_centre_as_it_was_furnished_is_sound(settled, db):
    assert list(verification.faults()) == []


@pytest.mark.parametrize("are_versions", [False, True])
def test_every_plain_column_is_covered(opened, are_versions):
    changed = {}
    for model in ordinary():
        row = some_row(model)
        is_version = hasattr(model, "history_id")
        if row is None or model is Opening or is_version is not are_versions:
            continue
        names = {f.attname for f in columns(model) if is_plain(f) and change(row, f)}
        changed[model._meta.db_table, str(row.pk)] = names

    said: dict[tuple[str, str], str] = {}
    for fault in found():
        place = fault.table, fault.row
        said[place] = f"{said.get(place, '')} {fault.says}"

    missing = {
        f"{table}.{name}"
        for (table, row), names in changed.items()
        for name in names
        if not _names(said.get((table, row), ""), name)
    }
    assert len(changed) > (2 if are_versions else 40)
    assert sorted(missing) == []


def _names(says: str, column: str) -> bool:
    return column in says.replace(",", " ").split() or "open" in says


def test_every_encrypted_column_is_covered(opened):
    changed = set()
    for model in ordinary():
        row = some_row(model)
        for field in columns(model) if row is not None else ():
            if isinstance(field, EncryptedField) and stored(row, field) is not None:
                assert change(row, field)
                changed.add((model._meta.db_table, str(row.pk)))

    assert len(changed) > 15
    assert changed <= {(f.table, f.row) for f in found()}


def _unnamed(models_: Sequence[type[models.Model]]) -> set[type[models.Model]]:
    """Of these tables those no fault names once a row's key in each was changed."""
    savepoints = {alias: transaction.savepoint(using=alias) for alias in DATABASES}
    changed = set()
    for model in models_:
        row = some_row(model)
        if row is not None and change(row, row._meta.pk):
            changed.add(model)
    named = {f.table for f in found()}
    for alias, savepoint in savepoints.items():
        transaction.savepoint_rollback(savepoint, using=alias)
    return {model for model in changed if model._meta.db_table not in named}


def test_every_key_is_covered(opened):
    """What another change hid, as that of the case a row hangs on, is tried alone."""
    hidden = _unnamed(ordinary())

    assert len(hidden) < 5
    assert {model for model in hidden if _unnamed([model])} == set()


@pytest.mark.parametrize(
    "name",
    [
        f"{m._meta.db_table}.{f.attname}"
        for m in apps.get_models()
        if m._meta.db_table.startswith(STRUCTURE) or m is Opening
        for f in m._meta.concrete_fields
        if f"{m._meta.db_table}.{f.attname}" not in COLUMNS_NOT_COVERED
    ],
)
def test_every_column_that_others_hang_on_is_covered(opened, name):
    table, column = name.split(".")
    model = next(m for m in tables() if m._meta.db_table == table)
    row = some_row(model)
    if row is None:
        pytest.skip("There is no such row in this centre.")
    field = next(f for f in columns(model) if f.attname == column)
    if not change(row, field):
        pytest.skip("The database itself refuses the change.")

    assert found() != []


@pytest.mark.parametrize(
    "name",
    [
        f"{m._meta.db_table}.{f.attname}"
        for m in apps.get_models()
        if m._meta.db_table in COMPUTED
        for f in m._meta.concrete_fields
        if not f.primary_key
    ],
)
def test_every_column_that_repeats_events_is_held_against_them(opened, name):
    table, column = name.split(".")
    model = next(m for m in tables() if m._meta.db_table == table)
    row = some_row(model)
    if row is None:
        pytest.skip("Nothing is under way in this centre.")
    field = next(f for f in columns(model) if f.attname == column)
    if not change(row, field):
        pytest.skip("The database itself refuses the change.")

    assert [f for check in CHECKS.values() for f in check()] != []


EDITED = [
    m for m in apps.get_models() if hasattr(m._meta, "simple_history_manager_attribute")
]


@pytest.mark.parametrize("model", EDITED, ids=lambda m: m._meta.db_table)
def test_a_row_that_people_edit_and_that_is_gone_is_named(opened, model):
    """Its versions stay behind and are sound by themselves."""
    table = model._meta.db_table
    row = model._default_manager.first()
    remove(model, row.pk)

    assert (table, str(row.pk), "is gone; its versions are there") in {
        (fault.table, fault.row, fault.says) for fault in found()
    }


@pytest.mark.parametrize("table", [*NOT_COVERED, *COLUMNS_NOT_COVERED])
def test_what_is_not_covered_is_there_and_documented(table):
    names = {m._meta.db_table for m in apps.get_models()}
    page = Path("docs/threat-model.md").read_text(encoding="utf-8")

    assert table.split(".")[0] in names
    assert f"`{table}`" in page


def test_every_table_is_held_by_an_entry_or_named():
    """A table that is added later cannot be forgotten."""
    free = {
        m._meta.db_table
        for m in tables()
        if not issubclass(m, WriteOnce | Recorded)
        and not m._meta.db_table.startswith(STRUCTURE)
        and not hasattr(m, "history_id")
        and not hasattr(m._meta, "simple_history_manager_attribute")
    }

    assert free <= COMPUTED
    assert issubclass(AccessNote, WriteOnce)
