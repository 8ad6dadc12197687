"""Clocks: from which event, for how long, paused by what, and due when.

A policy is data; reading it is pure. Working days follow the calendar of the centre:
the clock stands still on rest days and holidays and runs from midnight to midnight.
While a pause is open nothing runs; what is left runs on afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

WEEK: Final = 7
MONTHS: Final = 12


class Unit(StrEnum):
    """What a duration counts."""

    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"
    YEARS = "years"


class Light(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    WARNING = "warning"
    OVERDUE = "overdue"
    PAUSED = "paused"
    STOPPED = "stopped"

    @property
    def words(self) -> str:
        """As the strip says it."""
        return {
            Light.RUNNING: "Running",
            Light.WARNING: "Due soon",
            Light.OVERDUE: "Overdue",
            Light.PAUSED: "Paused",
            Light.STOPPED: "Done",
        }[self]


class Scope(StrEnum):
    """What a clock belongs to."""

    REQUEST = "request"
    THING = "thing"
    HOLD = "hold"
    CASE = "case"
    PLACE = "place"
    CENTRE = "centre"


@dataclass(frozen=True)
class Calendar:
    """Which days count as working days, in the time of the place."""

    zone: str
    rest_days: frozenset[int] = frozenset({5, 6})
    holidays: frozenset[date] = frozenset()

    def counts(self, day: date) -> bool:
        """Whether a day is a working day."""
        return day.weekday() not in self.rest_days and day not in self.holidays


@dataclass(frozen=True)
class Policy:
    """One clock as its pack describes it; `warn_before` in hours."""

    code: str
    jurisdiction: str
    words: str
    start: str
    stops: frozenset[str]
    pauses: frozenset[str]
    duration: int
    unit: Unit
    warn_before: tuple[int, ...]
    role: str
    escalation: str
    citation: str
    is_verified: bool
    urgent_hours: int | None = None
    scope: Scope = Scope.REQUEST


@dataclass(frozen=True)
class Mark:
    """Something that happened, by the word policies use. `ends` closes a pause.

    A start that names its own end, such as a day of return, gives it as `due`; it goes
    before the length of the policy, and no pause moves it.
    """

    event: str
    at: datetime
    ends: bool = False
    due: datetime | None = None


@dataclass(frozen=True)
class Reading:
    """A clock that was started: since when, until when, and how it stands now."""

    policy: Policy
    started_at: datetime
    due_at: datetime | None
    light: Light
    stopped_at: datetime | None = None

    @property
    def is_late(self) -> bool:
        """Whether it is overdue, or was when it stopped."""
        if self.stopped_at is not None and self.due_at is not None:
            return self.stopped_at > self.due_at
        return self.light is Light.OVERDUE


def read(
    policy: Policy,
    marks: Iterable[Mark],
    *,
    now: datetime,
    calendar: Calendar,
    is_urgent: bool = False,
) -> Reading | None:
    """How this clock stands now; None while nothing started it."""
    told = sorted(marks, key=lambda mark: mark.at)
    begun = next((m for m in told if m.event == policy.start and not m.ends), None)
    if begun is None:
        return None
    start = begun.at
    stop = _stopped(policy, told, start)
    pauses = _pauses(policy, told, start, stop or now)
    if stop is None and pauses and pauses[-1][1] is None:
        return Reading(policy, start, None, Light.PAUSED)
    due = begun.due or due_at(policy, start, pauses, calendar, is_urgent=is_urgent)
    if stop is not None:
        return Reading(policy, start, due, Light.STOPPED, stop)
    return Reading(policy, start, due, _light(policy, due, now))


def newest_run(policy: Policy, marks: Iterable[Mark]) -> list[Mark]:
    """The marks from the newest start on, for a clock that begins again after a stop.

    Marks stand in the order in which they happened; a second start while the clock
    runs changes nothing, unless it names a new end of its own.
    """
    run: list[Mark] = []
    is_over = True
    for mark in marks:
        begins = mark.event == policy.start and not mark.ends
        if begins and (is_over or mark.due is not None):
            run, is_over = [m for m in run if m.event in policy.pauses], False
        elif mark.event in policy.stops:
            is_over = True
        run.append(mark)
    return run


def due_at(
    policy: Policy,
    start: datetime,
    pauses: Sequence[tuple[datetime, datetime | None]],
    calendar: Calendar,
    *,
    is_urgent: bool = False,
) -> datetime:
    """When it is due: the duration, without the time it stood still."""
    if is_urgent and policy.urgent_hours is not None:
        end = start + timedelta(hours=policy.urgent_hours)
        return _later(end, pauses)
    if policy.unit is Unit.WORKING_DAYS:
        return _working(policy.duration, start, pauses, calendar)
    return _later(_plain(policy, start, calendar), pauses)


def _stopped(policy: Policy, told: Sequence[Mark], start: datetime) -> datetime | None:
    found = (m.at for m in told if m.event in policy.stops and m.at >= start)
    return next(found, None)


def _pauses(
    policy: Policy, told: Sequence[Mark], start: datetime, until: datetime
) -> list[tuple[datetime, datetime | None]]:
    """The stretches in which at least one pause was open, none overlapping."""
    found: list[tuple[datetime, datetime | None]] = []
    open_ones: set[str] = set()
    began = start
    for mark in told:
        if mark.event not in policy.pauses or mark.at > until:
            continue
        if not mark.ends:
            began = began if open_ones else max(mark.at, start)
            open_ones.add(mark.event)
        elif mark.event in open_ones:
            open_ones.discard(mark.event)
            if not open_ones:
                found.append((began, max(mark.at, began)))
    return [*found, (began, None)] if open_ones else found


def _later(
    end: datetime, pauses: Sequence[tuple[datetime, datetime | None]]
) -> datetime:
    for began, ended in pauses:
        if ended is not None and began < end:
            end += ended - began
    return end


def _plain(policy: Policy, start: datetime, calendar: Calendar) -> datetime:
    if policy.unit is Unit.HOURS:
        return start + timedelta(hours=policy.duration)
    zone = ZoneInfo(calendar.zone)
    local = start.astimezone(zone)
    if policy.unit is Unit.DAYS:
        day = local.date() + timedelta(days=policy.duration)
    else:
        months = policy.duration * (MONTHS if policy.unit is Unit.YEARS else 1)
        day = _months_on(local.date(), months)
    return datetime.combine(day, local.timetz()).astimezone(start.tzinfo)


def _months_on(day: date, months: int) -> date:
    """The same day so many months on; at the end of a shorter month, its last day."""
    number = day.month - 1 + months
    year, month = day.year + number // MONTHS, number % MONTHS + 1
    first_after = date(year + month // MONTHS, month % MONTHS + 1, 1)
    last = (first_after - timedelta(days=1)).day
    return date(year, month, min(day.day, last))


def _working(
    days: int,
    start: datetime,
    pauses: Sequence[tuple[datetime, datetime | None]],
    calendar: Calendar,
) -> datetime:
    """Working time of so many days, run through midnight to midnight."""
    zone = ZoneInfo(calendar.zone)
    left = timedelta(days=days)
    day = start.astimezone(zone).date()
    while True:
        begins = max(_midnight(day, zone), start)
        ends = _midnight(day + timedelta(days=1), zone)
        if calendar.counts(day):
            for begin, end in _running(begins, ends, pauses):
                if left <= end - begin:
                    return (begin + left).astimezone(start.tzinfo)
                left -= end - begin
        day += timedelta(days=1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """Midnight as an instant, so that a day with a clock change has its true length."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def _running(
    begins: datetime,
    ends: datetime,
    pauses: Sequence[tuple[datetime, datetime | None]],
) -> list[tuple[datetime, datetime]]:
    """What is left of a stretch when the pauses are taken out."""
    left = []
    for began, ended in pauses:
        if ended is None or ended <= begins or began >= ends:
            continue
        if began > begins:
            left.append((begins, began))
        begins = max(begins, ended)
    return [*left, (begins, ends)] if begins < ends else left


def _light(policy: Policy, due: datetime, now: datetime) -> Light:
    if now > due:
        return Light.OVERDUE
    soonest = max(policy.warn_before, default=0)
    return Light.WARNING if now >= due - timedelta(hours=soonest) else Light.RUNNING
