"""What a laboratory writes: accepted or rejected, begun, finished, result issued.

Dates, numbers and a status; never what was found. Results go to who is entitled to
them, outside the custody record.
"""

from __future__ import annotations

from typing import Final

from centre.core.errors import RuleError

REJECTIONS: Final[dict[str, str]] = {
    "unsealed": "Not sealed",
    "unlabelled": "Not labelled",
    "wrong_form": "Wrong or missing form",
    "leaking": "Leaking",
    "wrong_packaging": "Wrongly packaged",
    "differs": "Not what was announced",
}
RESULTS: Final[dict[str, str]] = {
    "complete": "Complete",
    "not_suitable": "Not suitable for analysis",
    "retest": "To be tested again",
}


def check_submission(number: str, tests: str) -> None:
    """A submission has its number and says which tests are asked for."""
    if not number.strip():
        raise RuleError("Give the number of the submission.")
    if not tests.strip():
        raise RuleError("Write which tests are asked for.")


def check_rejection(reason: str) -> None:
    """A laboratory rejects for a reason of the list, never without one (R27)."""
    if reason not in REJECTIONS:
        raise RuleError("Choose why the submission is rejected.")


def check_result(report_no: str, status: str) -> None:
    """An issued result has a report number and a status, and no value."""
    if not report_no.strip():
        raise RuleError("Give the number of the report.")
    if status not in RESULTS:
        raise RuleError("Choose the status of the result.")


def check_given(text: str, what: str) -> None:
    """What a court's paper must name is named."""
    if not text.strip():
        raise RuleError(f"Give {what}, as it stands on the paper.")
