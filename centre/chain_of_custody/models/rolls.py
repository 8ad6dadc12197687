"""Rolls of numbered seals, and seals that were spoilt before they were used."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from centre.core.models import Centre, User
from centre.core.models.base import WriteOnce


class SealRoll(WriteOnce):
    """A roll as it was taken in: a prefix and consecutive numbers."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="seal_rolls")
    prefix = models.CharField(max_length=20, blank=True)
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()
    digits = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=40)
    taken_in_at = models.DateTimeField()
    taken_in_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["prefix", "first"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")),
                name="seal_roll_has_a_length",
            )
        ]

    def __str__(self) -> str:
        return f"Roll {self.number(self.first)} to {self.number(self.last)}"

    def number(self, at: int) -> str:
        """A seal's number as it stands on the roll."""
        return f"{self.prefix}{at:0{self.digits}d}"


class SpoiltSeal(WriteOnce):
    """A seal that was damaged or lost before it was put on anything."""

    roll = models.ForeignKey(SealRoll, models.PROTECT, related_name="spoilt")
    number = models.CharField(max_length=40, unique=True)
    reason = models.CharField(max_length=20)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"Spoilt {self.number}"
