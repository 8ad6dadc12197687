"""Sections of long forms while they are being filled in, and who may receive things."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from centre.core.models.base import Identified, Recorded
from centre.core.models.case import Case
from centre.core.models.people import Centre, User
from centre.vault.fields import EncryptedJSON


class Draft(Identified):
    """What is kept of one section: the answers, and what was typed but not valid."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="drafts")
    about = models.UUIDField()
    section = models.CharField(max_length=60)
    revision = models.PositiveIntegerField(default=0)
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    content = EncryptedJSON(scope="case_id")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["about", "section"], name="draft_of_one_section"
            )
        ]

    def __str__(self) -> str:
        return f"Draft of {self.section}, revision {self.revision}"


class Recipient(Recorded):
    """A body a survivor may allow something to; `agencies` tells what it is."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="recipients")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=30)
    is_listed = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["kind", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["centre", "code"], name="recipient_code_is_one"
            )
        ]

    def __str__(self) -> str:
        return self.name
