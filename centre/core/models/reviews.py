"""That somebody went through who has access, and what she said of each person."""

from __future__ import annotations

import json
from typing import ClassVar
from uuid import UUID

from django.db import models

from centre.core.models.base import WriteOnce
from centre.core.models.people import Centre, User


class AccessReview(WriteOnce):
    """One going through of a centre's list: a word about every role somebody holds."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="access_reviews")
    verdicts = models.TextField()
    """JSON: of each membership, by its id, the word that was said."""
    reviewed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-reviewed_at"]

    def __str__(self) -> str:
        return f"Access review of {self.reviewed_at:%Y-%m-%d}"

    @property
    def told(self) -> dict[UUID, str]:
        """The words, by membership."""
        return {UUID(key): word for key, word in json.loads(self.verdicts).items()}
