"""The clocks of kits, items, holds, cases and places, read from what happened.

Nothing is stored: each reading is computed from the events, by the version of the
policies in force on the day the clock started. Lists cost the same number of questions
however many things there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from centre.chain_of_custody.models import (
    CustodyEvent,
    Item,
    Retention,
    Whereabouts,
)
from centre.chain_of_custody.queries.clock_readings import (
    Running,
    end_of,
    moment_of,
    readings,
    starts,
)
from centre.chain_of_custody.queries.clocks_around import (
    of_cases,
    of_centre,
    of_places,
    of_transfers,
)
from centre.chain_of_custody.queries.history import (
    Line,
    Package,
    histories,
    not_void,
)
from centre.chain_of_custody.queries.reported import reported_since
from centre.chain_of_custody.retention import policies
from centre.chain_of_custody.rules.clock_marks import Happened, marks
from centre.chain_of_custody.rules.clocks import (
    Light,
    Mark,
    Reading,
    Scope,
)
from centre.chain_of_custody.rules.moves import FINAL, Move, State
from centre.chain_of_custody.rules.retention import REVIEW, Notice
from centre.core import access
from centre.core.models import Case, Centre, User
from centre.core.permissions import Permission
from centre.vault import keys
from centre.vault.errors import KeyDestroyedError

WITH_WHOEVER_HAS_IT: Final = frozenset({"handed_over", "lab_submitted"})
"""The starts of clocks that bind whoever received a thing."""

PRESSING: Final = frozenset({Light.WARNING, Light.OVERDUE})
_LONG_KEPT: Final = timedelta(days=365)
"""From then on what is kept without a report may near its end."""


def of_packages(packages: Iterable[Package], case: Case, at: datetime) -> list[Reading]:
    """Every clock that was started for things of a case, those running first."""
    things = [(package, case) for package in packages]
    found = [running.reading for running in _of_packages(things, at)]
    return sorted(found, key=lambda r: (r.light is Light.STOPPED, moment_of(r)))


def due(by: User, at: datetime) -> list[Running]:
    """What is due soon or overdue in the stores this person answers for."""
    found: list[Running] = []
    for centre in access.centres(by, Permission.DISPOSAL_VIEW):
        things = _candidates(centre, by, at)
        found += _of_packages(things, at)
        found += of_cases(centre, by, at)
        found += of_places(centre, at)
        found += of_centre(centre, by, at)
        found += of_transfers(centre, by, at)
    pressing = [one for one in found if one.reading.light in PRESSING]
    return sorted(pressing, key=lambda one: moment_of(one.reading))


def _candidates(centre: Centre, by: User, at: datetime) -> list[tuple[Package, Case]]:
    """The things of a store of which a clock may be due.

    What lies quietly on its shelf is left out until it is reported, held, or nears the
    end of its keeping.
    """
    begin = starts(Scope.THING)
    stirring = [
        Retention.objects.filter(until__lt=(at + REVIEW).date()),
        not_void(CustodyEvent.objects.filter(move=Move.HOLD_PLACED)),
    ]
    if "stored" in begin:
        old = at - _LONG_KEPT
        stirring.append(CustodyEvent.objects.filter(recorded_at__lt=old))
    stirred = ~Q(state=State.STORED)
    for column in ("item", "kit"):
        same = {column: OuterRef(column), f"{column}__isnull": False}
        for rows in stirring:
            stirred |= Q(Exists(rows.filter(**same)))
    kept = Whereabouts.objects.filter(centre=centre, inside__isnull=True)
    kept = access.within(kept.exclude(state__in=FINAL), by, Permission.DISPOSAL_VIEW)
    if "reported" in begin:
        cases = set(kept.order_by().values_list("case", flat=True))
        stirred |= Q(case__in=reported_since(cases, at))
    found = kept.filter(stirred).select_related(
        "item__case__centre", "kit", "case__centre"
    )
    return [(row.thing, row.case) for row in found]


def _of_packages(
    things: Sequence[tuple[Package, Case]], at: datetime
) -> Iterator[Running]:
    packages = [thing for thing, _ in things]
    cases = {case.pk for _, case in things}
    keys.warm(cases)
    lines = histories(packages)
    ends = _ends_of(packages)
    reported = reported_since(cases, at)
    for thing, case in things:
        told = [line for line in lines[thing.pk] if not line.is_void]
        happened = [_happened(thing, line, case.centre) for line in told]
        own = [*marks(happened, reported.get(case.pk)), *ends[thing.pk]]
        own.sort(key=lambda mark: mark.at)
        for reading in readings(Scope.THING, own, case.centre, at):
            yield _running(reading, thing, case)
        for hold in _holds(told, case.centre):
            for reading in readings(Scope.HOLD, hold, case.centre, at):
                yield _running(reading, thing, case)


def _running(reading: Reading, thing: Package, case: Case) -> Running:
    href = reverse(f"disposal_{thing.thing}", args=[thing.code])
    return Running(reading, str(thing), href, case.centre, str(case))


def _happened(thing: Package, line: Line, centre: Centre) -> Happened:
    event = line.now
    is_wet, due_at = False, None
    if event.move == Move.COLLECTED and isinstance(thing, Item):
        is_wet, hours = thing.kind.wet, thing.kind.hours_to_class
        due_at = event.occurred_at + timedelta(hours=hours) if hours else None
    if event.move == Move.CHECKED_OUT:
        due_at = _moment(_detail(event, "due_back_at"), centre)
    return Happened(
        move=Move(event.move),
        at=event.occurred_at,
        role=event.actor_role,
        code=event.reason_code,
        storage=event.storage_class,
        transfer=event.transfer_id,
        is_wet=is_wet,
        due=due_at,
    )


def _detail(event: CustodyEvent, name: str) -> str:
    """A word of an event; none once the key of its case is destroyed."""
    try:
        return str((event.details or {}).get(name, ""))
    except KeyDestroyedError:
        return ""


def _moment(told: str, centre: Centre) -> datetime | None:
    """A moment, or the end of a day at the clock of the centre."""
    if not told:
        return None
    found = datetime.fromisoformat(told)
    if found.tzinfo is not None:
        return found
    zone = ZoneInfo(centre.timezone)
    return datetime.combine(found.date(), time.max, zone).astimezone(UTC)


def _holds(lines: Iterable[Line], centre: Centre) -> Iterator[list[Mark]]:
    """The marks of each hold by itself."""
    told = [line.now for line in lines]
    over = [e for e in told if e.move == Move.HOLD_LIFTED]
    for hold in told:
        if hold.move == Move.HOLD_PLACED:
            day = _moment(_detail(hold, "review_on"), centre)
            found = [Mark("hold_placed", hold.occurred_at, due=day)]
            ends = [e.occurred_at for e in over if e.about_id == hold.pk]
            yield found + [Mark("hold_lifted", ended) for ended in ends]


def _ends_of(packages: Collection[Package]) -> dict[UUID, list[Mark]]:
    """The ends of keeping: when each date was given, and when its notice is due."""
    ids = [package.pk for package in packages]
    rows = Retention.objects.filter(Q(item__in=ids) | Q(kit__in=ids))
    found: dict[UUID, list[Mark]] = defaultdict(list)
    for row in rows.select_related("event", "case__centre").order_by("until"):
        key, given = row.item_id or row.kit_id, row.event.occurred_at
        if key is None:
            continue
        centre = row.case.centre
        found[key].append(Mark("retention_set", given, due=end_of(row.until, centre)))
        if row.notice != Notice.NONE:
            days = policies(row.edition).named(row.policy).notice_days
            told = end_of(row.until - timedelta(days=days), centre)
            found[key].append(Mark("notice_planned", given, due=told))
    return found
