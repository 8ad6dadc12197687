"""What each step of a request must say."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from centre.core.errors import RuleError

MOST_AHEAD: Final = timedelta(days=366)
TRIES: Final = 3
"""So many attempts before “not reached” may be written down."""

NOT_VERIFIED: Final = "not_verified"
IDENTITY: Final[dict[str, str]] = {
    "called_back": "Called back at the unit's published number",
    "known": "Known from an earlier request, account attested",
    NOT_VERIFIED: "Not verified",
}
URGENCY: Final[dict[str, str]] = {"normal": "Normal", "urgent": "Urgent"}
ATTEMPTS: Final[dict[str, str]] = {
    "reached": "Reached; she was asked",
    "not_reached": "Not reached",
    "not_safe": "Not safe to talk; ended",
    "later": "She wants to be asked later",
}
VERDICTS: Final[dict[str, str]] = {
    "covers": "It covers the lines as they stand",
    "covers_part": "It covers some of the lines only",
    "does_not": "It does not cover them",
}


class Answer(StrEnum):
    """How asking the survivor ended."""

    AGREED = "agreed"
    DECLINED = "declined"
    NOT_REACHED = "not_reached"

    @property
    def words(self) -> str:
        """As the form says it."""
        return {
            Answer.AGREED: "She agrees; her consent is signed",
            Answer.DECLINED: "She does not agree",
            Answer.NOT_REACHED: "She could not be reached",
        }[self]


def check_triage(identity: str, urgency: str, words: str, *, is_first: bool) -> None:
    """The first request of a unit is called back; urgency has its reason."""
    if identity not in IDENTITY:
        raise RuleError("Choose how the requester's identity was checked.")
    if urgency not in URGENCY:
        raise RuleError("Choose how urgent this is.")
    if is_first and identity == "known":
        raise RuleError(
            "This requester asks here for the first time. Call back at the number the "
            "unit publishes, or write down that the identity is not verified."
        )
    if urgency == "urgent" and not words.strip():
        raise RuleError("Write why this is urgent.")


def check_attempt(outcome: str) -> None:
    """An attempt says how it ended."""
    if outcome not in ATTEMPTS:
        raise RuleError("Choose how the attempt ended.")


def check_answer(answer: str, *, tries: int) -> None:
    """Silence is not consent, and it is not a refusal before three attempts either."""
    if answer not in set(Answer):
        raise RuleError("Choose how asking her ended.")
    if answer == Answer.NOT_REACHED and tries < TRIES:
        raise RuleError(
            f"{tries} of {TRIES} attempts are written down. Try again by the way she "
            "marked safe before you give up."
        )


def check_verdict(verdict: str, words: str) -> None:
    """A review says what the text covers, in a sentence."""
    if verdict not in VERDICTS:
        raise RuleError("Choose what the order or the law covers.")
    if not words.strip():
        raise RuleError("Write which lines it covers, and by which words.")


def check_reviewer(reviewer: object, deciders: Collection[object]) -> None:
    """An emergency is reviewed by somebody who did not decide it."""
    if not deciders:
        raise RuleError("Nothing on this request was decided as an emergency.")
    if reviewer in deciders:
        raise RuleError(
            "You decided this emergency release, so another coordinator or the legal "
            "officer reviews it."
        )


def check_pickup(planned_at: datetime, now: datetime, *, is_named: bool) -> None:
    """A pick-up lies ahead and names who comes."""
    if planned_at < now:
        raise RuleError("This time is past. Give a time ahead.")
    if planned_at > now + MOST_AHEAD:
        raise RuleError("This lies more than a year ahead. Check the date.")
    if not is_named:
        raise RuleError("Name who collects: choose an account or write the name.")
