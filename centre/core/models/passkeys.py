"""Security keys and passkeys of people, and what waits to be confirmed with one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from centre.core.models.base import Identified, Recorded, WriteOnce
from centre.core.models.case import Case
from centre.core.models.people import Centre, User
from centre.vault.fields import EncryptedJSON, EncryptedText
from centre.vault.keys import SYSTEM_SCOPE


def positions_in(covers: str) -> list[int]:
    """The numbers of a list with commas; none if it is no such list."""
    parts = covers.split(",")
    return [int(n) for n in parts] if all(n.isdecimal() for n in parts) else []


class Passkey(Recorded):
    """The public half of a key that lies in a security key, a phone or a computer."""

    user = models.ForeignKey(User, models.PROTECT, related_name="passkeys")
    kid = models.CharField(max_length=34, unique=True)
    public_key = models.BinaryField()
    credential = models.BinaryField(unique=True)
    name = EncryptedText(scope=SYSTEM_SCOPE)
    registered_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    uses = models.BigIntegerField(default=0)

    UNCOVERED = frozenset({"uses"})
    DIGESTED = frozenset({"name"})

    class Meta:
        ordering: ClassVar[list[str]] = ["registered_at"]

    def __str__(self) -> str:
        return self.kid


class Confirmation(WriteOnce):
    """That a person confirmed her act with a security key: which entries it covers.

    The entry of this row bears the security key's signature beside the person's own.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="confirmations")
    log = models.CharField(max_length=120)
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()
    covers = models.TextField()
    """Positions in the log, in order, with commas between."""
    prepared_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")),
                name="confirmation_has_a_length",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["log", "first"], name="confirmation_of_entries")
        ]

    def __str__(self) -> str:
        return f"Confirmation of {self.first} to {self.last}"

    @property
    def positions(self) -> list[int]:
        """Where the entries it covers stand in its log."""
        return positions_in(self.covers)


class Waiting(Identified):
    """A statement that waits for a security key for a few minutes, then lapses."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    log = models.CharField(max_length=120)
    covers = models.TextField()
    statement = models.BinaryField()
    secret = EncryptedJSON(scope=SYSTEM_SCOPE)
    words = models.CharField(max_length=120)
    back = models.CharField(max_length=200)
    prepared_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Waiting confirmation of {self.user_id}"

    def get_absolute_url(self) -> str:
        """Where the security key is asked for."""
        return reverse("confirm_act", args=[self.pk])
