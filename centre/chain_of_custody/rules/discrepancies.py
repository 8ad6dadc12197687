"""What can be wrong with a package, and which sight of a seal says so by itself."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from centre.chain_of_custody.rules.fold import Condition

INTACT: Final = "intact"
PACKAGES: Final[dict[str, str]] = {
    INTACT: "Intact",
    "torn": "Torn or opened",
    "wet": "Wet or leaking",
    "crushed": "Crushed",
}


class Question(StrEnum):
    """The kinds of discrepancy."""

    SEAL_NUMBER_DIFFERS = "seal_number_differs"
    SEAL_DAMAGED = "seal_damaged"
    SEAL_MISSING = "seal_missing"
    PACKAGE_DAMAGED = "package_damaged"
    LABEL_DIFFERS = "label_differs"
    CONTENT_DIFFERS = "content_differs"
    NOT_WHERE_RECORDED = "not_where_recorded"
    TEMPERATURE = "temperature"
    RECEIPT_REFUSED = "receipt_refused"
    UNEXPECTED = "unexpected"
    OTHER = "other"

    @property
    def words(self) -> str:
        """As pages and papers say it."""
        return _WORDS[self]


_WORDS: Final[dict[Question, str]] = {
    Question.SEAL_NUMBER_DIFFERS: "The seal number differs",
    Question.SEAL_DAMAGED: "The seal is damaged",
    Question.SEAL_MISSING: "The seal is missing",
    Question.PACKAGE_DAMAGED: "The package is damaged",
    Question.LABEL_DIFFERS: "The label differs",
    Question.CONTENT_DIFFERS: "The content differs",
    Question.NOT_WHERE_RECORDED: "It is not where the record says",
    Question.TEMPERATURE: "It was kept too warm or too cold",
    Question.RECEIPT_REFUSED: "The receiver did not accept it",
    Question.UNEXPECTED: "It was received without a release on file",
    Question.OTHER: "Something else is not as it should be",
}

_OF_SEAL: Final[dict[Condition, Question]] = {
    Condition.NUMBER_DIFFERS: Question.SEAL_NUMBER_DIFFERS,
    Condition.DAMAGED: Question.SEAL_DAMAGED,
    Condition.MISSING: Question.SEAL_MISSING,
}


def question_about(condition: Condition, package: str) -> Question | None:
    """The discrepancy this sight of a seal raises by itself, if any."""
    if condition in _OF_SEAL:
        return _OF_SEAL[condition]
    return None if package == INTACT else Question.PACKAGE_DAMAGED
