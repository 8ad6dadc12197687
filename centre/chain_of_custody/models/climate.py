"""What thermometers of the store were read to show."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from centre.chain_of_custody.models.places import Location
from centre.core.models import User
from centre.core.models.base import WriteOnce


class TemperatureReading(WriteOnce):
    """One reading of one place, in degrees Celsius; nothing here is of a person."""

    location = models.ForeignKey(Location, models.PROTECT, related_name="readings")
    celsius = models.DecimalField(max_digits=5, decimal_places=1)
    is_in_range = models.BooleanField()
    sensor = models.CharField(max_length=60, blank=True)
    action = models.CharField(max_length=400, blank=True)
    read_at = models.DateTimeField()
    read_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-read_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["location", "-read_at"], name="reading_newest")
        ]

    def __str__(self) -> str:
        return f"{self.celsius} °C"
