"""One act as the case page tells it. Each room gives its own; the roof joins them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Row:
    """When, what, who by role, and where to read more."""

    when: datetime
    what: str
    who: str
    lane: str
    href: str = ""
    recorded: datetime | None = None
