"""The short forms of this room: which pack each is, and when it is complete."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from centre.core.errors import RuleError


class Form(StrEnum):
    """Triage comes first, intake once immediate needs are met."""

    TRIAGE = "triage"
    INTAKE = "intake"


PACK_OF: Final[dict[Form, str]] = {
    Form.TRIAGE: "centre-triage",
    Form.INTAKE: "centre-intake",
}
TITLES: Final[dict[Form, str]] = {Form.TRIAGE: "Triage", Form.INTAKE: "Intake"}
INCIDENT_TIME: Final = "tri.incident_end"


def check_complete(open_labels: Sequence[str], faults: Sequence[str]) -> None:
    """A value or a reason everywhere, and nothing that contradicts itself."""
    if faults:
        raise RuleError(" ".join(faults))
    if open_labels:
        raise RuleError(
            f"{len(open_labels)} questions have neither an answer nor a reason. "
            "They are listed below; each leads to its place."
        )
