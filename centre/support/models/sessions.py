"""Counselling notes, and who supervises whose notes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from centre.core import references
from centre.core.models import Case, Centre, User, WriteOnce
from centre.support.rules.sessions import MODE_WORDS
from centre.vault.fields import EncryptedText


class Supervision(WriteOnce):
    """Who may read a counsellor's notes from now on; the newest row holds."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    counsellor = models.ForeignKey(User, models.PROTECT, related_name="supervisions")
    supervisor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    number = models.PositiveIntegerField()
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["centre", "counsellor", "number"], name="supervision_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(supervisor__isnull=True)
                | ~models.Q(supervisor=models.F("counsellor")),
                name="supervision_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"Supervision {self.number} of {self.counsellor_id}"


class SessionNote(WriteOnce):
    """What was said in one session: for its author and her supervisor, nobody else."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    reference = models.CharField(max_length=16, unique=True)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    held_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    mode = models.CharField(
        max_length=12, choices=[(m.value, w) for m, w in MODE_WORDS]
    )
    content = EncryptedText(scope="case_id")
    written_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-held_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["author", "case"], name="session_note_of_author")
        ]

    def __str__(self) -> str:
        return references.grouped(self.reference)

    def get_absolute_url(self) -> str:
        """The note's page, for those who may know of it."""
        return reverse("session", args=[self.reference])
