"""What a survivor may know of her evidence: days, plain steps, and where it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Max

from centre.chain_of_custody.models import CustodyEvent, Retention
from centre.chain_of_custody.queries.history import not_void
from centre.chain_of_custody.queries.lists import latest
from centre.chain_of_custody.rules import stations
from centre.chain_of_custody.rules.moves import Move
from centre.core.models import Case

T = TypeVar("T")

_HER_WORDS: Final = {
    stations.EXAMINER: "With us",
    stations.HERE: "With us",
    stations.ON_THE_WAY: "On its way",
    stations.OTHERS: "With another service you agreed to, or the law named",
    stations.ENDED: "Given back or ended",
    stations.LOST: "Please ask us",
}


@dataclass(frozen=True)
class HerSteps:
    """The steps of one case, without a code, a name or a place."""

    steps: tuple[tuple[str, date], ...]
    where: tuple[str, ...]
    kept_until: date | None


def her_steps(case: Case) -> HerSteps:
    """Each step once a day, in order; where everything is; until when it is kept."""
    zone = ZoneInfo(case.centre.timezone)
    rows = CustodyEvent.objects.filter(case=case, move__in=stations.STEP_WORDS)
    values = not_void(rows).order_by("occurred_at", "number")
    steps = [
        (stations.STEP_WORDS[move], at.astimezone(zone).date())
        for move, at in values.values_list("move", "occurred_at")
    ]
    loose = latest().filter(case=case).exclude(move=Move.ADDED_TO_KIT)
    where = [
        _HER_WORDS[
            stations.station(event.thing.thing, Move(event.move), event.actor_role)
        ]
        for event in loose.select_related("item", "kit")
    ]
    kept = Retention.objects.filter(case=case).aggregate(until=Max("until"))
    return HerSteps(
        tuple(dict.fromkeys(steps)), tuple(dict.fromkeys(where)), kept["until"]
    )
