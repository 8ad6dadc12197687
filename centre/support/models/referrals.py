"""A referral and its moves. Its state is derived, so it cannot disagree with them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from centre.agencies.rules import FAMILY_WORDS, SHARE_WORDS, Family, Share
from centre.core import references
from centre.core.models import Case, ConsentDecision, Recipient, User, WriteOnce
from centre.support.rules.referrals import (
    MOVE_WORDS,
    REASON_WORDS,
    STATE_WORDS,
    URGENCY_WORDS,
    Move,
    State,
    leads_to,
)
from centre.vault.fields import EncryptedJSON, EncryptedText


class Referral(WriteOnce):
    """One survivor sent to one agency for one need, on a consent of its own."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="referrals")
    reference = models.CharField(max_length=16, unique=True)
    family = models.CharField(
        max_length=15, choices=[(f.value, w) for f, w in FAMILY_WORDS.items()]
    )
    agency = models.ForeignKey(Recipient, models.PROTECT, related_name="+")
    consent = models.ForeignKey(ConsentDecision, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=30)
    shared = models.CharField(max_length=60)
    urgency = models.CharField(
        max_length=8, choices=[(u.value, w) for u, w in URGENCY_WORDS]
    )
    needs = EncryptedText(scope="case_id")
    channel = models.CharField(max_length=160)
    instead_of = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="next_tries"
    )
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-sent_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["agency", "-sent_at"], name="referral_of_agency")
        ]

    def __str__(self) -> str:
        return references.grouped(self.reference)

    def get_absolute_url(self) -> str:
        """The referral's page."""
        return reverse("referral", args=[self.reference])

    @property
    def last_event(self) -> ReferralEvent | None:
        """Its newest move; reads what was fetched along."""
        return max(self.events.all(), key=_by_number, default=None)

    @property
    def state(self) -> State:
        """Where it stands."""
        last = self.last_event
        return State.SENT if last is None else leads_to(Move(last.move))

    @property
    def state_words(self) -> str:
        """Where it stands, in words."""
        return STATE_WORDS[self.state]

    @property
    def family_words(self) -> str:
        """The family in words."""
        return FAMILY_WORDS[Family(self.family)]

    @property
    def shares(self) -> list[str]:
        """What was shared, in words."""
        return [SHARE_WORDS[Share(code)] for code in self.shared.split()]


class ReferralEvent(WriteOnce):
    """One move of a referral: answered, attended, closed, cancelled."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="events")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    move = models.CharField(
        max_length=12, choices=[(m.value, w) for m, w in MOVE_WORDS.items()]
    )
    happened_on = models.DateField()
    reason = models.CharField(max_length=20, blank=True)
    helped = models.CharField(max_length=10, blank=True)
    details = EncryptedJSON(scope="case_id")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["referral", "number"], name="referral_event_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"Move {self.number}: {self.move}"

    @property
    def words(self) -> str:
        """The move in words."""
        return MOVE_WORDS[Move(self.move)]

    @property
    def reason_words(self) -> str:
        """The coded reason or outcome in words."""
        return REASON_WORDS.get(self.reason, "")


def _by_number(event: ReferralEvent) -> int:
    return event.number
