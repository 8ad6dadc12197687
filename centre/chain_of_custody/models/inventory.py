"""Inventories: a shelf that is scanned, each scan, and what came of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from centre.chain_of_custody.models.places import Location
from centre.core.models import Centre, User
from centre.core.models.base import Identified, WriteOnce


class Inventory(WriteOnce):
    """One scanning of a place and of everything inside it."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    place = models.ForeignKey(Location, models.PROTECT, related_name="inventories")
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-begun_at"]

    def __str__(self) -> str:
        return f"Inventory of {self.place}"


class InventoryScan(Identified):
    """A code that was scanned; it counts once, where it was scanned last.

    Until the inventory is closed these are notes on the way; its events are what stays.
    """

    inventory = models.ForeignKey(Inventory, models.PROTECT, related_name="scans")
    code = models.CharField(max_length=16)
    place = models.ForeignKey(Location, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["inventory", "code"], name="inventory_scan_counts_once"
            )
        ]

    def __str__(self) -> str:
        return f"Scan of {self.code}"


class InventoryEnd(WriteOnce):
    """That an inventory was closed, once, and how many of each there were."""

    inventory = models.OneToOneField(Inventory, models.PROTECT, related_name="end")
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    seen = models.PositiveIntegerField()
    not_seen = models.PositiveIntegerField()
    elsewhere = models.PositiveIntegerField()
    unknown = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"End of inventory {self.inventory_id}"
