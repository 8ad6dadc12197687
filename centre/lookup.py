"""From an exact code to the page it belongs to, within the person's reach."""

from __future__ import annotations

from centre.chain_of_custody import queries as custody
from centre.core import access
from centre.core.models import User
from centre.core.permissions import Permission
from centre.forensics import queries as forensics
from centre.support import queries as support


def find(code: str, by: User) -> str | None:
    """The address of what carries this code, or None."""
    if not code:
        return None
    case = access.cases(by, Permission.CASE_VIEW).filter(reference=code).first()
    if case is not None:
        return case.get_absolute_url()
    rooms = (custody, forensics, support)
    return next((page for room in rooms if (page := room.find(code, by))), None)
