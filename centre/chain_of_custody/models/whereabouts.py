"""Where each thing is now, kept beside its events so that long lists are quick.

Nothing is decided by these rows: every act folds the events themselves. A row is
written with each event, and `verification.faults` compares all of them with the fold.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from centre.chain_of_custody.models.places import Location
from centre.chain_of_custody.models.things import Item, Kit
from centre.chain_of_custody.rules.fold import Integrity
from centre.chain_of_custody.rules.moves import State
from centre.core.models import Case, Centre, User
from centre.core.models.base import Identified


class Whereabouts(Identified):
    """How one kit or item stands after its last event."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    kit = models.OneToOneField(
        Kit, models.PROTECT, null=True, related_name="whereabouts"
    )
    item = models.OneToOneField(
        Item, models.PROTECT, null=True, related_name="whereabouts"
    )
    state = models.CharField(max_length=16, choices=[(s.value, s.words) for s in State])
    integrity = models.CharField(
        max_length=12, choices=[(i.value, i.words) for i in Integrity]
    )
    seal = models.CharField(max_length=40, blank=True)
    place = models.ForeignKey(Location, models.PROTECT, null=True, related_name="+")
    holder = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    transfer = models.UUIDField(null=True)
    inside = models.ForeignKey(Kit, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kit__isnull=True, item__isnull=False)
                | models.Q(kit__isnull=False, item__isnull=True),
                name="whereabouts_of_one_thing",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["place", "state"], name="whereabouts_at_place"),
            models.Index(fields=["centre", "state"], name="whereabouts_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.thing}: {self.get_state_display()}"

    @property
    def thing(self) -> Kit | Item:
        """The kit or item it tells of."""
        found = self.item if self.item_id else self.kit
        assert found is not None  # noqa: S101 - the database holds it
        return found
