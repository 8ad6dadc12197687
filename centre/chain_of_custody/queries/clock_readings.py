"""Readings by the version in force when each clock started, and where to act on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

from centre.chain_of_custody.clock_pack import in_force, versions
from centre.chain_of_custody.rules.clocks import (
    Mark,
    Reading,
    Scope,
    newest_run,
    read,
)
from centre.core.models import Centre


@dataclass(frozen=True)
class Running:
    """One clock, what it belongs to, and the page where to act on it."""

    reading: Reading
    what: str
    href: str
    centre: Centre
    reference: str = ""


def readings(
    scope: Scope, told: Sequence[Mark], centre: Centre, at: datetime
) -> Iterator[Reading]:
    """Each clock of a scope whose newest run began under the version that tells it."""
    place, zone = settings.JURISDICTION, ZoneInfo(centre.timezone)
    for version in versions():
        calendar = version.calendar(place, centre.timezone)
        for policy in version.of(place):
            if policy.scope is not scope:
                continue
            run = newest_run(policy, told)
            reading = read(policy, run, now=at, calendar=calendar)
            if reading is None:
                continue
            begun_on = reading.started_at.astimezone(zone).date()
            if in_force(begun_on).version == version.version:
                yield reading


def starts(scope: Scope) -> set[str]:
    """The words that start a clock of this scope here, in any version."""
    told = (p for v in versions() for p in v.of(settings.JURISDICTION))
    return {policy.start for policy in told if policy.scope is scope}


def moment_of(reading: Reading) -> datetime:
    """When it is due; while it stands still, when it started."""
    return reading.due_at or reading.started_at


def end_of(day: date, centre: Centre) -> datetime:
    """The last moment of a day, by the clock of a centre."""
    return datetime.combine(day, time.max, ZoneInfo(centre.timezone)).astimezone(UTC)
