"""What all stored rows share: random ids, and rows that are written once."""

from __future__ import annotations

import base64
import hashlib
import json
import unicodedata
import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, ClassVar, cast

from django.db import models


class WriteOnceError(TypeError):
    """The program tried to change or delete a row that is written once."""


class Identified(models.Model):
    """A row with a random id, made before the row is written."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class WriteOnce(Identified):
    """A row that is inserted and never changed; triggers hold it in the database."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; a second save is refused."""
        if not self._state.adding:
            raise WriteOnceError(f"{self._meta.label} rows are written once.")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused."""
        raise WriteOnceError(f"{self._meta.label} rows are never deleted.")


class Recorded(Identified):
    """A row that changes: each change is an entry that commits to the row as it is.

    The newest of these entries must tell what the row holds now.
    """

    UNCOVERED: ClassVar[frozenset[str]] = frozenset()
    """Columns that count or wait and prove nothing; no entry commits to them."""
    DIGESTED: ClassVar[frozenset[str]] = frozenset()
    """Columns of which an entry commits to the SHA-256 only, for they are secrets."""

    class Meta:
        abstract = True


def payload_of(row: models.Model) -> dict[str, Any]:
    """The content of every column in a canonical form: what an entry commits to."""
    fields = cast("Iterable[models.Field[Any, Any]]", row._meta.concrete_fields)
    found = {f.attname: canonical_value(f, getattr(row, f.attname)) for f in fields}
    if not isinstance(row, Recorded):
        return found
    for name in row.UNCOVERED:
        del found[name]
    for name in row.DIGESTED:
        found[name] = hashlib.sha256(str(found[name]).encode()).hexdigest()
    return found


def canonical_value(field: models.Field[Any, Any], value: Any) -> Any:
    """One column's value as JSON without floats, the same before and after storing."""
    if value is None:
        return None
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, bool | dict | list):
        return canonical_json(value)
    return canonical_scalar(field.to_python(value))


def canonical_scalar(value: Any) -> Any:
    """A number as it is, a moment in ISO form, everything else as its text."""
    if isinstance(value, bool | int):
        return value
    if isinstance(value, datetime):
        return value.astimezone(tz=UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return unicodedata.normalize("NFC", str(value))


def canonical_json(value: Any) -> Any:
    """JSON content with its floats written as text, since entries hold none."""
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True, ensure_ascii=True)
    return json.dumps(value, ensure_ascii=True)
