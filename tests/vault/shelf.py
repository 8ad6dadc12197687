"""Tables for these tests only: their app is not installed, so no one else sees them."""

from __future__ import annotations

import uuid
from typing import Final

from django.db import models
from simple_history.models import HistoricalRecords

from centre.vault.fields import EncryptedJSON, EncryptedText
from centre.vault.keys import SYSTEM_SCOPE


class Row(models.Model):
    """A row with a random id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)

    class Meta:
        abstract = True
        app_label = "shelf"

    def __str__(self) -> str:
        return str(self.id)


class Folder(Row):
    """What a page belongs to."""

    case_id = models.UUIDField()

    class Meta(Row.Meta):
        db_table = "shelf_folder"


class Page(Row):
    """Two encrypted columns, one of which may be empty, and a document."""

    case_id = models.UUIDField()
    number = models.PositiveSmallIntegerField(default=1)
    words = EncryptedText(scope="case_id")
    note = EncryptedText(scope="case_id", null=True)
    answers = EncryptedJSON(scope="case_id", default=dict)

    class Meta(Row.Meta):
        db_table = "shelf_page"


class Leaf(Row):
    """Its case is found by way of its folder."""

    folder = models.ForeignKey(Folder, models.PROTECT)
    words = EncryptedText(scope="folder.case_id")

    class Meta(Row.Meta):
        db_table = "shelf_leaf"


class Secret(Row):
    """Belongs to no case."""

    seed = EncryptedText(scope=SYSTEM_SCOPE)

    class Meta(Row.Meta):
        db_table = "shelf_secret"


class Versioned(Row):
    """Former versions are kept by simple-history."""

    history = HistoricalRecords(
        app="shelf",
        inherit=True,
        history_id_field=models.UUIDField(default=uuid.uuid4),
        user_db_constraint=False,
    )

    class Meta(Row.Meta):
        abstract = True


class Plan(Versioned):
    """A row that may change, with its history."""

    case_id = models.UUIDField()
    title = models.CharField(max_length=20, default="")
    goals = EncryptedText(scope="case_id")

    class Meta(Row.Meta):
        db_table = "shelf_plan"


TABLES: Final[list[type[models.Model]]] = [Folder, Page, Leaf, Secret, Plan]
HISTORY: type[models.Model] = Plan.history.model
ALL: Final[list[type[models.Model]]] = [*TABLES, HISTORY]
