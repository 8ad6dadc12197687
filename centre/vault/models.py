"""The key store: wrapped keys only, in the database `keys`.

Its backups are kept apart and for a short time, because destroying a case's key is
worth only as much as the oldest backup of the wrapped keys.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class RootCheck(models.Model):
    """One random key under the root key: only the right root key opens it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    wrapped = models.BinaryField()

    class Meta:
        db_table = "vault_root_check"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id=1), name="root_check_once")
        ]

    def __str__(self) -> str:
        return "Check of the root key"


class CentreKey(models.Model):
    """A centre's key, wrapped under the root key."""

    centre_id = models.UUIDField()
    generation = models.PositiveSmallIntegerField(default=1)
    wrapped = models.BinaryField()

    class Meta:
        db_table = "vault_centre_key"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["centre_id", "generation"], name="centre_key_once"
            )
        ]

    def __str__(self) -> str:
        return f"Key {self.generation} of centre {self.centre_id}"


class CaseKey(models.Model):
    """A case's key, wrapped under its centre's key; empty once destroyed."""

    case_id = models.UUIDField()
    generation = models.PositiveSmallIntegerField(default=1)
    centre_key = models.ForeignKey(CentreKey, models.PROTECT, related_name="+")
    wrapped = models.BinaryField(null=True)

    class Meta:
        db_table = "vault_case_key"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["case_id", "generation"], name="case_key_once"
            )
        ]

    def __str__(self) -> str:
        return f"Key {self.generation} of case {self.case_id}"
