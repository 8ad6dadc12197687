"""Returns: figures for others, made once and kept as they were told."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from centre.core.models import Centre, User
from centre.core.models.base import WriteOnce


class Return(WriteOnce):
    """The figures of one centre for one year, small ones hidden before they are kept.

    Made once: two returns of one year, before and after a late entry, would tell by
    their difference what each of them hides.
    """

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    figures = models.TextField()
    """JSON, as `Figures.as_json` makes it."""
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-year"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["centre", "year"], name="return_once_a_year"
            )
        ]

    def __str__(self) -> str:
        return f"Return for {self.year}"
