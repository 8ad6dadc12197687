"""The care advice as cards, each with what was last done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from centre.forensics.models import AdviceAnswer, Examination
from centre.forensics.queries.care import advice_on, inputs_of
from centre.forensics.rules.care import Advice, Verdict

_LOOKS: Final[dict[Verdict, tuple[str, str]]] = {
    Verdict.OFFER: ("due", "Offer now"),
    Verdict.LATE: ("may_have_passed", "Late"),
    Verdict.NOT_NEEDED: ("not_needed", "Not needed"),
    Verdict.REFER: ("open", "Refer"),
    Verdict.CANNOT_TELL: ("needs_info", "Cannot tell yet"),
}


@dataclass(frozen=True)
class Card:
    """One advice, and the last answer to it."""

    advice: Advice
    answer: AdviceAnswer | None

    @property
    def state(self) -> str:
        """The state for the eye: what the advice comes to, or that it was done."""
        return "done" if self.is_followed else _LOOKS[self.advice.verdict][0]

    @property
    def word(self) -> str:
        """The same in words."""
        return "Done" if self.is_followed else _LOOKS[self.advice.verdict][1]

    @property
    def is_open(self) -> bool:
        """Whether there is something to do, or to ask, that was not done."""
        return self.advice.verdict is not Verdict.NOT_NEEDED and not self.is_followed

    @property
    def is_followed(self) -> bool:
        """Whether it was done."""
        return self.answer is not None and self.answer.details["done"] == "followed"

    @property
    def because(self) -> str:
        """Why it was not done, if that was said last."""
        return str(self.answer.details["because"]) if self.answer else ""

    @property
    def has_changed(self) -> bool:
        """Whether the advice says something else than when it was answered."""
        return (
            self.answer is not None
            and self.answer.details["verdict"] != self.advice.verdict
        )


def cards(
    examination: Examination,
    answers: Mapping[str, Any],
    facts: Mapping[str, Any],
    at: datetime,
) -> list[Card]:
    """Every advice on these answers, with the last answer to it; what to do first."""
    rows = AdviceAnswer.objects.filter(examination=examination)
    last = {row.rule: row for row in rows.select_related("answered_by")}
    found = [
        Card(advice, last.get(advice.rule))
        for advice in advice_on(inputs_of(examination, answers, facts, at))
    ]
    return sorted(found, key=lambda card: not card.is_open)
