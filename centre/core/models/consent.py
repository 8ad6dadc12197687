"""Consent as its own append-only record."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from centre.core.models.base import WriteOnce
from centre.core.models.case import Case
from centre.core.models.people import User
from centre.vault.fields import EncryptedJSON


class DecisionState(models.TextChoices):
    """What was decided. No row means never asked, which is not a consent."""

    GIVEN = "given", "Yes"
    LIMITED = "given_limited", "Yes, with limits"
    DECLINED = "declined", "No"
    DEFERRED = "deferred", "Not now"
    WITHDRAWN = "withdrawn", "Taken back"


class ConsentConversation(WriteOnce):
    """One talk about consent: who explained what, how, to whom, and who signed."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="conversations")
    reference = models.CharField(max_length=16, unique=True)
    begun_at = models.DateTimeField()
    signed_at = models.DateTimeField()
    explained_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    wording = models.CharField(max_length=40)
    wording_sha256 = models.CharField(max_length=64)
    decision_maker = models.CharField(max_length=30)
    is_free_of_pressure = models.BooleanField()
    details = EncryptedJSON(scope="case_id")

    class Meta:
        ordering: ClassVar[list[str]] = ["signed_at"]

    def __str__(self) -> str:
        return self.reference


class ConsentDecision(WriteOnce):
    """One item decided for one recipient and purpose; the newest row holds."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions")
    conversation = models.ForeignKey(
        ConsentConversation, models.PROTECT, null=True, related_name="decisions"
    )
    number = models.PositiveIntegerField()
    item = models.CharField(max_length=4)
    recipient = models.CharField(max_length=120)
    purpose = models.CharField(max_length=30, blank=True)
    state = models.CharField(max_length=14, choices=DecisionState.choices)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    decided_at = models.DateTimeField()
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    details = EncryptedJSON(scope="case_id")

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["case", "number"], name="consent_decision_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(conversation__isnull=False)
                | models.Q(state="withdrawn"),
                name="consent_decision_was_talked_about",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["case", "item", "recipient", "-number"],
                name="consent_decision_newest",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.state}"
