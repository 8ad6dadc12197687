"""Her own page: cards with a code and a number, what she asked, and tries.

Of a code only a keyed hash is kept, of her number a password hash bound to the code.
"""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models

from centre.core.models import Case, User
from centre.core.models.base import WriteOnce
from centre.portal.rules import Wish
from centre.vault.fields import EncryptedText


class Card(WriteOnce):
    """A code given to a survivor, with the number she chose herself."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    hashed = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at"]

    def __str__(self) -> str:
        return f"Card of {self.made_at:%Y-%m-%d}"


class CardEnd(WriteOnce):
    """A card counts no longer."""

    card = models.OneToOneField(Card, models.PROTECT, related_name="end")
    ended_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"End of a card on {self.ended_at:%Y-%m-%d}"


class Asked(WriteOnce):
    """What she asked for on her own page."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    card = models.ForeignKey(Card, models.PROTECT, related_name="asked")
    wish = models.CharField(max_length=12, choices=[(w.value, w.words) for w in Wish])
    words = EncryptedText(scope="case_id", blank=True)
    asked_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["asked_at"]

    def __str__(self) -> str:
        return f"Asked on {self.asked_at:%Y-%m-%d}"


class Answered(WriteOnce):
    """Somebody has seen to what she asked for."""

    asked = models.OneToOneField(Asked, models.PROTECT, related_name="answered")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    words = EncryptedText(scope="case_id")
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"Answered on {self.answered_at:%Y-%m-%d}"


TRIES_OF_CODE: Final = "code:"
"""What the key of tries with one code begins with, before the code's digest."""


class Tries(models.Model):
    """Tries that failed, of one code, from one source, or of everybody in an hour.

    Kept in the database so that a restart forgets none; no evidence, and cleared.
    """

    key = models.CharField(max_length=80, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["last_at"], name="portal_tries_by_age")
        ]

    def __str__(self) -> str:
        return f"{self.failures} tries"
