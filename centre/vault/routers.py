"""Key rows live in a database of their own, apart from what they open."""

from __future__ import annotations

from typing import Any, Final

from django.db import models

KEYS: Final = "keys"
"""Alias of the database that holds the wrapped keys and nothing else."""

_VAULT: Final = "vault"


class KeysRouter:
    """Sends the vault's models to the keys database, and nothing else there."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str | None:
        """Where a model's rows are read."""
        return KEYS if model._meta.app_label == _VAULT else None

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str | None:
        """Where a model's rows are written."""
        return self.db_for_read(model, **hints)

    def allow_relation(
        self, obj1: models.Model, obj2: models.Model, **hints: Any
    ) -> bool | None:
        """No relation crosses the border between the two databases."""
        labels = {obj1._meta.app_label, obj2._meta.app_label}
        return None if _VAULT not in labels else labels == {_VAULT}

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """The vault's tables only in the keys database, all others never there."""
        return (db == KEYS) == (app_label == _VAULT)
