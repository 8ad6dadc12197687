"""Transfers, their packages and where they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from centre.chain_of_custody.models import (
    CustodyEvent,
    InTransit,
    Item,
    Kit,
    OverdueMark,
    Transfer,
)
from centre.chain_of_custody.queries.entries import assurances
from centre.chain_of_custody.queries.history import Package
from centre.chain_of_custody.queries.lists import latest
from centre.chain_of_custody.rules import handover
from centre.chain_of_custody.rules.moves import Move
from centre.core import access
from centre.core.assurance import Assurance
from centre.core.models import Centre, User
from centre.core.permissions import Permission, Role

_HELD_SINCE = (Move.RECEIVED, Move.UNEXPECTED_RECEIPT, Move.RESEALED)
_LEFT = (Move.RECEIVED, Move.HANDED_OUT)


def packages_of(transfer: Transfer) -> list[Package]:
    """The kits and items that were released under a transfer, in their order."""
    released = CustodyEvent.objects.filter(transfer=transfer, move=Move.RELEASED)
    rows = released.select_related("kit", "item__case").order_by("number")
    return [event.thing for event in rows]


def releases_of(transfer: Transfer) -> dict[UUID, CustodyEvent]:
    """The releasing event of each package of a transfer, by the package's id."""
    released = CustodyEvent.objects.filter(transfer=transfer, move=Move.RELEASED)
    return {e.item_id or e.kit_id or e.pk: e for e in released}


def travelling_packages(transfer: Transfer) -> list[Package]:
    """Of its packages, those that still travel."""
    marked = transfer.under_way.all()
    going = {row.kit_id for row in marked} | {row.item_id for row in marked}
    return [package for package in packages_of(transfer) if package.pk in going]


def is_open(transfer: Transfer) -> bool:
    """Whether it was released and nobody has received or cancelled it."""
    return transfer.under_way.exists()


def is_picked_up(transfer: Transfer) -> bool:
    """Whether a courier carries it."""
    return transfer.events.filter(move=Move.PICKED_UP).exists()


def is_refused(transfer: Transfer) -> bool:
    """Whether the receiver did not accept it."""
    return transfer.events.filter(move=Move.RECEIPT_REFUSED).exists()


def due_at(transfer: Transfer) -> datetime:
    """Until when the receiver confirms."""
    return handover.due_at(
        transfer.released_at,
        transfer.expected_at,
        is_by_courier=is_picked_up(transfer),
    )


def dues(transfers: Iterable[Transfer]) -> dict[UUID, datetime]:
    """Until when the receiver of each confirms, in one query."""
    known = {transfer.pk: transfer for transfer in transfers}
    events = CustodyEvent.objects.filter(transfer__in=known, move=Move.PICKED_UP)
    carried = set(events.order_by().values_list("transfer", flat=True))
    return {
        key: handover.due_at(t.released_at, t.expected_at, is_by_courier=key in carried)
        for key, t in known.items()
    }


def last_departure(package: Package) -> CustodyEvent | None:
    """How the thing last came into hands outside the centre."""
    rows = CustodyEvent.objects.filter(
        **{package.thing.value: package}, move__in=_LEFT, transfer__isnull=False
    )
    return rows.select_related("transfer").order_by("-number").first()


def open_transfers(rows: QuerySet[Transfer]) -> QuerySet[Transfer]:
    """Of these, the ones under way, with what lists say of them."""
    found = rows.filter(under_way__isnull=False).distinct()
    return found.select_related("case__centre", "released_by", "receiver", "overdue")


def late_transfers(centre: Centre, at: datetime) -> list[Transfer]:
    """Open hand-overs past their time that nobody marked yet."""
    marked = OverdueMark.objects.filter(transfer=OuterRef("pk"))
    rows = Transfer.objects.filter(
        ~Exists(marked), case__centre=centre, released_at__lt=at - handover.BY_HAND
    )
    return [t for t in open_transfers(rows) if due_at(t) < at]


def within_reach(by: User) -> QuerySet[Transfer]:
    """Transfers the person has a side of, or keeps the store of."""
    store = access.cases(by, Permission.ITEM_RELEASE)
    receives = access.centres(by, Permission.ITEM_RECEIVE)
    sides = Q(receiver=by) | Q(released_by=by)
    rows = Transfer.objects.filter(
        Q(case__in=store) | (sides & Q(case__centre__in=receives))
    )
    return rows.select_related("case__centre", "released_by", "receiver", "overdue")


def held_by(person: User) -> list[Package]:
    """What an outside holder has in her hands, as her own receipts tell."""
    rows = latest().filter(move__in=_HELD_SINCE, actor=person)
    found = rows.select_related("item__case__centre", "kit__centre", "case")
    return [event.thing for event in found.order_by("recorded_at")]


def events_of(transfer: Transfer) -> list[CustodyEvent]:
    """Everything that happened under a transfer, in its order."""
    rows = transfer.events.select_related("kit", "item", "actor", "counterpart")
    return list(rows.order_by("number"))


def is_questioned(transfers: Iterable[Transfer], by: User) -> bool:
    """Whether what this person saw at these hand-overs differs from the record."""
    raised = CustodyEvent.objects.filter(move=Move.DISCREPANCY_RAISED, actor=by)
    return raised.filter(about__transfer__in=list(transfers)).exists()


def names_of(packages: Iterable[Package]) -> dict[str, str]:
    """How each package is called, by its code."""
    return {package.code: str(package) for package in packages}


def leg_of(transfer: Transfer) -> handover.Leg:
    """How far a hand-over got."""
    moves = set(transfer.events.values_list("move", flat=True))
    return handover.leg_of(moves, is_open=is_open(transfer))


def side_of(transfer: Transfer, by: User) -> handover.Side:
    """On which side of a hand-over a person stands."""
    if transfer.released_by_id == by.pk:
        return handover.Side.GIVER
    if transfer.receiver_id == by.pk:
        return handover.Side.RECEIVER
    if access.holds(by, Permission.ITEM_RELEASE, transfer.case):
        return handover.Side.STORE
    return handover.Side.NONE


def is_back(transfer: Transfer) -> bool:
    """Whether an outside holder sends it back to the centre."""
    return bool(transfer.details.get("is_back"))


def package_of_code(code: str, centre: Centre) -> Package | None:
    """The kit or item of a centre with exactly this code, whoever asks."""
    item = Item.objects.filter(code=code, case__centre=centre)
    kit = Kit.objects.filter(code=code, centre=centre, custody__isnull=False)
    return item.select_related("case__centre").first() or kit.distinct().first()


@dataclass(frozen=True)
class Listed:
    """A hand-over as a list tells it."""

    transfer: Transfer
    leg: handover.Leg
    packages: int
    is_late: bool


def listed(rows: QuerySet[Transfer]) -> QuerySet[Transfer]:
    """Open hand-overs first, the newest of each first."""
    going = InTransit.objects.filter(transfer=OuterRef("pk"))
    return rows.annotate(is_going=Exists(going)).order_by("-is_going", "-released_at")


def told(transfers: Sequence[Transfer], at: datetime) -> list[Listed]:
    """Where each of these stands, in a constant number of queries."""
    events = CustodyEvent.objects.filter(transfer__in=transfers)
    moves: dict[UUID | None, list[str]] = defaultdict(list)
    for key, move in events.values_list("transfer", "move"):
        moves[key].append(move)
    marked = InTransit.objects.filter(transfer__in=transfers)
    going = set(marked.values_list("transfer", flat=True))
    found = []
    for transfer in transfers:
        made = moves[transfer.pk]
        leg = handover.leg_of(set(made), is_open=transfer.pk in going)
        due = handover.due_at(
            transfer.released_at,
            transfer.expected_at,
            is_by_courier=Move.PICKED_UP in made,
        )
        late = transfer.pk in going and due < at
        found.append(Listed(transfer, leg, made.count(Move.RELEASED), late))
    return found


def sides_of(
    transfer: Transfer, events: Sequence[CustodyEvent]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Giver and receiver as the two-sided part of a page tells them."""
    released = next((e for e in events if e.move == Move.RELEASED), None)
    ended = next((e for e in events if e.move in _LEFT), None)
    sure = assurances(e for e in (released, ended) if e)
    giver = {"name": transfer.released_by.name}
    if released is not None:
        giver = _side(released, sure[released.pk])
    if ended is None:
        expected = str(transfer.details.get("receiver") or "")
        organisation = transfer.details.get("organisation")
        return giver, {"name": expected, "role": organisation}
    outsider = (ended.details or {}).get("receiver")
    receiver = _side(ended, sure[ended.pk])
    if outsider:
        role = outsider.get("rank") or "Receiver"
        receiver |= {"name": outsider["name"], "role": role}
        receiver["organisation"] = outsider["organisation"]
    return giver, receiver


def _side(event: CustodyEvent, sure: Assurance) -> dict[str, Any]:
    actor = (event.details or {}).get("actor", {})
    role = str(actor.get("role", ""))
    return {
        "name": actor.get("name", event.actor.name),
        "role": Role(role).words if role in set(Role) else role,
        "organisation": actor.get("organisation", ""),
        "at": event.local,
        "how": f"Signed ({sure.words.lower()})",
    }
