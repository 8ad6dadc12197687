"""Outside anchors: checkpoints that somebody beyond our power has signed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from centre.core.models.base import WriteOnce
from centre.core.models.people import Centre


class Anchor(WriteOnce):
    """One checkpoint with one witness's cosignature."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="anchors")
    log = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    witness = models.CharField(max_length=120)
    note = models.TextField()
    seen_at = models.DateTimeField()
    kept_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-seen_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["log", "-size"], name="anchor_newest")
        ]

    def __str__(self) -> str:
        return f"{self.log} of {self.size}, seen by {self.witness}"


class TimeStamp(WriteOnce):
    """One checkpoint with the time stamp of an authority over its note (RFC 3161)."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="stamps")
    log = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    authority = models.CharField(max_length=300)
    note = models.TextField()
    answer = models.BinaryField()
    stamped_at = models.DateTimeField()
    kept_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-stamped_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["log", "-size"], name="time_stamp_newest")
        ]

    def __str__(self) -> str:
        return f"{self.log} of {self.size}, stamped {self.stamped_at:%Y-%m-%d %H:%M}"
