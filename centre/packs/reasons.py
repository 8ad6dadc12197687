"""Why a question has no value: the coded reasons and which question allows which.

Every question holds a value or one reason, never both. A reason is worded neutrally;
declining is never written as a lack of co-operation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

REASONS: Final[Mapping[str, str]] = {
    "not_asked": "Not asked",
    "declined": "Preferred not to answer, or declined",
    "unknown": "Does not know or cannot recall",
    "unknown_source": "Not known to staff",
    "na": "Not applicable",
    "not_performed": "Not done",
    "deferred": "To be done later",
    "withheld": "Withheld in this view",
}
"""Code and words. `withheld` is set by the system when reading, never kept."""

SUB_REASONS: Final[Mapping[str, str]] = {
    "stopped": "the survivor asked to stop",
    "no_consent": "no consent to this step",
    "no_equipment": "equipment lacking",
    "not_trained": "examiner not trained for it",
    "unsafe": "clinically unsafe",
    "too_late": "too long since the event",
    "done_elsewhere": "already done elsewhere",
    "not_indicated": "not indicated",
    "other": "another reason",
}
"""Why something was not done; these follow `not_performed` and no other reason."""

POLICIES: Final[Mapping[str, tuple[str, ...]]] = {
    "X": (),
    "H": ("not_asked", "declined", "unknown", "unknown_source", "na"),
    "E": ("declined", "not_performed", "deferred", "na"),
    "T": ("declined", "not_performed", "deferred", "na", "unknown_source"),
    "A": ("unknown", "declined", "na"),
}
"""X the record's own identity, H history, E examination, T test, A administration."""

WITHOUT_CONSENT: Final = ("not_asked", "declined", "not_performed", "na")
"""What may still be said of a step that the survivor did not consent to."""

FHIR: Final[Mapping[str, str]] = {
    "not_asked": "not-asked",
    "declined": "asked-declined",
    "unknown": "asked-unknown",
    "unknown_source": "unknown",
    "na": "not-applicable",
    "not_performed": "not-performed",
    "deferred": "temp-unknown",
    "withheld": "masked",
}
"""HL7 data-absent-reason of each reason."""


def reason_words(reason: str, sub: str = "", note: str = "") -> str:
    """The reason as it is printed."""
    words = REASONS[reason]
    if sub:
        words = f"{words}: {SUB_REASONS[sub]}"
    return f"{words} ({note})" if note else words
