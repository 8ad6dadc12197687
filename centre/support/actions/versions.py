"""Keeping the next version of what people edit, without overwriting anybody's words.

Who changes a row says which version she saw. If somebody changed it meanwhile, nothing
is written, and the error carries the row as it is now, so that both can be compared.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from centre.core import journal
from centre.core.errors import RuleError
from centre.core.models import User
from centre.ledger.kinds import Kind
from centre.support.models import Goal, Plan, Step

V = TypeVar("V", Plan, Goal, Step)


class StaleError(RuleError):
    """Somebody changed the same thing meanwhile."""

    def __init__(self, theirs: Plan | Goal | Step) -> None:
        super().__init__(
            "Somebody else changed this while you were writing. Nothing is lost: "
            "compare both versions below, then keep the one that is right."
        )
        self.theirs = theirs


def locked(row: V, seen: int) -> V:
    """The row as it is now, locked, if it is still the version that was seen."""
    current = type(row).objects.select_for_update().get(pk=row.pk)
    if current.version != seen:
        raise StaleError(current)
    return current


def keep(row: V, kind: Kind, *, by: User, at: datetime) -> V:
    """Write the next version and bind exactly this version in the ledger."""
    row.next_version(by=by, at=at)
    row.save()
    version = row.history.get(version=row.version)
    journal.record(kind, by=by, on=row.case, at=at, row=version, stream=row.pk)
    return row
