"""What a store is steered by: what has gone quiet, has no place, ends when.

The numbers are true and for the centre's own eyes, as those of `yearly`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import ExtractYear

from centre.chain_of_custody.models import CustodyEvent, InTransit, Whereabouts
from centre.chain_of_custody.queries.disposal import newest_dates
from centre.chain_of_custody.queries.inventory import loose_in_store
from centre.chain_of_custody.rules.moves import FINAL, State
from centre.core.models import Centre

QUIET: Final = timedelta(days=180)
"""What a store answers for is met this often; an inventory is an event too."""

_ELSEWHERE: Final = frozenset(
    {State.STOCKED, State.OUT_OF_SYSTEM, State.IN_COURT, State.MISSING}
)
"""Where no place and no holder of this centre can be told."""


def quiet(centre: Centre, at: datetime) -> QuerySet[Whereabouts]:
    """Kits and loose items in the store that no event has met for half a year."""
    newer = CustodyEvent.objects.filter(occurred_at__gte=at - QUIET)
    rows = loose_in_store(centre).filter(
        ~Exists(newer.filter(item=OuterRef("item"), item__isnull=False)),
        ~Exists(newer.filter(kit=OuterRef("kit"), kit__isnull=False)),
    )
    return rows.select_related("item", "kit").order_by("pk")


def unplaced(centre: Centre) -> QuerySet[Whereabouts]:
    """Kits and loose items of which nobody can say who or what place has them."""
    rows = Whereabouts.objects.filter(
        centre=centre,
        inside__isnull=True,
        place__isnull=True,
        holder__isnull=True,
        transfer__isnull=True,
    ).exclude(state__in=FINAL | _ELSEWHERE)
    return rows.select_related("item", "kit").order_by("pk")


def unconfirmed(centre: Centre, at: datetime) -> int:
    """How many hand-overs are past their time and nobody has confirmed them."""
    rows = InTransit.objects.filter(
        transfer__expected_at__lt=at, transfer__case__centre=centre
    )
    return rows.values("transfer").distinct().count()


def ends_by_year(centre: Centre) -> dict[int, int]:
    """In which year how many kits and items reach the end of their retention."""
    rows = newest_dates(centre).order_by().annotate(year=ExtractYear("until"))
    things = Count("item", distinct=True) + Count("kit", distinct=True)
    counted = rows.values_list("year").annotate(things=things)
    return dict(counted.order_by("year"))
