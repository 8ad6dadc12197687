"""That a centre went on although a log held more than its backup brought back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from centre.core.models.approvals import Proposal
from centre.core.models.base import WriteOnce
from centre.core.models.people import Centre


class Restoration(WriteOnce):
    """One log's loss, as it was known outside, and the two people's proposal."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="restorations")
    log = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    known_size = models.PositiveBigIntegerField()
    known_root = models.CharField(max_length=64)
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["log", "known_size", "known_root"],
                name="restoration_answers_a_head_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.log} from {self.size} on"

    @property
    def sentence(self) -> str:
        """What everybody who looks at the logs has to know."""
        day = f"{self.at:%d %B %Y}"
        if self.size < self.known_size:
            return (
                f"On {day} two people let the centre go on from a backup. Entries "
                f"{self.size} to {self.known_size - 1} of {self.log}, known outside, "
                "are missing."
            )
        return (
            f"On {day} two people let the centre go on although {self.log} holds other "
            f"entries than those known outside up to size {self.known_size}."
        )


class Replay(WriteOnce):
    """Entries of one log that were put back out of its mirror; no content."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="replays")
    log = models.CharField(max_length=120)
    first = models.PositiveBigIntegerField()
    size = models.PositiveBigIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]

    def __str__(self) -> str:
        return f"{self.log} from {self.first} on"

    @property
    def sentence(self) -> str:
        """What everybody who looks at the logs has to know."""
        return (
            f"On {self.at:%d %B %Y} entries {self.first} to {self.size - 1} of "
            f"{self.log} were put back out of the mirror. They are whole and signed; "
            "what they were about is not with them and is entered again from paper."
        )
