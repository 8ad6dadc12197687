"""The examination: begun, kept section by section, frozen, then only added to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from centre.core import references
from centre.core.models import Case, User, WriteOnce
from centre.vault.fields import EncryptedJSON


class Examination(WriteOnce):
    """One examination by one version of one pack; its sections are drafts."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="examinations")
    reference = models.CharField(max_length=16, unique=True)
    pack = models.CharField(max_length=40)
    pack_version = models.CharField(max_length=20)
    fingerprint = models.CharField(max_length=64)
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["begun_at"]

    def __str__(self) -> str:
        return references.grouped(self.reference)

    def get_absolute_url(self) -> str:
        """The examination's page."""
        return reverse("examination", args=[self.reference])

    @property
    def is_complete(self) -> bool:
        """Whether it is frozen."""
        return Completion.objects.filter(examination=self).exists()


class Completion(WriteOnce):
    """The examination as it was signed: every answer, injury and photograph."""

    examination = models.OneToOneField(
        Examination, models.PROTECT, related_name="completion"
    )
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    completed_at = models.DateTimeField()
    completed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    content_sha256 = models.CharField(max_length=64)
    content = EncryptedJSON(scope="case_id")

    def __str__(self) -> str:
        return f"Completion of {self.examination_id}"


class Addendum(WriteOnce):
    """What was added after completion, with its reason; the original stays."""

    examination = models.ForeignKey(Examination, models.PROTECT, related_name="addenda")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    details = EncryptedJSON(scope="case_id")

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["examination", "number"], name="addendum_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"Addendum {self.number}"


class Injury(WriteOnce):
    """One injury with its marks as it was kept; each change is the next revision.

    Numbers run through the examination and are never used again.
    """

    examination = models.ForeignKey(
        Examination, models.PROTECT, related_name="injuries"
    )
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    revision = models.PositiveIntegerField()
    is_removed = models.BooleanField(default=False)
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    details = EncryptedJSON(scope="case_id")

    class Meta:
        ordering: ClassVar[list[str]] = ["number", "revision"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["examination", "number", "revision"],
                name="injury_revised_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"Injury {self.number}"


class Photograph(WriteOnce):
    """An untouched original, encrypted; its digest was taken at receipt."""

    examination = models.ForeignKey(
        Examination, models.PROTECT, related_name="photographs"
    )
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    blob_id = models.UUIDField(unique=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    cipher_sha256 = models.CharField(max_length=64)
    is_intimate = models.BooleanField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    details = EncryptedJSON(scope="case_id")

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["examination", "number"], name="photograph_numbered_once"
            )
        ]

    def __str__(self) -> str:
        return f"Photograph {self.number}"


class PhotographCopy(WriteOnce):
    """A copy for the screen, encoded anew without any metadata."""

    original = models.OneToOneField(Photograph, models.PROTECT, related_name="copy")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    blob_id = models.UUIDField(unique=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    cipher_sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"Copy of {self.original_id}"


class SampleTaken(WriteOnce):
    """Which item of evidence a specimen of this examination became."""

    examination = models.ForeignKey(Examination, models.PROTECT, related_name="samples")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    item = models.OneToOneField(
        "chain_of_custody.Item", models.PROTECT, related_name="+"
    )
    specimen = models.CharField(max_length=20)
    taken_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Sample {self.specimen}"


class AdviceAnswer(WriteOnce):
    """What was done with a piece of advice, with the inputs it was given on."""

    examination = models.ForeignKey(Examination, models.PROTECT, related_name="advice")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    rule = models.CharField(max_length=10)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    details = EncryptedJSON(scope="case_id")

    class Meta:
        ordering: ClassVar[list[str]] = ["answered_at"]

    def __str__(self) -> str:
        return f"Answer to {self.rule}"
