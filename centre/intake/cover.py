"""What the case cover shows: flags as words, the care team, the clocks that run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from centre.core import access
from centre.core.drawings.clock_strip import Hours, Window
from centre.core.models import Case, User
from centre.core.permissions import Permission, Role
from centre.intake import queries

WINDOWS: Final = (
    Window("HIV prevention (PEP)", 72, note="as soon as possible"),
    Window("Emergency contraception", 120),
    Window("Mouth swabs", 48),
    Window("Skin swabs", 72),
    Window("Urine for drugs", 120),
    Window("Genital swabs", 168),
)
"""PEP: WHO, no later than 72 h, inclusive. EC: WHO, up to 120 h. Swabs and urine: the
longest windows of the specimen catalogue; they advise and never block."""


@dataclass(frozen=True)
class Cover:
    """The case cover as one person may see it."""

    case: Case
    flags: tuple[str, ...]
    team: tuple[str, ...]
    hours: Hours | None
    windows: tuple[Window, ...]


def cover(case: Case, by: User, at: datetime) -> Cover:
    """Compose the cover; the clocks only for whoever cares for her."""
    cares = access.holds(by, Permission.TRIAGE_OPEN, case)
    hours = queries.hours(case, at) if cares else None
    people = case.care_team.filter(ended_at__isnull=True).select_related("user")
    team = tuple(f"{Role(p.role).words}, {p.user.name}" for p in people)
    flags = (case.get_registration_display(), *(["Closed"] if case.is_closed else []))
    windows = WINDOWS if cares else ()
    return Cover(case, flags, team, Hours(*hours) if hours else None, windows)
