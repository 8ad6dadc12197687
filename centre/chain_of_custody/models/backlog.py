"""Lists of old kits and items: the draft, the list once taken over, and its sources.

A page of an old register tells of many survivors, so its scan lies under the centre's
own key and belongs to the list, never to one of the cases.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from centre.chain_of_custody.models.things import Item
from centre.core import references
from centre.core.models import Centre, User
from centre.core.models.base import Identified, WriteOnce
from centre.vault.fields import EncryptedJSON
from centre.vault.keys import SYSTEM_SCOPE


class BacklogDraft(Identified):
    """A list that was uploaded and is not taken over yet; only its writer sees it."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    kept_at = models.DateTimeField()
    content = EncryptedJSON(scope=SYSTEM_SCOPE)

    class Meta:
        ordering: ClassVar[list[str]] = ["-kept_at"]

    def __str__(self) -> str:
        return "A list that is not taken over yet"


class _Scan(models.Model):
    """A scan as it was uploaded, encrypted, bound by its SHA-256."""

    blob_id = models.UUIDField(unique=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    cipher_sha256 = models.CharField(max_length=64)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"Scan {self.sha256[:12]}"

    @property
    def case_id(self) -> object:
        """Under whose key it lies: the centre's own."""
        return SYSTEM_SCOPE


class BacklogDraftScan(Identified, _Scan):
    """A scan that waits with its draft; its file's name lies in the draft."""

    draft = models.ForeignKey(BacklogDraft, models.PROTECT, related_name="scans")


class Backlog(WriteOnce):
    """A list that was taken over: how many things, by whom, and from which file."""

    number = models.CharField(max_length=16, unique=True)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    rows = models.PositiveIntegerField()
    file_sha256 = models.CharField(max_length=64)
    taken_over_at = models.DateTimeField()
    taken_over_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-taken_over_at"]

    def __str__(self) -> str:
        return f"List {references.grouped(self.number)}"

    def get_absolute_url(self) -> str:
        """The page of this list."""
        return reverse("backlog_list", args=[self.number])


class BacklogScan(WriteOnce, _Scan):
    """A scan of the old paper, kept with the list."""

    backlog = models.ForeignKey(Backlog, models.PROTECT, related_name="scans")
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["kept_at", "sha256"]


class EarlierNumber(WriteOnce):
    """The number a thing bore in the old register; in each store it is used once."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    number = models.CharField(max_length=40)
    item = models.OneToOneField(Item, models.PROTECT, related_name="earlier")
    backlog = models.ForeignKey(Backlog, models.PROTECT, related_name="numbers")
    row = models.PositiveIntegerField()
    scan = models.ForeignKey(
        BacklogScan, models.PROTECT, null=True, related_name="numbers"
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["row"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["centre", "number"], name="earlier_number_taken_over_once"
            )
        ]

    def __str__(self) -> str:
        return self.number
