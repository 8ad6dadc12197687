"""Partner agencies as they were listed, described and attested, version by version."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from centre.agencies.rules import FAMILY_WORDS, KIND_WORDS, AgencyKind, Family
from centre.core import references
from centre.core.models import Centre, Recipient, User, WriteOnce


class Agency(WriteOnce):
    """One outside body; its `Recipient` is what consent and requests name."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="agencies")
    recipient = models.OneToOneField(Recipient, models.PROTECT, related_name="agency")
    reference = models.CharField(max_length=16, unique=True)
    kind = models.CharField(max_length=20, choices=KIND_WORDS.items())
    listed_at = models.DateTimeField()
    listed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return references.grouped(self.reference)

    def get_absolute_url(self) -> str:
        """The agency's page in the directory."""
        return reverse("agency", args=[self.reference])

    @property
    def kind_words(self) -> str:
        """The kind as people call it."""
        return KIND_WORDS[AgencyKind(self.kind)]


class Description(WriteOnce):
    """What an agency offers and how it is reached; the newest version holds."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="descriptions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=160)
    families = models.CharField(max_length=100, blank=True)
    offers = models.CharField(max_length=1000, blank=True)
    contact = models.CharField(max_length=300, blank=True)
    contact_hours = models.CharField(max_length=200, blank=True)
    is_open = models.BooleanField(default=True)
    is_verified = models.BooleanField()
    described_at = models.DateTimeField()
    described_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["agency", "number"], name="description_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"

    @property
    def services(self) -> list[str]:
        """The families it offers, by code."""
        return self.families.split()

    @property
    def service_words(self) -> list[str]:
        """The families it offers, in words."""
        return [FAMILY_WORDS[Family(code)] for code in self.services]


class AgencyMember(WriteOnce):
    """A person with an account who acts for an agency, attested by the coordinator."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="members")
    user = models.ForeignKey(User, models.PROTECT, related_name="agency_posts")
    unit = models.CharField(max_length=160)
    badge = models.CharField(max_length=60, blank=True)
    attested_at = models.DateTimeField()
    attested_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["attested_at"]

    def __str__(self) -> str:
        return f"Member of {self.agency_id}"


class AgencyMemberEnd(WriteOnce):
    """The end of somebody's time at an agency; from then on she acts for it no more."""

    member = models.OneToOneField(AgencyMember, models.PROTECT, related_name="end")
    ended_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"End of {self.member_id}"
