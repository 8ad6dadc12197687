"""Until when a kit or an item is kept; each date is written once, the latest counts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from centre.chain_of_custody.models.custody import CustodyEvent
from centre.chain_of_custody.models.things import Item, Kit
from centre.chain_of_custody.rules.fold import Reporting
from centre.chain_of_custody.rules.retention import Notice
from centre.core.models import Case
from centre.core.models.base import WriteOnce


class Retention(WriteOnce):
    """One date with the policy it came from, beside the event that tells why."""

    event = models.OneToOneField(CustodyEvent, models.PROTECT, related_name="retention")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    kit = models.ForeignKey(Kit, models.PROTECT, null=True, related_name="retentions")
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="retentions")
    until = models.DateField()
    policy = models.CharField(max_length=20)
    edition = models.CharField(max_length=20)
    notice = models.CharField(
        max_length=8, choices=[(n.value, n.words) for n in Notice]
    )
    reporting = models.CharField(
        max_length=12, choices=[(r.value, r.value) for r in Reporting]
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["until"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kit__isnull=True, item__isnull=False)
                | models.Q(kit__isnull=False, item__isnull=True),
                name="retention_of_one_thing",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["until"], name="retention_until")
        ]

    def __str__(self) -> str:
        return f"Kept until {self.until:%Y-%m-%d}"
