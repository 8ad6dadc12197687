"""Where things lie: a tree of rooms, units, shelves and boxes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from centre.core import references
from centre.core.models.base import WriteOnce


class PlaceKind(models.TextChoices):
    """What kind of place it is."""

    ROOM = "room", "Room"
    UNIT = "unit", "Cupboard, refrigerator or freezer"
    SHELF = "shelf", "Shelf"
    BOX = "box", "Box"


class Location(WriteOnce):
    """A place with a code of its own to scan. Its class is its own or its parent's."""

    code = models.CharField(max_length=16, unique=True)
    centre = models.ForeignKey("core.Centre", models.PROTECT, related_name="locations")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="children"
    )
    kind = models.CharField(max_length=6, choices=PlaceKind.choices)
    name = models.CharField(max_length=60)
    storage_class = models.CharField(max_length=8)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("core.User", models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["parent", "name"], name="location_named_once_inside"
            ),
            models.UniqueConstraint(
                fields=["centre", "name"],
                condition=models.Q(parent__isnull=True),
                name="location_named_once",
            ),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True)
                | ~models.Q(parent=models.F("id")),
                name="location_not_in_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def grouped(self) -> str:
        """The code for the eye."""
        return references.grouped(self.code)
