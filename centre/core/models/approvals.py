"""Two-person acts: what was proposed, who answered, and that it was carried out."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from centre.core.models.base import WriteOnce
from centre.core.models.case import Case
from centre.core.models.people import Centre, User
from centre.core.two_person import TwoPersonAct
from centre.vault.fields import EncryptedJSON


class Proposal(WriteOnce):
    """One act with its exact content, waiting for another person's approval."""

    act = models.CharField(
        max_length=30, choices=[(a.value, a.words) for a in TwoPersonAct]
    )
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    scope_id = models.UUIDField()
    proposer = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    payload_sha256 = models.CharField(max_length=64)
    content = EncryptedJSON(scope="scope_id")

    class Meta:
        ordering: ClassVar[list[str]] = ["-proposed_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["centre", "-proposed_at"], name="proposal_newest")
        ]

    def __str__(self) -> str:
        return self.get_act_display()

    def get_absolute_url(self) -> str:
        """Where it is read and answered."""
        return reverse("proposal", args=[self.pk])

    @property
    def on(self) -> Case | Centre:
        """What it is about: a case, or the centre itself."""
        return self.case or self.centre


class Approval(WriteOnce):
    """One other person's answer: yes to exactly this content, or no."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="answers")
    proposer = models.ForeignKey(User, models.PROTECT, related_name="+")
    approver = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    at = models.DateTimeField()
    is_refused = models.BooleanField(default=False)
    payload_sha256 = models.CharField(max_length=64)
    scope_id = models.UUIDField()
    details = EncryptedJSON(scope="scope_id")

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~models.Q(approver=models.F("proposer")),
                name="approval_by_another_person",
            ),
            models.UniqueConstraint(
                fields=["proposal", "approver"], name="approval_given_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Answer to {self.proposal_id}"


class Execution(WriteOnce):
    """That an approved proposal was carried out; once."""

    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="execution")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Execution of {self.proposal_id}"
