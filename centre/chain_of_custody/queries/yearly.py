"""What happened to evidence in a span of time, counted.

The numbers are true and for the centre's own eyes; what leaves the centre goes through
`centre.insight`, which hides small ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from centre.chain_of_custody.models import CustodyEvent
from centre.chain_of_custody.models.requests import LineDecision
from centre.chain_of_custody.queries.history import not_void
from centre.chain_of_custody.queries.lists import latest
from centre.chain_of_custody.rules.checks import LATE_MODES
from centre.chain_of_custody.rules.fold import Reporting
from centre.chain_of_custody.rules.legs import LEGS, Firsts
from centre.chain_of_custody.rules.moves import Move, Thing
from centre.chain_of_custody.rules.stations import STATIONS, station
from centre.core.models import Centre, Registration

RELEASED: Final = "released"

_BEGINS: Final = (Move.KIT_ISSUED, Move.COLLECTED)

Counts = Mapping[str, int]


def reported(centre: Centre, begins: datetime, ends: datetime) -> Counts:
    """Cases whose evidence was taken then, by what had been reported at the end."""
    taken = _events(centre, begins, ends).filter(move__in=_BEGINS)
    told = _same_case(ends).filter(move=Move.REPORTING_CHANGED)
    newer = _same_case(ends).filter(
        move=Move.REPORTING_CHANGED, number__gt=OuterRef("number")
    )
    newest = told.filter(~Exists(not_void(newer)), reason_code=Reporting.REPORTED)
    rows = taken.order_by().values_list("case", "case__registration").distinct()
    found: Counter[str] = Counter(dict.fromkeys(Reporting, 0))
    for _, registration, has in rows.annotate(has=Exists(not_void(newest))):
        nameless = registration == Registration.ANONYMOUS
        quiet = Reporting.ANONYMOUS if nameless else Reporting.UNREPORTED
        found[Reporting.REPORTED if has else quiet] += 1
    return found


def whereabouts(centre: Centre, begins: datetime, ends: datetime) -> Counts:
    """Kits and loose items taken then, by where they were at the end."""
    same = Q(item=OuterRef("item"), item__isnull=False) | Q(
        kit=OuterRef("kit"), kit__isnull=False
    )
    taken = _events(centre, begins, ends).filter(same, move__in=_BEGINS)
    rows = latest(ends).filter(Exists(taken), centre=centre)
    loose = rows.exclude(move=Move.ADDED_TO_KIT).order_by()
    by = loose.values_list("move", "actor_role").annotate(Count("item"), Count("kit"))
    found: Counter[str] = Counter(dict.fromkeys(STATIONS, 0))
    for move, role, items, kits in by:
        for thing, count in ((Thing.ITEM, items), (Thing.KIT, kits)):
            if count:
                found[station(thing, Move(move), role)] += count
    return found


def laboratory(centre: Centre, begins: datetime, ends: datetime) -> Counts:
    """Submissions to a laboratory then, by its answer at the end."""
    sent = _events(centre, begins, ends).filter(move=Move.LAB_SUBMITTED)
    yes, no = (
        Exists(_later(ends).filter(move=move))
        for move in (Move.LAB_ACCEPTED, Move.LAB_REJECTED)
    )
    counted: Counts = sent.annotate(yes=yes, no=no).aggregate(
        accepted=Count("pk", filter=Q(yes=True)),
        rejected=Count("pk", filter=Q(yes=False, no=True)),
        waiting=Count("pk", filter=Q(yes=False, no=False)),
    )
    return counted


def decided(centre: Centre, begins: datetime, ends: datetime) -> Counts:
    """Lines of requests decided then: released, or why not."""
    rows = LineDecision.objects.filter(
        line__request__centre=centre, decided_at__gte=begins, decided_at__lt=ends
    )
    by = rows.order_by().values_list("is_approved", "reason").annotate(Count("pk"))
    found: Counter[str] = Counter({RELEASED: 0})
    for is_approved, reason, count in by:
        found[RELEASED if is_approved else reason] += count
    return found


def happened(centre: Centre, begins: datetime, ends: datetime, *moves: Move) -> Counts:
    """How many events of each of these kinds there were then."""
    rows = _events(centre, begins, ends).filter(move__in=moves).order_by()
    found: Counter[str] = Counter(dict.fromkeys(moves, 0))
    found.update(dict(rows.values_list("move").annotate(Count("pk"))))
    return found


def turned(centre: Centre, begins: datetime, ends: datetime) -> Counts:
    """How often evidence became reported then, and how often that was taken back."""
    rows = _events(centre, begins, ends).filter(move=Move.REPORTING_CHANGED)
    counted: Counts = rows.aggregate(
        reported=Count("pk", filter=Q(reason_code=Reporting.REPORTED)),
        taken_back=Count("pk", filter=~Q(reason_code=Reporting.REPORTED)),
    )
    return counted


def written(centre: Centre, begins: datetime, ends: datetime) -> Counts:
    """How events of then were written down, and how many were put right."""
    rows = _all(centre, begins, ends)
    late = Q(entry_mode__in=LATE_MODES)
    counted: Counts = rows.aggregate(
        in_time=Count("pk", filter=~late),
        late=Count("pk", filter=late),
        put_right=Count("pk", filter=Q(move__in=[Move.AMENDED, Move.VOIDED])),
    )
    return counted


def firsts(centre: Centre, begins: datetime, ends: datetime) -> Firsts:
    """When each leg's moves were first made with each thing then."""
    moves = {m for leg in LEGS for m in leg.begins | leg.ends}
    rows = _events(centre, begins, ends).filter(move__in=moves).order_by()
    values = rows.values_list("item", "kit", "move").annotate(Min("occurred_at"))
    return {(item or kit, move): first for item, kit, move, first in values}


def _events(centre: Centre, begins: datetime, ends: datetime) -> QuerySet[CustodyEvent]:
    return not_void(_all(centre, begins, ends))


def _all(centre: Centre, begins: datetime, ends: datetime) -> QuerySet[CustodyEvent]:
    return CustodyEvent.objects.filter(
        centre=centre, occurred_at__gte=begins, occurred_at__lt=ends
    )


def _same_case(ends: datetime) -> QuerySet[CustodyEvent]:
    return CustodyEvent.objects.filter(case=OuterRef("case"), occurred_at__lt=ends)


def _later(ends: datetime) -> QuerySet[CustodyEvent]:
    """Later events of the same thing."""
    same = Q(item=OuterRef("item"), item__isnull=False) | Q(
        kit=OuterRef("kit"), kit__isnull=False
    )
    rows = CustodyEvent.objects.filter(
        same, number__gt=OuterRef("number"), occurred_at__lt=ends
    )
    return not_void(rows)
