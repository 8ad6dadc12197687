"""Finding by opening: every value of a column is looked at, and none is kept.

No row is built around a value, and the keys of many cases are fetched and unwrapped
together. Nothing about names is ever written down for searching.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.db import models

from centre.vault import cipher
from centre.vault.errors import DamagedError, VaultError
from centre.vault.fields import EncryptedField
from centre.vault.ring import batches, id_reader, ring


def matching(
    rows: models.QuerySet[Any], column: str, is_wanted: Callable[[Any], bool]
) -> Iterator[tuple[UUID, Any]]:
    """Id and value of every wanted row whose case's key still stands, case by case.

    A value that was changed or moved stops the search: it would be missed otherwise.
    """
    field = rows.model._meta.get_field(column)
    if not isinstance(field, EncryptedField) or not isinstance(field.scope, str):
        raise VaultError(f"{column} is no column that is encrypted under a case's key.")
    scope = field.scope.replace(".", "__")
    filled = rows.exclude(**{f"{column}__isnull": True}).order_by(scope)
    read = id_reader(rows.db)
    for batch in batches(filled, "id", scope, column):
        found = [(read(row), read(case), bytes(value)) for row, case, value in batch]
        for row, plaintext in _opened(field, found):
            value = field.from_plaintext(plaintext)
            if is_wanted(value):
                yield UUID(bytes=row), value


def _opened(
    field: EncryptedField[Any, Any], batch: list[tuple[bytes, bytes, bytes]]
) -> Iterator[tuple[bytes, bytes]]:
    label = field.label or field.model._meta.label
    column = cipher.Column.of(label, field.name)
    held = ring({scope for _, scope, _ in batch})
    for row, scope, stored in batch:
        generation = cipher.generation_of(stored)
        boxes = held.get(scope)
        if boxes == {}:
            continue
        try:
            box = (boxes or {})[generation]
            aad = column.aad(row, scope, generation)
            plaintext = cipher.open_bound(box, stored, aad)
        except (KeyError, InvalidTag) as error:
            place = cipher.Place(label, UUID(bytes=row), UUID(bytes=scope), field.name)
            raise DamagedError(f"The {place} is not what was written there.") from error
        yield row, plaintext
