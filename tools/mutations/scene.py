"""The database of one centre in the hands of somebody who may write anything into it.

What is chosen is chosen by a seed that is printed, so that each round can be repeated.
Everything is written by plain statements past the application and past the guards.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias
from uuid import UUID

from django.apps import apps
from django.db import connections, models, transaction

from centre.ledger.sqlite import altering
from centre.vault.fields import EncryptedField
from tools import places

DATABASES: Final = ("default", "keys")
LEDGER: Final = ("ledger_entry", "ledger_head", "ledger_checkpoint")
_NAMED: Final = re.compile(r"^\| `([a-z0-9_.]+)` \|", re.MULTILINE)

Field: TypeAlias = "models.Field[Any, Any]"
Table = type[models.Model]


def chance_of(seed: int) -> random.Random:
    """Chance that falls the same way whenever the seed is the same."""
    return random.Random(seed)  # noqa: S311 - what is repeated must not be secret


class NothingThereError(Exception):
    """This centre holds nothing that could be changed in this way."""


@dataclass(frozen=True)
class Done:
    """What was changed, and which places a good check names one of."""

    what: str
    places: frozenset[tuple[str, str]]
    """Table and row, or table and position in its log."""


@dataclass
class Scene:
    """Chance, and the tables it falls on."""

    chance: random.Random
    free: frozenset[str] = field(init=False)
    """Tables and columns that no entry holds, as the threat model lists them."""

    def __post_init__(self) -> None:
        page = places.ROOT / "docs" / "threat-model.md"
        self.free = frozenset(_NAMED.findall(page.read_text(encoding="utf-8")))

    def tables(self) -> list[Table]:
        """Every ordinary table that entries hold and that has rows."""
        every = sorted(apps.get_models(), key=lambda m: m._meta.db_table)
        return [m for m in every if self._is_held(m) and self.rows(m)]

    def _is_held(self, model: Table) -> bool:
        table = model._meta.db_table
        is_apart = table.startswith(("ledger_", "vault_")) or table in self.free
        return not is_apart and not table.endswith(("_intransit", "_whereabouts"))

    def rows(self, model: Table) -> list[Any]:
        """The keys of a table's rows; of factors those that count."""
        found = model._base_manager.using(alias(model)).order_by("pk")
        if model._meta.db_table == "core_totpdevice":
            found = found.exclude(confirmed_at=None)
        return list(found.values_list("pk", flat=True))

    def row(self, model: Table) -> Any:
        """The key of some row."""
        return self.one_of(self.rows(model))

    def one_of(self, found: Sequence[Any]) -> Any:
        """One of these, if there is any."""
        if not found:
            raise NothingThereError
        return self.chance.choice(found)

    def two_of(self, found: Sequence[Any]) -> tuple[Any, Any]:
        """Two different ones of these."""
        if len(found) < len("ab"):
            raise NothingThereError
        one, other = self.chance.sample(list(found), 2)
        return one, other

    def columns(self, model: Table) -> list[Field]:
        """The columns of a table that entries hold, but not its key."""
        table = model._meta.db_table
        found: Iterator[Any] = iter(model._meta.concrete_fields)
        return [
            f
            for f in found
            if not f.primary_key and f"{table}.{f.attname}" not in self.free
        ]

    def flipped(self, content: bytes) -> bytes:
        """The same with one bit turned, somewhere."""
        changed = bytearray(content)
        if not changed:
            raise NothingThereError
        changed[self.chance.randrange(len(changed))] ^= 1 << self.chance.randrange(8)
        return bytes(changed)


def alias(model: Table) -> str:
    """Which of the two databases a table lies in."""
    return "keys" if model._meta.app_label == "vault" else "default"


def written(model: Table, value: Any) -> Any:
    """A value as this database holds it."""
    is_hex = connections[alias(model)].vendor == "sqlite"
    return value.hex if isinstance(value, UUID) and is_hex else value


def run(model: Table, statement: str, *values: Any) -> int:
    """One statement on the database of this table; how many rows it touched."""
    with connections[alias(model)].cursor() as cursor:
        cursor.execute(statement, [written(model, value) for value in values])
        return int(cursor.rowcount)


def stored(model: Table, column: str | None, key: Any) -> Any:
    """What a column of a row holds, as it lies there."""
    with connections[alias(model)].cursor() as cursor:
        cursor.execute(
            f'SELECT "{column}" FROM "{model._meta.db_table}" WHERE {_pk(model)} = %s',  # noqa: S608 - names of our own tables
            [written(model, key)],
        )
        found = cursor.fetchone()[0]
    return bytes(found) if isinstance(found, memoryview) else found


def put(model: Table, column: str | None, key: Any, value: Any) -> None:
    """Another value into one column of one row."""
    table = model._meta.db_table
    statement = f'UPDATE "{table}" SET "{column}" = %s WHERE {_pk(model)} = %s'  # noqa: S608 - names of our own tables
    run(model, statement, value, key)


def remove(model: Table, key: Any) -> None:
    """Take a row away."""
    table = model._meta.db_table
    run(model, f'DELETE FROM "{table}" WHERE {_pk(model)} = %s', key)  # noqa: S608 - names of our own tables


def copied(model: Table, key: Any, new: Any) -> None:
    """The same row once more under another key."""
    table = model._meta.db_table
    names = [f.column for f in model._meta.concrete_fields if not f.primary_key]
    listed = ", ".join(f'"{name}"' for name in names)
    run(
        model,
        f'INSERT INTO "{table}" ({_pk(model)}, {listed}) '  # noqa: S608 - names of our own tables
        f'SELECT %s, {listed} FROM "{table}" WHERE {_pk(model)} = %s',
        new,
        key,
    )


def model_of(table: str) -> Table:
    """The table of this name."""
    return next(m for m in apps.get_models() if m._meta.db_table == table)


def is_encrypted(one: Field) -> bool:
    """Whether a column holds ciphertext."""
    return isinstance(one, EncryptedField)


def _pk(model: Table) -> str:
    key: Any = model._meta.pk
    return f'"{key.column}"'


@contextmanager
def opened() -> Iterator[None]:
    """Guards down in both databases; all that is done meanwhile is undone."""
    held = {name: transaction.savepoint(using=name) for name in DATABASES}
    try:
        for name in DATABASES:
            _take_guards_down(name)
        yield
    finally:
        for name, savepoint in held.items():
            transaction.savepoint_rollback(savepoint, using=name)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done meanwhile in either database is undone."""
    held = {name: transaction.savepoint(using=name) for name in DATABASES}
    try:
        yield
    finally:
        for name, savepoint in held.items():
            transaction.savepoint_rollback(savepoint, using=name)


@contextmanager
def attempted() -> Iterator[None]:
    """What fails in either database is undone and told; what succeeds stays."""
    with transaction.atomic(using=DATABASES[0]), transaction.atomic(using=DATABASES[1]):
        yield


def _take_guards_down(name: str) -> None:
    connection = connections[name]
    with altering(connection), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (trigger,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{trigger}"')
            return
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        if name == "default":
            cursor.execute(
                "ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_leaf_is_its_hash"
            )


def blobs(model: Table, key: Any, path_of: Any) -> Path:
    """The file a row names."""
    found: Path = path_of(model._base_manager.get(pk=key).blob_id)  # type: ignore[attr-defined]
    return found
