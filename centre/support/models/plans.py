"""The support plan with its goals and steps. Each former version is kept, encrypted."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.urls import reverse
from simple_history.models import HistoricalRecords

from centre.agencies.rules import FAMILY_WORDS, Family
from centre.core import references
from centre.core.models import Case, Identified, User
from centre.support.rules.plans import CLOSURE_WORDS, GOAL_WORDS
from centre.vault.fields import EncryptedJSON, EncryptedText


class Versioned(Identified):
    """A row that people edit: it counts its versions and keeps each of them."""

    version = models.PositiveIntegerField(default=0)
    history = HistoricalRecords(inherit=True)

    _history_user: User
    _history_date: datetime

    class Meta:
        abstract = True

    def next_version(self, *, by: User, at: datetime) -> None:
        """Count the version and name its author and moment for the history."""
        self.version += 1
        self._history_user = by
        self._history_date = at


class Plan(Versioned):
    """What a survivor wants to work on, need by need; one at a time is current."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="plans")
    reference = models.CharField(max_length=16, unique=True)
    content = EncryptedJSON(scope="case_id")
    review_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closure = models.CharField(
        max_length=20, blank=True, choices=[(c.value, w) for c, w in CLOSURE_WORDS]
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["case"],
                condition=models.Q(closed_at__isnull=True),
                name="plan_is_current_once",
            )
        ]

    def __str__(self) -> str:
        return references.grouped(self.reference)

    def get_absolute_url(self) -> str:
        """The plan's page."""
        return reverse("plan", args=[self.reference])

    @property
    def is_closed(self) -> bool:
        """Whether it can only be read."""
        return self.closed_at is not None


class Goal(Versioned):
    """One thing the survivor wants, in her own words."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="goals")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    reference = models.CharField(max_length=16, unique=True)
    family = models.CharField(
        max_length=15, choices=[(f.value, w) for f, w in FAMILY_WORDS.items()]
    )
    words = EncryptedText(scope="case_id")
    due_on = models.DateField(null=True)
    review_on = models.DateField(null=True)
    state = models.CharField(
        max_length=12, choices=[(s.value, w) for s, w in GOAL_WORDS]
    )
    set_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["set_at", "reference"]

    def __str__(self) -> str:
        return references.grouped(self.reference)

    def get_absolute_url(self) -> str:
        """The plan's page, at this goal."""
        return f"{reverse('plan', args=[self.plan.reference])}#goal-{self.reference}"

    @property
    def family_words(self) -> str:
        """The family in words."""
        return FAMILY_WORDS[Family(self.family)]


class Step(Versioned):
    """One thing to do towards a goal: who, by when, done when."""

    goal = models.ForeignKey(Goal, models.PROTECT, related_name="steps")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    reference = models.CharField(max_length=16, unique=True)
    words = EncryptedText(scope="case_id")
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(null=True)
    set_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["set_at", "reference"]

    def __str__(self) -> str:
        return references.grouped(self.reference)

    @property
    def owner_words(self) -> str:
        """Who does it; nobody of the staff means the survivor herself."""
        return self.owner.name if self.owner else "The survivor herself"
