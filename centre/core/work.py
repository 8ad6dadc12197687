"""One line of somebody's work list. Each room gives its own; the roof joins them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class When(StrEnum):
    """How the work list is grouped."""

    NOW = "now"
    TODAY = "today"
    WAITING = "waiting"


@dataclass(frozen=True)
class Task:
    """One sentence, one action, and the moment it is due."""

    when: When
    sentence: str
    action: str
    href: str
    due: datetime | None = None
    reference: str = ""
