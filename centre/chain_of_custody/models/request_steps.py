"""What happens to a request beside its lines: steps, papers, parties, conditions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from centre.chain_of_custody.models.requests import (
    EvidenceRequest,
    LineDecision,
    LineTransfer,
    RequestLine,
)
from centre.chain_of_custody.rules.request_steps import Step
from centre.core.models import Centre, User, WriteOnce
from centre.core.models.base import Identified
from centre.vault.fields import EncryptedJSON
from centre.vault.keys import SYSTEM_SCOPE


class RequestStep(WriteOnce):
    """One step of a request: who took it, when, with which words."""

    request = models.ForeignKey(EvidenceRequest, models.PROTECT, related_name="steps")
    line = models.ForeignKey(
        RequestLine, models.PROTECT, null=True, related_name="steps"
    )
    number = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=24, choices=[(s, s.words) for s in Step])
    code = models.CharField(max_length=40, blank=True)
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    planned_at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    details = EncryptedJSON(scope=SYSTEM_SCOPE)

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["request", "number"], name="request_step_in_order"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["step", "person"], name="request_step_of_person")
        ]

    def __str__(self) -> str:
        return f"Step {self.number}"


class RequestParty(WriteOnce):
    """Who asks when no account of hers does: keyed at the desk from a letter."""

    request = models.OneToOneField(
        EvidenceRequest, models.PROTECT, related_name="party"
    )
    kind = models.CharField(max_length=16)
    details = EncryptedJSON(scope=SYSTEM_SCOPE)

    def __str__(self) -> str:
        return f"Party of {self.request_id}"


class RequestPaper(WriteOnce):
    """A letter or an order as it was scanned, encrypted, with its SHA-256."""

    request = models.ForeignKey(EvidenceRequest, models.PROTECT, related_name="papers")
    line = models.ForeignKey(
        RequestLine, models.PROTECT, null=True, related_name="papers"
    )
    kind = models.CharField(max_length=16)
    blob_id = models.UUIDField(unique=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    cipher_sha256 = models.CharField(max_length=64)
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["kept_at"]

    def __str__(self) -> str:
        return f"Paper of {self.request_id}"

    @property
    def case_id(self) -> object:
        """Under whose key it lies: a request knows no case, so the centre's own."""
        return SYSTEM_SCOPE


class LinePart(WriteOnce):
    """One more item found for a line that asked for several; decided by itself."""

    line = models.OneToOneField(RequestLine, models.PROTECT, related_name="part")
    of = models.ForeignKey(RequestLine, models.PROTECT, related_name="parts")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~models.Q(line=models.F("of")), name="line_part_of_another"
            )
        ]

    def __str__(self) -> str:
        return f"Part of line {self.of_id}"


class LineTerms(WriteOnce):
    """The conditions of an approved line, and that its decider did not ask for it."""

    decision = models.OneToOneField(
        LineDecision, models.PROTECT, related_name="conditions"
    )
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    return_by = models.DateField(null=True)
    may_consume = models.BooleanField(default=False)
    details = EncryptedJSON(scope=SYSTEM_SCOPE)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(asked_by__isnull=True)
                | ~models.Q(asked_by=models.F("decided_by")),
                name="line_terms_decider_did_not_ask",
            )
        ]

    def __str__(self) -> str:
        return f"Conditions of {self.decision_id}"


class LineRelease(WriteOnce):
    """Three people on one line: who asked, who decided, who let it go (R12)."""

    link = models.OneToOneField(LineTransfer, models.PROTECT, related_name="release")
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    released_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~models.Q(decided_by=models.F("released_by")),
                name="line_release_decider_does_not_release",
            ),
            models.CheckConstraint(
                condition=models.Q(asked_by__isnull=True)
                | (
                    ~models.Q(asked_by=models.F("released_by"))
                    & ~models.Q(asked_by=models.F("decided_by"))
                ),
                name="line_release_requester_does_neither",
            ),
        ]

    def __str__(self) -> str:
        return f"Release of {self.link_id}"


class RequestDraft(Identified):
    """A request while it is being written; nobody but its writer sees it."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    kept_at = models.DateTimeField()
    content = EncryptedJSON(scope=SYSTEM_SCOPE)

    class Meta:
        ordering: ClassVar[list[str]] = ["-kept_at"]

    def __str__(self) -> str:
        return "Draft of a request"

    def get_absolute_url(self) -> str:
        """Where writing goes on."""
        return reverse("request_draft", args=[self.pk])
