"""What stands beside the ledger: openings of its entries, and who looked at what."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from centre.core.models.base import WriteOnce
from centre.core.models.case import Case
from centre.core.models.people import Centre, User
from centre.vault.fields import EncryptedJSON


class Opening(WriteOnce):
    """Salt and content behind one entry's commitment, under the case's key."""

    log = models.CharField(max_length=120)
    n = models.BigIntegerField()
    scope_id = models.UUIDField()
    table = models.CharField(max_length=80, blank=True)
    row = models.UUIDField(null=True)
    secret = EncryptedJSON(scope="scope_id")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["log", "n"], name="opening_of_one_entry")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["row"], name="opening_of_row")
        ]

    def __str__(self) -> str:
        return f"{self.log} {self.n}"


class AccessNote(WriteOnce):
    """Somebody looked, searched, printed or was turned away. No content."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=20, blank=True)
    centre = models.ForeignKey(Centre, models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, related_name="access_notes"
    )
    what = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=40, default="ok")

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["case", "-at"], name="access_note_of_case"),
            models.Index(fields=["user", "-at"], name="access_note_of_user"),
            models.Index(fields=["centre", "-at"], name="access_note_of_centre"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"


class VerificationRun(WriteOnce):
    """One check of the records: when, how much of them, and whether they were sound."""

    at = models.DateTimeField()
    is_full = models.BooleanField(default=True)
    is_sound = models.BooleanField()
    fault_count = models.PositiveIntegerField()
    first_fault = models.CharField(max_length=300, blank=True)
    sizes = models.TextField(default="{}")
    """JSON: of each log the size of the newest checkpoint the check covered."""

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-at"], name="verification_newest")
        ]

    def __str__(self) -> str:
        return f"Verification at {self.at:%Y-%m-%d %H:%M}"
