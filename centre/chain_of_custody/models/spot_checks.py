"""Spot checks: what was drawn of the store, by which head, and what was seen of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from centre.core import references
from centre.core.models import Centre, User
from centre.core.models.base import WriteOnce


class SpotCheck(WriteOnce):
    """Some of what lay in the store, drawn by the head of the custody log."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    number = models.CharField(max_length=16, unique=True)
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    size = models.PositiveBigIntegerField()
    """How many entries the log had."""
    root = models.CharField(max_length=64)
    """The root hash of the log at that size, as hexadecimal digits."""
    drawn_from = models.PositiveIntegerField()
    """How many kits and loose items lay in the store."""
    drawn = models.TextField()
    """The codes in the order of drawing, with spaces between them."""

    class Meta:
        ordering: ClassVar[list[str]] = ["-drawn_at"]

    def __str__(self) -> str:
        return f"Spot check {references.grouped(self.number)}"

    def get_absolute_url(self) -> str:
        """The page of this spot check."""
        return reverse("spot_check", args=[self.number])

    @property
    def codes(self) -> list[str]:
        """The codes in the order of drawing."""
        return self.drawn.split()


class SpotCheckEnd(WriteOnce):
    """That what was drawn was looked for, once, and how many of each there were."""

    spot_check = models.OneToOneField(SpotCheck, models.PROTECT, related_name="end")
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    seen = models.PositiveIntegerField()
    not_seen = models.PositiveIntegerField()
    elsewhere = models.PositiveIntegerField()
    moved = models.PositiveIntegerField()
    """Went its way by an act of its own since it was drawn."""

    def __str__(self) -> str:
        return f"End of spot check {self.spot_check_id}"
