"""The facets that stand side by side: integrity, process, reporting; and sights."""

from __future__ import annotations

from enum import StrEnum


class Integrity(StrEnum):
    """What can be said of the seal."""

    OPEN = "open"
    SEALED = "sealed"
    BROKEN = "broken"
    IN_QUESTION = "in_question"
    COMPROMISED = "compromised"

    @property
    def words(self) -> str:
        """As pages and papers say it."""
        return {
            Integrity.OPEN: "Not sealed",
            Integrity.SEALED: "Sealed",
            Integrity.BROKEN: "Seal broken",
            Integrity.IN_QUESTION: "In question",
            Integrity.COMPROMISED: "Compromised",
        }[self]


class Process(StrEnum):
    """What is being done with it beside its being kept."""

    NONE = "none"
    REQUESTED = "requested"
    APPROVED = "approved"
    SUBMITTED = "submitted"
    AT_LAB = "at_lab"
    ANALYSED = "analysed"
    IN_COURT = "in_court"


class Reporting(StrEnum):
    """What the survivor decided about the police."""

    REPORTED = "reported"
    UNREPORTED = "unreported"
    ANONYMOUS = "anonymous"


class Condition(StrEnum):
    """A seal as somebody saw it."""

    INTACT = "intact"
    DAMAGED = "damaged"
    MISSING = "missing"
    NUMBER_DIFFERS = "number_differs"

    @property
    def words(self) -> str:
        """As the tables say it."""
        return {
            Condition.INTACT: "Intact",
            Condition.DAMAGED: "Damaged",
            Condition.MISSING: "Missing",
            Condition.NUMBER_DIFFERS: "Another number than on record",
        }[self]


class Outcome(StrEnum):
    """How a discrepancy ended."""

    EXPLAINED = "explained"
    COMPROMISED = "compromised"

    @property
    def words(self) -> str:
        """As the tables say it."""
        if self is Outcome.EXPLAINED:
            return "Explained; the evidence is as it should be"
        return "The evidence is compromised"
