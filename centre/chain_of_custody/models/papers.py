"""Papers that were issued: a later copy is made under the same head."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from centre.chain_of_custody.models.custody import CustodyEvent
from centre.chain_of_custody.models.things import Item, Kit
from centre.chain_of_custody.rules.profiles import Profile
from centre.core import references
from centre.core.models import Case, User
from centre.core.models.base import WriteOnce
from centre.vault.fields import EncryptedJSON


class IssuedReport(WriteOnce):
    """One custody report: of what, for whom, and under which head of the log."""

    number = models.CharField(max_length=16, unique=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    kit = models.ForeignKey(Kit, models.PROTECT, null=True, related_name="reports")
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="reports")
    profile = models.CharField(
        max_length=12, choices=[(p.value, p.words) for p in Profile]
    )
    log = models.CharField(max_length=120)
    log_size = models.PositiveBigIntegerField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-issued_at"]

    def __str__(self) -> str:
        return f"Report {references.grouped(self.number)}"

    @property
    def package(self) -> Kit | Item:
        """The kit or item it is about."""
        found = self.kit or self.item
        assert found is not None  # noqa: S101 - the action that issues it sets one
        return found


class Attachment(WriteOnce):
    """A document that belongs to a kit or an item, encrypted, bound by its SHA-256.

    It may be the source of one event: the paper a late entry was copied from.
    """

    event = models.OneToOneField(
        CustodyEvent, models.PROTECT, related_name="attachment"
    )
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    blob_id = models.UUIDField(unique=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    cipher_sha256 = models.CharField(max_length=64)
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    details = EncryptedJSON(scope="case_id")

    class Meta:
        ordering: ClassVar[list[str]] = ["kept_at"]

    def __str__(self) -> str:
        return f"Document {self.sha256[:12]}"
