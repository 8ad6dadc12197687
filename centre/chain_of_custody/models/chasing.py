"""Letters that ask an agency to fetch what lies here; each is kept with its step."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from centre.chain_of_custody.models.things import Item, Kit
from centre.core import references
from centre.core.models import Case, Recipient, User
from centre.core.models.base import WriteOnce


class ChaseLetter(WriteOnce):
    """One letter about one thing: to whom, how firm, and under which head."""

    number = models.CharField(max_length=16, unique=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    kit = models.ForeignKey(Kit, models.PROTECT, null=True, related_name="chased")
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="chased")
    agency = models.ForeignKey(Recipient, models.PROTECT, related_name="+")
    step = models.PositiveSmallIntegerField()
    waits_since = models.DateTimeField()
    log = models.CharField(max_length=120)
    log_size = models.PositiveBigIntegerField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-issued_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kit__isnull=True, item__isnull=False)
                | models.Q(kit__isnull=False, item__isnull=True),
                name="chase_letter_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"Letter {references.grouped(self.number)}"
