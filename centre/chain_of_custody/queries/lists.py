"""Work lists of the store. The last move that can change a state says which it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from centre.chain_of_custody.models import (
    CustodyEvent,
    IssuedReport,
    Item,
    Kit,
    Location,
    StockRule,
    TemperatureReading,
)
from centre.chain_of_custody.queries.history import (
    Package,
    not_void,
    standings,
    things_of,
)
from centre.chain_of_custody.rules.codes import read_scan
from centre.chain_of_custody.rules.fold import OUTSIDE
from centre.chain_of_custody.rules.moves import LAID, STATE_MOVES, Move
from centre.chain_of_custody.rules.stock import Level, levels
from centre.core import access
from centre.core.models import Case, Centre, User
from centre.core.permissions import Permission

MOST: Final = 200
REPORTS: Final = 20
"""So many a page lists; the newest are asked for again, the others rarely."""

_TURNING: Final = [*STATE_MOVES, Move.ADDED_TO_KIT]


@dataclass(frozen=True)
class Waiting:
    """A kit or item on a work list, its case, and since when."""

    package: Package
    case: Case
    since: datetime
    place: str = ""
    is_earlier: bool = False
    """Whether it lay there before this record began; it was taken over `recorded`."""
    recorded: datetime | None = None


def stock(centre: Centre) -> QuerySet[Kit]:
    """The kits of a centre that were not given to a case yet."""
    issued = CustodyEvent.objects.filter(kit=OuterRef("pk"))
    return Kit.objects.filter(~Exists(issued), centre=centre).order_by(
        F("expires_on").asc(nulls_last=True), "stocked_at"
    )


def stock_levels(centre: Centre, today: date) -> list[Level]:
    """How many kits of each kind are in stock, and when to order."""
    rules: dict[str, int] = {}
    for rule in StockRule.objects.filter(centre=centre):
        rules.setdefault(rule.kind, rule.threshold)
    return levels(stock(centre).values_list("kind", "expires_on"), rules, today)


def withdrawn(centre: Centre) -> list[CustodyEvent]:
    """The newest kits that were withdrawn from stock."""
    rows = CustodyEvent.objects.filter(centre=centre, move=Move.KIT_VOIDED)
    return list(rows.select_related("kit").order_by("-recorded_at")[:REPORTS])


def kits_within(by: User, permission: Permission) -> QuerySet[Kit]:
    """Kits issued to cases within reach."""
    issued = CustodyEvent.objects.filter(move=Move.KIT_ISSUED)
    reached = access.within(issued, by, permission)
    return Kit.objects.filter(pk__in=reached.values("kit"))


def awaiting_put_away(centre: Centre, by: User) -> list[Waiting]:
    """What is sealed or received and lies on no shelf yet."""
    moves = [Move.SEALED, Move.KIT_SEALED, Move.RESEALED, Move.RECEIVED]
    return _last(centre, by, [*moves, Move.FOUND, Move.UNEXPECTED_RECEIPT])


def checked_out(centre: Centre, by: User) -> list[Waiting]:
    """What a colleague has taken from the store."""
    return _last(centre, by, [Move.CHECKED_OUT])


def under_way(centre: Centre, by: User) -> list[Waiting]:
    """What was released and nobody has accepted yet."""
    return _last(centre, by, [Move.RELEASED])


def in_store(centre: Centre, by: User) -> QuerySet[CustodyEvent]:
    """What lies on the shelves, by the event that laid it there, the newest first."""
    return _lasting(centre, by, LAID)


def waiting(event: CustodyEvent) -> Waiting:
    """A line of a list: the thing, its case, its place, and since when."""
    return Waiting(
        package=event.thing,
        case=_case(event),
        since=event.occurred_at,
        place=event.place.name if event.place else "",
        is_earlier=event.move == Move.TAKEN_OVER,
        recorded=event.recorded_at,
    )


def open_questions(centre: Centre, by: User) -> list[CustodyEvent]:
    """Discrepancies nobody has resolved yet."""
    answered = CustodyEvent.objects.filter(
        about=OuterRef("pk"), move=Move.DISCREPANCY_RESOLVED
    )
    rows = CustodyEvent.objects.filter(
        ~Exists(answered), centre=centre, move=Move.DISCREPANCY_RAISED
    )
    seen = access.within(rows, by, Permission.ITEM_VIEW) | access.within(
        rows, by, Permission.DISCREPANCY_RESOLVE
    )
    return list(
        not_void(seen)
        .select_related("item", "kit", "case", "actor")
        .order_by("recorded_at")[:MOST]
    )


def things_of_code(typed: str) -> list[Package]:
    """The item or kit of a code, or everything of the case with this reference."""
    code = read_scan(typed)
    item = Item.objects.filter(code=code).select_related("case__centre").first()
    kit = Kit.objects.filter(code=code).first()
    case = Case.objects.filter(reference=code).select_related("centre").first()
    if case is not None:
        things = things_of(case)
        stand = standings(things)
        return [t for t in things if not stand[t.pk].is_in_kit]
    return [found for found in (item, kit) if found is not None]


def lying_at(place: Location) -> list[Package]:
    """The kits and loose items that lie at a place or anywhere inside it."""
    inside, level = {place.pk}, {place.pk}
    while level:
        below = Location.objects.filter(parent__in=level).values_list("pk", flat=True)
        level = set(below) - inside
        inside |= level
    rows = latest().filter(place__in=inside, move__in=LAID)
    return [event.thing for event in rows.select_related("item", "kit")]


def readings_of(place: Location) -> QuerySet[TemperatureReading]:
    """What a place's thermometer showed, the newest first."""
    return TemperatureReading.objects.filter(location=place)


def reports_of(package: Package) -> list[IssuedReport]:
    """The newest custody reports that were issued about a thing."""
    rows = IssuedReport.objects.filter(**{package.thing.value: package})
    return list(rows[:REPORTS])


def with_examiner(items: QuerySet[Item]) -> list[Item]:
    """Of these items, those that are not sealed yet."""
    last = _last_move(Q(item=OuterRef("pk")))
    unsealed = [
        Move.COLLECTED,
        Move.DRYING_STARTED,
        Move.DRYING_ENDED,
        Move.PACKAGED,
        Move.LABELLED,
    ]
    rows = items.annotate(last_move=last).filter(last_move__in=unsealed)
    return list(rows.select_related("case")[:MOST])


def latest(before: datetime | None = None) -> QuerySet[CustodyEvent]:
    """Of each thing, the event that says in which state it is, or was before then."""
    then = Q(occurred_at__lt=before) if before else Q()
    later = CustodyEvent.objects.filter(
        Q(item=OuterRef("item"), item__isnull=False)
        | Q(kit=OuterRef("kit"), kit__isnull=False),
        then,
        number__gt=OuterRef("number"),
        move__in=_TURNING,
        case=OuterRef("case"),
    )
    rows = CustodyEvent.objects.filter(
        ~Exists(not_void(later)), then, move__in=_TURNING
    )
    return not_void(rows)


def _last(centre: Centre, by: User, moves: list[Move]) -> list[Waiting]:
    """Things whose last turning event is one of these, in one query."""
    return [waiting(event) for event in _lasting(centre, by, moves)[:MOST]]


def _lasting(centre: Centre, by: User, moves: Sequence[Move]) -> QuerySet[CustodyEvent]:
    rows = latest().filter(centre=centre, move__in=moves)
    ours = rows.exclude(move=Move.RECEIVED, actor_role__in=OUTSIDE)
    seen = access.within(ours, by, Permission.ITEM_VIEW)
    found = seen.select_related("item", "kit", "case", "place")
    return found.order_by("-recorded_at", "-number")


def _last_move(mine: Q) -> Subquery:
    rows = not_void(CustodyEvent.objects.filter(mine, move__in=_TURNING))
    return Subquery(rows.order_by("-number").values("move")[:1])


def _case(event: CustodyEvent) -> Case:
    assert event.case is not None  # noqa: S101 - only a kit in stock has none
    return event.case
