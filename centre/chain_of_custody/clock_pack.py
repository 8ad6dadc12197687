"""The clocks' policies, read strictly from their data files, one for each version.

A request pins the version in force when it was sent and is read by it for ever. The
clocks of kits, items, cases, places and the centre are read by the version in force on
the day they started. So a change of law or of a house rule is a new file and never
moves a running clock; a version never takes effect before the day it is published.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from centre.chain_of_custody.rules.clocks import Calendar, Policy, Scope, Unit
from centre.core.permissions import Role

FOLDER: Final = Path(__file__).parent / "data" / "clocks"
IN_FORCE: Final = "2026.2"
"""The version that what begins now is pinned to."""

DEFAULT: Final = "default"
_PACK: Final = frozenset({"name", "version", "effective_from", "calendars", "clocks"})
_CLOCK: Final = frozenset(
    {
        "code",
        "jurisdiction",
        "words",
        "start_event",
        "stop_events",
        "pause_while",
        "duration",
        "unit",
        "warn_before_hours",
        "responsible_role",
        "escalation",
        "citation",
        "verified",
    }
)


class ClockPackError(Exception):
    """A clock file says something it cannot mean."""


@dataclass(frozen=True)
class Pack:
    """One version: its clocks by jurisdiction and code, and its calendars."""

    version: str
    effective_from: date
    clocks: Mapping[tuple[str, str], Policy]
    calendars: Mapping[str, tuple[frozenset[int], frozenset[date]]]

    def of(self, jurisdiction: str) -> list[Policy]:
        """The clocks of the house and, after them, those of one jurisdiction."""
        wanted = {DEFAULT, jurisdiction}
        return [p for (place, _), p in self.clocks.items() if place in wanted]

    def calendar(self, jurisdiction: str, zone: str) -> Calendar:
        """The working days of a jurisdiction, at the clock of a place."""
        rest, holidays = self.calendars.get(jurisdiction, self.calendars[DEFAULT])
        return Calendar(zone, rest, holidays)


@lru_cache(maxsize=8)
def pack(version: str = IN_FORCE) -> Pack:
    """One version of the pack; unknown keys, codes or roles are refused."""
    path = FOLDER / f"{version}.json"
    if not path.is_file():
        raise ClockPackError(f"There is no clock pack {version}.")
    return read(json.loads(path.read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def versions() -> tuple[Pack, ...]:
    """Every version there is, the oldest first."""
    found = [pack(path.stem) for path in FOLDER.glob("*.json")]
    return tuple(sorted(found, key=lambda one: one.effective_from))


def in_force(day: date) -> Pack:
    """The version in force on a day; before the oldest took effect, the oldest."""
    begun = [one for one in versions() if one.effective_from <= day]
    return begun[-1] if begun else versions()[0]


def read(told: Mapping[str, Any]) -> Pack:
    """The pack a file tells."""
    _check_keys("The pack", told, _PACK)
    clocks: dict[tuple[str, str], Policy] = {}
    for row in told["clocks"]:
        policy = _policy(row)
        key = (policy.jurisdiction, policy.code)
        if key in clocks:
            raise ClockPackError(f"{key[1]} stands twice for {key[0]}.")
        clocks[key] = policy
    calendars = {
        name: (
            frozenset(days["rest_days"]),
            frozenset(date.fromisoformat(day) for day in days["holidays"]),
        )
        for name, days in told["calendars"].items()
    }
    if DEFAULT not in calendars:
        raise ClockPackError("The pack has no default calendar.")
    effective = date.fromisoformat(told["effective_from"])
    return Pack(told["version"], effective, clocks, calendars)


def _policy(row: Mapping[str, Any]) -> Policy:
    name = str(row.get("code", "A clock"))
    _check_keys(name, row, _CLOCK, may=frozenset({"urgent_hours", "scope"}))
    if row["duration"] <= 0:
        raise ClockPackError(f"{name} lasts no time.")
    return Policy(
        code=row["code"],
        jurisdiction=row["jurisdiction"],
        words=row["words"],
        start=row["start_event"],
        stops=frozenset(row["stop_events"]),
        pauses=frozenset(row["pause_while"]),
        duration=row["duration"],
        unit=Unit(row["unit"]),
        warn_before=tuple(row["warn_before_hours"]),
        role=Role(row["responsible_role"]),
        escalation=Role(row["escalation"]),
        citation=row["citation"],
        is_verified=row["verified"],
        urgent_hours=row.get("urgent_hours"),
        scope=Scope(row.get("scope", Scope.REQUEST)),
    )


def _check_keys(
    name: str,
    told: Mapping[str, Any],
    must: frozenset[str],
    *,
    may: frozenset[str] = frozenset(),
) -> None:
    missing, spare = must - set(told), set(told) - must - may
    if missing or spare:
        odd = ", ".join(sorted(missing | spare))
        raise ClockPackError(f"{name} has keys missing or unknown: {odd}.")
