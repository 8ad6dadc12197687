"""Every encrypted column of every table: whatever is done to a value, it stays shut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import models

from centre.vault.errors import VaultError
from centre.vault.fields import EncryptedField, EncryptedText, encrypted_fields
from tests.world import World, world

__all__ = ["world"]

COLUMNS = {
    f"{model._meta.db_table}.{field.name}": (model, field)
    for model in apps.get_models()
    for field in encrypted_fields(model)
}
HEADER = 4
"""Format, suite and generation."""
NONCE = 12


def flipped(value: bytes, at: int) -> bytes:
    """One bit turned."""
    changed = bytearray(value)
    changed[at] ^= 1
    return bytes(changed)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "format flipped": lambda v: flipped(v, 0),
    "suite flipped": lambda v: flipped(v, 1),
    "generation flipped": lambda v: flipped(v, 2),
    "nonce flipped": lambda v: flipped(v, HEADER),
    "content flipped": lambda v: flipped(v, HEADER + NONCE),
    "tag flipped": lambda v: flipped(v, -1),
    "last byte cut off": lambda v: v[:-1],
    "only the header left": lambda v: v[:HEADER],
    "emptied": lambda _: b"",
    "one byte added": lambda v: v + b"\0",
    "marked as an older format": lambda v: b"\0" + v[1:],
    "marked as another suite": lambda v: v[:1] + b"\2" + v[2:],
    "marked as generation 0": lambda v: v[:2] + b"\0\0" + v[HEADER:],
    "marked as the next generation": lambda v: v[:2] + b"\0\2" + v[HEADER:],
    "text in its place": lambda _: b"She never came here.",
    "a document in its place": lambda _: b'{"number":"0"}',
    "text behind a true header": lambda v: v[:HEADER] + b"She never came here at all.",
}


@pytest.fixture(params=COLUMNS)
def place(request, world, db):
    """A row of a furnished centre, or a new one, and one of its encrypted columns."""
    model, field = COLUMNS[request.param]
    return next(rows_with(model, field), None) or new_row(model, field, world), field


def rows_with(
    model: type[models.Model], field: EncryptedField[Any, Any]
) -> Iterator[models.Model]:
    """The rows in which this column holds something."""
    held = model._base_manager.exclude(**{f"{field.name}__isnull": True})
    yield from held.order_by("pk")[:5]


def new_row(
    model: type[models.Model], field: EncryptedField[Any, Any], world: World
) -> models.Model:
    """A row of a table that is empty in this centre, as if it had been read."""
    row = model(id=uuid4())
    if isinstance(field.scope, str):
        setattr(row, field.scope, world.things["case"].pk)
    setattr(row, field.attname, "words" if isinstance(field, EncryptedText) else {})
    put(row, field, bytes(field.pre_save(row, add=True)))
    return row


def stored(row: models.Model, field: EncryptedField[Any, Any]) -> bytes:
    """What lies in the column."""
    return bytes(row.__dict__[field.attname].stored)


def put(row: models.Model, field: EncryptedField[Any, Any], value: bytes) -> None:
    """As if the database had answered this."""
    setattr(row, field.attname, field.from_db_value(value))


def shows(row: models.Model, field: EncryptedField[Any, Any], value: bytes) -> bool:
    """Whether the row, read with this value in it, can be looked at or written."""
    for look in (
        lambda: getattr(row, field.attname),
        lambda: field.pre_save(row, add=False),
    ):
        put(row, field, value)
        with suppress(VaultError):
            look()
            return True
    return False


def test_a_value_opens_in_its_own_place(place):
    row, field = place

    assert shows(row, field, stored(row, field))


def test_a_value_that_was_damaged_or_planted_is_refused(place):
    row, field = place
    value = stored(row, field)

    assert [name for name, do in DAMAGE.items() if shows(row, field, do(value))] == []


def test_a_value_from_elsewhere_is_refused(place):
    """An earlier version of the row itself opens here; the ledger tells them apart."""
    row, field = place
    strangers = [
        stored(other, other_field)
        for model, other_field in COLUMNS.values()
        for other in rows_with(model, other_field)
        if other_field.place_of(other) != field.place_of(row)
    ]

    assert len(strangers) > 50
    assert [value for value in strangers if shows(row, field, value)] == []
