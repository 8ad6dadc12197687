"""Who the survivor is and how she arrived. Identity lives in this room alone.

Each row is one version: what is corrected later is a new row with the next number.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from centre.core.models import User, WriteOnce
from centre.vault.fields import EncryptedJSON


class Version(WriteOnce):
    """One version of something kept about a case."""

    case = models.ForeignKey("core.Case", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Identity(Version):
    """Names and identifiers, as far as the survivor chose to give them."""

    details = EncryptedJSON(scope="case_id")

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "number"], name="identity_in_order")
        ]

    def __str__(self) -> str:
        return f"Identity, version {self.number}"


class SafeContact(Version):
    """How, when and with which words the survivor may be reached, if at all."""

    details = EncryptedJSON(scope="case_id")

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["case", "number"], name="safe_contact_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"Safe contact, version {self.number}"


class FilledForm(Version):
    """A triage or intake form as it was signed, with the pack it was made by."""

    form = models.CharField(max_length=10)
    pack = models.CharField(max_length=40)
    pack_version = models.CharField(max_length=20)
    fingerprint = models.CharField(max_length=64)
    answers = EncryptedJSON(scope="case_id")

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["case", "form", "number"], name="filled_form_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.form}, version {self.number}"
