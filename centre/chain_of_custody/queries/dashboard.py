"""The store at a glance: what is where, what waits, how long things take."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from centre.chain_of_custody.models import (
    CustodyEvent,
    InTransit,
    Transfer,
    Whereabouts,
)
from centre.chain_of_custody.queries.history import Package, not_void, standings
from centre.chain_of_custody.queries.lists import latest
from centre.chain_of_custody.rules.checks import LATE_MODES
from centre.chain_of_custody.rules.legs import LEGS, Taken, taken
from centre.chain_of_custody.rules.moves import (
    STEPS,
    Move,
    State,
    Thing,
)
from centre.core import access
from centre.core.models import Case, Centre, User, VerificationRun
from centre.core.permissions import Permission

YEAR: Final = timedelta(days=365)
MOST: Final = 100
_INTO_HANDS: Final = [
    Move.COLLECTED,
    Move.DRYING_ENDED,
    Move.PACKAGED,
    Move.LABELLED,
    Move.SEALED,
    Move.KIT_SEALED,
    Move.RESEALED,
    Move.CHECKED_OUT,
    Move.RECEIVED,
    Move.FOUND,
    Move.UNEXPECTED_RECEIPT,
]


@dataclass(frozen=True)
class Held:
    """One thing in somebody's hands, and since when."""

    package: Package
    state: State
    since: datetime


@dataclass(frozen=True)
class Open:
    """One hand-over under way."""

    transfer: Transfer
    things: int
    is_overdue: bool


@dataclass(frozen=True)
class Quality:
    """How the record itself is kept."""

    events: int
    late: int
    amended: int
    discrepancies: int
    oldest: datetime | None
    run: VerificationRun | None


def my_custody(by: User) -> list[Held]:
    """Everything this very person answers for now."""
    mine = Q(actor=by) | Q(counterpart=by, move=Move.CHECKED_OUT)
    rows = latest().filter(mine, move__in=_INTO_HANDS)
    found = {e.thing.pk: e for e in rows.select_related("item", "kit")[:MOST]}
    stand = standings([e.thing for e in found.values()])
    return [
        Held(event.thing, stand[key].state, event.occurred_at)
        for key, event in found.items()
        if stand[key].holder == by.pk
    ]


def by_state(centre: Centre, by: User) -> list[tuple[str, int]]:
    """How many kits and loose items of this centre are in each state.

    What lies in a kit is counted with the kit.
    """
    inside = latest().filter(centre=centre).exclude(move=Move.ADDED_TO_KIT)
    rows = access.within(inside, by, Permission.ITEM_VIEW)
    counted: Counter[State] = Counter()
    by_move = rows.order_by().values_list("move")
    for move, items, kits in by_move.annotate(Count("item"), Count("kit")):
        for thing, count in ((Thing.ITEM, items), (Thing.KIT, kits)):
            step = STEPS[thing].get(Move(move))
            if step is not None and step.ends is not None:
                counted[step.ends] += count
    cancelled = rows.filter(move=Move.TRANSFER_CANCELLED)
    things = [e.thing for e in cancelled.select_related("item", "kit")[:MOST]]
    counted.update(s.state for s in standings(things).values())
    return [(s.words.capitalize(), counted[s]) for s in State if counted[s]]


def under_way(centre: Centre, by: User, at: datetime) -> list[Open]:
    """Hand-overs nobody has confirmed yet; the overdue ones first."""
    marked = InTransit.objects.filter(transfer=OuterRef("pk"))
    rows = Transfer.objects.filter(Exists(marked), case__centre=centre)
    seen = access.within(rows, by, Permission.ITEM_VIEW)
    counted = seen.annotate(things=Count("under_way")).order_by("released_at")
    found = [
        Open(t, t.things, bool(t.expected_at and t.expected_at < at))
        for t in counted.select_related("case")[:MOST]
    ]
    return sorted(found, key=lambda one: not one.is_overdue)


def seen(rows: QuerySet[Whereabouts], by: User) -> list[Package]:
    """Of such things those within reach, the first hundred."""
    return [row.thing for row in access.within(rows, by, Permission.ITEM_VIEW)[:MOST]]


def legs(centre: Centre, by: User, at: datetime) -> list[Taken]:
    """How long each leg took over the last year."""
    rows = CustodyEvent.objects.filter(
        centre=centre,
        occurred_at__gte=at - YEAR,
        move__in={m for leg in LEGS for m in leg.begins | leg.ends},
    )
    seen = access.within(rows, by, Permission.ITEM_VIEW)
    values = seen.order_by().values_list("item", "kit", "move")
    firsts = {
        (item or kit, move): first
        for item, kit, move, first in values.annotate(Min("occurred_at"))
    }
    return [taken(leg, firsts) for leg in LEGS]


def quality(centre: Centre, by: User) -> Quality:
    """Late entries, amendments, open questions and the last verification."""
    rows = CustodyEvent.objects.filter(centre=centre)
    seen = access.within(rows, by, Permission.ITEM_VIEW)
    counted = seen.aggregate(
        events=Count("pk"),
        late=Count("pk", filter=Q(entry_mode__in=LATE_MODES)),
        amended=Count("pk", filter=Q(move__in=[Move.AMENDED, Move.VOIDED])),
    )
    answered = CustodyEvent.objects.filter(
        about=OuterRef("pk"), move=Move.DISCREPANCY_RESOLVED
    )
    asked = not_void(seen.filter(~Exists(answered), move=Move.DISCREPANCY_RAISED))
    found = asked.aggregate(discrepancies=Count("pk"), oldest=Min("occurred_at"))
    return Quality(**counted, **found, run=VerificationRun.objects.first())


def cases_of(centre: Centre, by: User) -> int:
    """How many cases of this centre have evidence within reach."""
    rows = access.cases(by, Permission.ITEM_VIEW).filter(centre=centre)
    having = CustodyEvent.objects.filter(case=OuterRef("pk"))
    found: int = Case.objects.filter(Exists(having), pk__in=rows).count()
    return found
