"""Events of kits and items in their order, and how things stand after them.

An item's history is its own events and, from the moment it lies in a sealed kit, the
kit's: stored once, shown on each item as having come by way of the kit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from centre.chain_of_custody.models import CustodyEvent, InTransit, Item, Kit
from centre.chain_of_custody.rules.fold import Fact, Standing, fold
from centre.chain_of_custody.rules.moves import Move, Thing
from centre.core.models import Case, Centre

Package = Kit | Item


@dataclass(frozen=True)
class Line:
    """One event as it reads in the history of one thing."""

    event: CustodyEvent
    via_kit: bool = False

    @property
    def fact(self) -> Fact:
        """For the fold."""
        return self.event.fact(via_kit=self.via_kit)


def centre_of(package: Package) -> Centre:
    """Whose store a thing belongs to."""
    return package.centre if isinstance(package, Kit) else package.case.centre


def events(rows: QuerySet[CustodyEvent] | None = None) -> QuerySet[CustodyEvent]:
    """Events with everything a page or a paper says of them, in their order."""
    found = CustodyEvent.objects.all() if rows is None else rows
    return found.select_related(
        "case", "actor", "counterpart", "place", "place_from", "transfer", "container"
    ).order_by("number")


def history(package: Package) -> list[Line]:
    """Everything that happened to one thing."""
    return histories([package])[package.pk]


def standing(package: Package) -> Standing:
    """How one thing stands now."""
    return standing_after(package, history(package))


def standing_after(package: Package, lines: Iterable[Line]) -> Standing:
    """How a thing stands after these events of it."""
    return fold(Thing(package.thing), (line.fact for line in lines))


def histories(packages: Iterable[Package]) -> dict[UUID, list[Line]]:
    """The histories of many things, in one or two queries."""
    wanted = list(packages)
    own = _own_events(wanted)
    kits = {
        event.container_id
        for p in wanted
        for event in own[p.pk]
        if event.move == Move.ADDED_TO_KIT and event.container_id
    }
    of_kits = _own_events([], kits - set(own))
    of_kits.update({k: own[k] for k in kits & set(own)})
    return {p.pk: merged(own[p.pk], of_kits) for p in wanted}


def standings(packages: Iterable[Package]) -> dict[UUID, Standing]:
    """How many things stand, by their ids."""
    wanted = list(packages)
    lines = histories(wanted)
    return {p.pk: standing_after(p, lines[p.pk]) for p in wanted}


def merged(
    own: Sequence[CustodyEvent], of_kits: dict[UUID, list[CustodyEvent]]
) -> list[Line]:
    """A thing's own events and those of the kit it was put into."""
    lines = [Line(event) for event in own]
    added = next((e for e in own if e.move == Move.ADDED_TO_KIT), None)
    if added is None or added.container_id is None:
        return lines
    lines += [Line(e, via_kit=True) for e in _while_inside(added, of_kits)]
    return sorted(lines, key=lambda line: line.event.number)


def contents(kit: Kit) -> list[Item]:
    """The items that were put into a kit, in the order they went in."""
    return list(
        Item.objects.filter(
            custody__move=Move.ADDED_TO_KIT, custody__container=kit
        ).order_by("custody__number")
    )


def things_of(case: Case) -> list[Package]:
    """Every kit and item of a case."""
    kits = Kit.objects.filter(custody__move=Move.KIT_ISSUED, custody__case=case)
    return [*kits, *Item.objects.filter(case=case)]


def drift(case: Case) -> list[Package]:
    """Things whose place in an open transfer is not what their events tell."""
    rows = InTransit.objects.filter(transfer__case=case)
    marked = {r.item_id or r.kit_id: r.transfer_id for r in rows}
    things = things_of(case)
    stand = standings(things)
    return [t for t in things if stand[t.pk].transfer != marked.get(t.pk)]


def _own_events(
    packages: Iterable[Package], kits: Iterable[UUID] = ()
) -> dict[UUID, list[CustodyEvent]]:
    wanted = list(packages)
    kit_ids = {p.pk for p in wanted if isinstance(p, Kit)} | set(kits)
    item_ids = {p.pk for p in wanted if isinstance(p, Item)}
    found: dict[UUID, list[CustodyEvent]] = defaultdict(list)
    if not kit_ids and not item_ids:
        return found
    mine = Q(kit__in=kit_ids) if kit_ids else Q(pk__in=[])
    if item_ids:
        mine |= Q(item__in=item_ids)
    for event in events(CustodyEvent.objects.filter(mine)):
        key = event.item_id or event.kit_id
        if key is not None:
            found[key].append(event)
    return found


def _while_inside(
    added: CustodyEvent, of_kits: dict[UUID, list[CustodyEvent]]
) -> list[CustodyEvent]:
    """The kit's events from when the item went in until the kit was opened."""
    inside: list[CustodyEvent] = []
    for event in of_kits.get(added.container_id or UUID(int=0), []):
        if event.number > added.number:
            inside.append(event)
            if event.move == Move.SEAL_BROKEN:
                break
    return inside


def packages_around(items: Iterable[Item]) -> list[Package]:
    """The packages these items travel in: the sealed kit around them, or each alone."""
    wanted = list(items)
    stand = standings(wanted)
    kits = Kit.objects.in_bulk([s.kit for s in stand.values() if s.kit])
    alone = [item for item in wanted if stand[item.pk].kit is None]
    return [*kits.values(), *alone]
