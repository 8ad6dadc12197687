"""Clocks that press: the list of all of them, and the work list of who answers."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from centre.chain_of_custody.queries import clocks, request_clocks
from centre.chain_of_custody.queries.clock_readings import Running
from centre.chain_of_custody.queries.requests import of_centre
from centre.chain_of_custody.rules.clocks import Light, Reading
from centre.core.models import User, acting_role
from centre.core.work import Task, When

ON_THE_LIST: Final = frozenset({"STORE_PUTAWAY"})
"""Whose things stand on the work list one by one already."""

AT_HAND_OVER: Final = "RECEIVE_CONFIRM"
"""Of which giver, receiver and store are told by the hand-over itself (R24)."""


def pressing(by: User, at: datetime) -> list[Running]:
    """Everything due soon or overdue within reach: the overdue first, oldest first."""
    found = [
        Running(
            one.reading,
            f"Request {one.request}",
            one.request.get_absolute_url(),
            one.request.centre,
            str(one.request),
        )
        for one in request_clocks.due(of_centre(by), at)
    ]
    found += clocks.due(by, at)
    return sorted(found, key=_overdue_first)


def work(by: User, at: datetime) -> list[Task]:
    """The clocks of things that press for this role; overdue, also for its senior."""
    return [
        Task(
            When.NOW if one.reading.light is Light.OVERDUE else When.TODAY,
            f"{one.reading.policy.words}: {one.what}, "
            f"{one.reading.light.words.lower()}.",
            "Look",
            one.href,
            due=one.reading.due_at,
            reference=one.reference,
        )
        for one in clocks.due(by, at)
        if _is_asked(acting_role(by, one.centre), one.reading)
    ]


def _is_asked(role: str, reading: Reading) -> bool:
    if reading.policy.code == AT_HAND_OVER:
        return reading.is_late and role == str(reading.policy.escalation)
    is_listed = reading.policy.code in ON_THE_LIST and not reading.is_late
    return role in asked(reading) and not is_listed


def asked(reading: Reading) -> set[str]:
    """Whose turn it is: the responsible role, once it is late also the next one."""
    told = {str(reading.policy.role)}
    return told | {str(reading.policy.escalation)} if reading.is_late else told


def _overdue_first(one: Running) -> tuple[bool, datetime]:
    reading = one.reading
    return reading.light is not Light.OVERDUE, reading.due_at or reading.started_at
