"""Kits, items and seals. What they are never changes; their events tell the rest."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from centre.chain_of_custody.catalogue import Specimen, catalogue
from centre.chain_of_custody.rules.moves import Thing
from centre.core import references
from centre.core.models import Case, Centre
from centre.core.models.base import WriteOnce
from centre.vault.fields import EncryptedJSON


class Side(models.TextChoices):
    """Which side of the body."""

    NONE = "", "Does not apply"
    LEFT = "left", "Left"
    RIGHT = "right", "Right"
    BOTH = "both", "Both sides"
    MIDLINE = "midline", "Middle"


class Kit(WriteOnce):
    """A box of collection material; its row is its being taken into stock."""

    code = models.CharField(max_length=16, unique=True)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="kits")
    kind = models.CharField(max_length=40)
    maker_number = models.CharField(max_length=60, blank=True)
    lot = models.CharField(max_length=60, blank=True)
    expires_on = models.DateField(null=True)
    stocked_at = models.DateTimeField()
    stocked_by = models.ForeignKey("core.User", models.PROTECT, related_name="+")

    thing = Thing.KIT

    class Meta:
        ordering: ClassVar[list[str]] = ["stocked_at", "code"]

    def __str__(self) -> str:
        return f"Kit {references.grouped(self.code)}"

    def get_absolute_url(self) -> str:
        """The kit page."""
        return reverse("kit", args=[self.code])

    @property
    def case(self) -> Case | None:
        """The case it was issued to, as its own event tells."""
        for event in self.custody.all():
            if event.case is not None:
                return event.case
        return None


class Item(WriteOnce):
    """One package of evidence, the unit of custody. Children come from a parent."""

    code = models.CharField(max_length=16, unique=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="items")
    kit = models.ForeignKey(Kit, models.PROTECT, null=True, related_name="items")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="children"
    )
    specimen = models.CharField(max_length=20)
    site = models.CharField(max_length=60)
    side = models.CharField(max_length=8, blank=True, choices=Side.choices)
    index = models.PositiveSmallIntegerField()
    catalogue = models.CharField(max_length=20)
    registered_at = models.DateTimeField()
    details = EncryptedJSON(scope="case_id")

    thing = Thing.ITEM

    class Meta:
        ordering: ClassVar[list[str]] = ["registered_at", "code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["case", "specimen", "site", "side", "index"],
                name="item_numbered_once",
            ),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True)
                | ~models.Q(parent=models.F("id")),
                name="item_not_its_own_parent",
            ),
        ]

    def __str__(self) -> str:
        return f"Item {references.grouped(self.code)}"

    def get_absolute_url(self) -> str:
        """The item page."""
        return reverse("item", args=[self.code])

    @property
    def kind(self) -> Specimen:
        """What the edition it was collected under says of it."""
        return catalogue(self.catalogue).specimens[self.specimen]

    @property
    def words(self) -> str:
        """Specimen, site and number, for those who may see the item."""
        side = f", {self.get_side_display().lower()}" if self.side else ""
        return f"{self.kind.name}: {self.site}{side}, no. {self.index}"


class Seal(WriteOnce):
    """A numbered seal. Its number is unique for ever, everywhere."""

    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=40)
    roll = models.CharField(max_length=40, blank=True)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="seals")
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey("core.User", models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.number


class StockRule(WriteOnce):
    """At how many kits of a kind new ones are ordered; the newest rule counts."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    threshold = models.PositiveSmallIntegerField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey("core.User", models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-set_at"]

    def __str__(self) -> str:
        return f"Order at {self.threshold}"
