"""What belongs to a hand-over beside its events: signs, paper forms, late marks."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from centre.chain_of_custody.models.custody import Transfer
from centre.chain_of_custody.rules.handover import Method
from centre.core import references
from centre.core.models import Case, User
from centre.core.models.base import WriteOnce
from centre.vault.fields import EncryptedJSON


class HandSignature(WriteOnce):
    """The sign of somebody without an account: strokes or a witnessed mark."""

    transfer = models.ForeignKey(
        Transfer, models.PROTECT, related_name="hand_signatures"
    )
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    side = models.CharField(max_length=10)
    method = models.CharField(
        max_length=10, choices=[(m.value, m.words) for m in Method]
    )
    made_at = models.DateTimeField()
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    witness = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    details = EncryptedJSON(scope="case_id")

    class Meta:
        ordering: ClassVar[list[str]] = ["made_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(witness__isnull=True)
                | ~models.Q(taken_by=models.F("witness")),
                name="hand_signature_two_people",
            )
        ]

    def __str__(self) -> str:
        return f"Signature under {self.transfer_id}"


class PaperForm(WriteOnce):
    """The scan of a hand-over form filled in by hand; its number is used once."""

    number = models.CharField(max_length=16, unique=True)
    transfer = models.OneToOneField(Transfer, models.PROTECT, related_name="paper_form")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    blob_id = models.UUIDField(unique=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    cipher_sha256 = models.CharField(max_length=64)
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"Form {references.grouped(self.number)}"


class OverdueMark(WriteOnce):
    """That nobody confirmed a hand-over in time; custody stays where it was (R24)."""

    transfer = models.OneToOneField(Transfer, models.PROTECT, related_name="overdue")
    due_at = models.DateTimeField()
    marked_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["due_at"]

    def __str__(self) -> str:
        return f"Overdue since {self.due_at:%Y-%m-%d %H:%M}"
