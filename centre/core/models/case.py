"""The case cover: what all rooms share of a survivor's case. It holds no name."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from centre.core import references
from centre.core.models.base import Recorded, WriteOnce
from centre.core.models.people import Centre, User
from centre.vault.fields import EncryptedJSON


class Registration(models.TextChoices):
    """How the survivor chose to be registered."""

    NAMED = "named", "Named"
    ALIAS = "alias", "Under another name"
    ANONYMOUS = "anonymous", "Anonymous, no identifiers"
    EARLIER = "earlier", "In an earlier register, no name here"


CHOSEN_REGISTRATIONS = (Registration.NAMED, Registration.ALIAS, Registration.ANONYMOUS)
"""What a survivor can choose; the other comes with a list of old things."""


class AgeBand(models.TextChoices):
    """Age as far as the cover tells it."""

    UNDER_5 = "0-4", "Under 5"
    FROM_5 = "5-9", "5 to 9"
    FROM_10 = "10-14", "10 to 14"
    FROM_15 = "15-17", "15 to 17"
    FROM_18 = "18-24", "18 to 24"
    FROM_25 = "25-59", "25 to 59"
    FROM_60 = "60+", "60 and over"
    UNKNOWN = "unknown", "Not known"


CHILD_BANDS = frozenset(
    {AgeBand.UNDER_5, AgeBand.FROM_5, AgeBand.FROM_10, AgeBand.FROM_15}
)


class Case(WriteOnce):
    """One survivor's case at one centre."""

    reference = models.CharField(max_length=16, unique=True)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="cases")
    registration = models.CharField(max_length=10, choices=Registration.choices)
    age_band = models.CharField(max_length=8, choices=AgeBand.choices)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-opened_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["centre", "-opened_at"], name="case_newest")
        ]

    def __str__(self) -> str:
        return references.grouped(self.reference)

    def get_absolute_url(self) -> str:
        """The case page."""
        return reverse("case", args=[self.reference])

    @property
    def is_child(self) -> bool:
        """Whether the cover says the survivor is under 18."""
        return self.age_band in CHILD_BANDS

    @property
    def is_closed(self) -> bool:
        """Whether it was closed and not opened again since."""
        newest = self.closings.order_by("-number").first()
        return newest is not None and newest.is_closed


class CaseEnding(models.TextChoices):
    """Why a case is closed, or opened again."""

    COMPLETED = "completed", "Care is completed"
    MOVED = "moved", "Care goes on at another centre"
    DECLINED = "declined", "She wants nothing more from us"
    LOST = "lost", "No contact for long"
    ERROR = "error", "Opened in error"
    REOPENED = "reopened", "Opened again"


class CaseClosing(WriteOnce):
    """That a case was closed, or opened again; the newest counts."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="closings")
    number = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=12, choices=CaseEnding.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    details = EncryptedJSON(scope="case_id")

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["case", "number"], name="case_closing_in_order"
            )
        ]

    def __str__(self) -> str:
        return self.get_reason_display()

    @property
    def is_closed(self) -> bool:
        """Whether the case is closed from here on."""
        return self.reason != CaseEnding.REOPENED


class Assignment(Recorded):
    """A person on the care team of a case, from and until."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="care_team")
    user = models.ForeignKey(User, models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=20)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["case", "user"],
                condition=models.Q(ended_at__isnull=True),
                name="assignment_held_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} on {self.case_id}"


class Exclusion(Recorded):
    """A person kept away from a case; it beats every grant."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="exclusions")
    user = models.ForeignKey(User, models.PROTECT, related_name="exclusions")
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["case", "user"],
                condition=models.Q(lifted_at__isnull=True),
                name="exclusion_stands_once",
            )
        ]

    def __str__(self) -> str:
        return f"Exclusion on {self.case_id}"
