"""The clocks of cases and places: whether the police know, when a shelf was counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Min, Q, QuerySet
from django.urls import reverse

from centre.chain_of_custody.models import (
    CustodyEvent,
    InTransit,
    InventoryEnd,
    Whereabouts,
)
from centre.chain_of_custody.queries.clock_readings import Running, readings, starts
from centre.chain_of_custody.queries.history import not_void
from centre.chain_of_custody.queries.inventory import tree
from centre.chain_of_custody.queries.reported import reported_since
from centre.chain_of_custody.queries.transfers import dues
from centre.chain_of_custody.rules.clocks import Mark, Scope
from centre.chain_of_custody.rules.fold import Reporting
from centre.chain_of_custody.rules.moves import Move, State
from centre.core import access, access_reviews
from centre.core.models import Centre, User
from centre.core.permissions import Permission, Role

_LAID = (Move.STORED, Move.MOVED, Move.CHECKED_IN, Move.TAKEN_OVER)


def of_cases(centre: Centre, by: User, at: datetime) -> Iterator[Running]:
    """Whether the police know of what was reported, where a law asks for it."""
    if not starts(Scope.CASE):
        return
    cases = access.cases(by, Permission.DISPOSAL_VIEW).filter(centre=centre)
    keyed = {c.pk: c for c in cases.filter(custody_events__isnull=False).distinct()}
    told = _told_of(reported_since(keyed, at))
    for key, own in told.items():
        href = reverse("case_evidence", args=[keyed[key].reference])
        for reading in readings(Scope.CASE, own, centre, at):
            yield Running(reading, f"Case {keyed[key]}", href, centre, str(keyed[key]))


def of_places(centre: Centre, at: datetime) -> Iterator[Running]:
    """When each place in which things lie was counted last, by itself or around."""
    lying = Whereabouts.objects.filter(centre=centre, state=State.STORED)
    places = lying.order_by().values("place")
    used = CustodyEvent.objects.filter(place__in=places, move__in=_LAID)
    named = used.order_by().values_list("place", "place__name")
    first = {
        key: (name, since) for key, name, since in named.annotate(Min("occurred_at"))
    }
    ends = InventoryEnd.objects.filter(inventory__centre=centre).order_by("closed_at")
    counted = dict(ends.values_list("inventory__place", "closed_at"))
    above = tree(centre).above
    for key, (name, since) in first.items():
        around = [key, *above.get(key, ())]
        newest = max([since, *(counted[k] for k in around if k in counted)])
        for reading in readings(Scope.PLACE, [Mark("counted", newest)], centre, at):
            yield Running(reading, name, reverse("inventories"), centre)


def of_centre(centre: Centre, by: User, at: datetime) -> Iterator[Running]:
    """When somebody last went through who has access, for who is to do it."""
    if not access.holds(by, Permission.ACCESS_REVIEW, centre):
        return
    review = access_reviews.newest(centre)
    since = review.reviewed_at if review else centre.opened_at
    for reading in readings(Scope.CENTRE, [Mark("reviewed", since)], centre, at):
        yield Running(reading, str(centre), reverse("review_access"), centre)


def of_transfers(centre: Centre, by: User, at: datetime) -> Iterator[Running]:
    """Hand-overs without a request that nobody has confirmed; they never end alone.

    Those of a request stand among the clocks of the request.
    """
    open_ones = InTransit.objects.filter(
        transfer__case__centre=centre,
        transfer__lines__isnull=True,
    ).select_related("transfer__case", "item", "kit")
    seen = access.within(open_ones, by, Permission.DISPOSAL_VIEW, path="transfer__case")
    marked = {row.transfer_id: row for row in seen}
    until = dues(row.transfer for row in marked.values())
    for mark in marked.values():
        transfer, thing = mark.transfer, mark.item or mark.kit
        if thing is None:
            continue
        told = [Mark("offered", transfer.released_at, due=until[transfer.pk])]
        href = reverse(f"disposal_{thing.thing}", args=[thing.code])
        for reading in readings(Scope.REQUEST, told, centre, at):
            case = str(transfer.case)
            yield Running(reading, str(transfer), href, centre, case)


def _told_of(reported: dict[UUID, datetime]) -> dict[UUID, list[Mark]]:
    """The marks of each case that is reported, in their order."""
    told: dict[UUID, list[Mark]] = defaultdict(list)
    for key, since in reported.items():
        told[key].append(Mark("reported", since))
    rows = not_void(_to_police(reported)).order_by("number")
    for key, move, code, when in rows.values_list(
        "case", "move", "reason_code", "occurred_at"
    ):
        if move != Move.REPORTING_CHANGED:
            word = "police_told" if move == Move.POLICE_TOLD else "handed_over"
            told[key].append(Mark(word, when))
        elif code != Reporting.REPORTED:
            told[key].append(Mark("unreported", when))
    return {k: sorted(own, key=lambda mark: mark.at) for k, own in told.items()}


def _to_police(cases: Collection[UUID]) -> QuerySet[CustodyEvent]:
    moves = [Move.POLICE_TOLD, Move.HANDED_OUT, Move.REPORTING_CHANGED]
    received = Q(move=Move.RECEIVED, actor_role=Role.INVESTIGATOR)
    return CustodyEvent.objects.filter(Q(move__in=moves) | received, case__in=cases)
