"""Requests for evidence: what was asked, what it was matched to, what was decided.

Each table is write-once; the state of a request is read from what happened.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from centre.core import references
from centre.core.models import Case, Centre, ConsentDecision, Recipient, User, WriteOnce
from centre.vault.fields import EncryptedJSON
from centre.vault.keys import SYSTEM_SCOPE


class EvidenceRequest(WriteOnce):
    """One request of one investigator. It knows no case until somebody matches it."""

    reference = models.CharField(max_length=16, unique=True)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Recipient, models.PROTECT, related_name="+")
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    needed_by = models.DateField(null=True)
    asked = EncryptedJSON(scope=SYSTEM_SCOPE)

    class Meta:
        ordering: ClassVar[list[str]] = ["-submitted_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["centre", "-submitted_at"], name="request_newest"),
            models.Index(fields=["requested_by"], name="request_of_investigator"),
        ]

    def __str__(self) -> str:
        return references.grouped(self.reference)

    def get_absolute_url(self) -> str:
        """The request's page in the centre."""
        return reverse("request", args=[self.reference])


class RequestLine(WriteOnce):
    """One item asked for, on exactly one legal basis."""

    request = models.ForeignKey(EvidenceRequest, models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=12)
    purpose = models.CharField(max_length=20)
    asked = EncryptedJSON(scope=SYSTEM_SCOPE)

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["request", "number"], name="request_line_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"Line {self.number}"


class LineMatch(WriteOnce):
    """What the custodian found for a line: an item of ours, or nothing."""

    line = models.OneToOneField(RequestLine, models.PROTECT, related_name="match")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    item = models.ForeignKey(
        "chain_of_custody.Item", models.PROTECT, null=True, related_name="request_lines"
    )
    matched_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    matched_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Match of line {self.line_id}"


class LineDecision(WriteOnce):
    """What the centre decided on a line, on which consent or basis."""

    line = models.OneToOneField(RequestLine, models.PROTECT, related_name="decision")
    is_approved = models.BooleanField()
    reason = models.CharField(max_length=30, blank=True)
    consent = models.ForeignKey(
        ConsentDecision, models.PROTECT, null=True, related_name="+"
    )
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Decision on line {self.line_id}"


class RequestEnd(WriteOnce):
    """The requester took the request back."""

    request = models.OneToOneField(EvidenceRequest, models.PROTECT, related_name="end")
    ended_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"End of {self.request_id}"


class LineTransfer(WriteOnce):
    """Under which transfer an approved line left, or was offered."""

    line = models.ForeignKey(RequestLine, models.PROTECT, related_name="transfers")
    transfer = models.ForeignKey(
        "chain_of_custody.Transfer", models.PROTECT, related_name="lines"
    )
    offered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Line {self.line_id} under {self.transfer_id}"
