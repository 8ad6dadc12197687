"""Appointments: made, and then kept or missed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from centre.core import references
from centre.core.models import Case, User, WriteOnce
from centre.support.models.referrals import Referral
from centre.vault.fields import EncryptedJSON


class Appointment(WriteOnce):
    """A time and place agreed with the survivor, with us or with an agency."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="appointments")
    reference = models.CharField(max_length=16, unique=True)
    referral = models.ForeignKey(
        Referral, models.PROTECT, null=True, related_name="appointments"
    )
    starts_at = models.DateTimeField()
    details = EncryptedJSON(scope="case_id")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["starts_at"]

    def __str__(self) -> str:
        return references.grouped(self.reference)

    def get_absolute_url(self) -> str:
        """The appointment's page."""
        return reverse("appointment", args=[self.reference])


class AppointmentResult(WriteOnce):
    """Whether the appointment took place."""

    appointment = models.OneToOneField(
        Appointment, models.PROTECT, related_name="result"
    )
    was_kept = models.BooleanField()
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    def __str__(self) -> str:
        return "kept" if self.was_kept else "missed"
