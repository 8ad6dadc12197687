"""What all stored rows share: random ids, and rows that are written once."""

from __future__ import annotations

import base64
import json
import unicodedata
import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, cast

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


def payload_of(row: models.Model) -> dict[str, Any]:
    """The content of every column in a canonical form: what an entry commits to."""
    fields = cast("Iterable[models.Field[Any, Any]]", row._meta.concrete_fields)
    return {f.attname: canonical_value(f, getattr(row, f.attname)) for f in fields}


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
