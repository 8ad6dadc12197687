"""Events of kits and items in their order, and how things stand after them.

An item's history is its own events and, from the moment it lies in a sealed kit, the
kit's: stored once, shown on each item as having come by way of the kit.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from centre.chain_of_custody.models import CustodyEvent, Item, Kit
from centre.chain_of_custody.rules.corrections import (
    COLUMNS,
    CORRECTING,
    Correction,
    Effect,
    Field,
    effect_of,
)
from centre.chain_of_custody.rules.fold import Fact, Standing, fold
from centre.chain_of_custody.rules.moves import Move, Thing
from centre.core.models import Case, Centre
from centre.vault.errors import KeyDestroyedError

Package = Kit | Item


@dataclass(frozen=True)
class Line:
    """One event as it reads in the history of one thing.

    `event` is the row as it was written; `now` says what counts after amendments.
    """

    event: CustodyEvent
    now: CustodyEvent
    via_kit: bool = False
    is_void: bool = False
    corrections: tuple[CustodyEvent, ...] = ()

    @property
    def fact(self) -> Fact:
        """For the fold."""
        return self.now.fact(via_kit=self.via_kit)


class Corrected:
    """Events with what their amendments and voids make of them."""

    def __init__(
        self, events: Iterable[CustodyEvent], supposed: Correction | None = None
    ) -> None:
        known = sorted(events, key=lambda event: event.number)
        self._correcting = {e.pk: e for e in known if e.move in CORRECTING}
        found = [correction(e) for e in self._correcting.values()]
        self._effect: Effect = effect_of([*found, supposed] if supposed else found)

    def line(self, event: CustodyEvent, *, via_kit: bool = False) -> Line:
        """One event with what counts of it."""
        values = self._effect.values.get(event.pk, {})
        found = self._effect.by.get(event.pk, ())
        return Line(
            event=event,
            now=amended(event, values) if values else event,
            via_kit=via_kit,
            is_void=event.pk in self._effect.void,
            corrections=tuple(
                self._correcting[key] for key in found if key in self._correcting
            ),
        )

    def is_void(self, event: CustodyEvent) -> bool:
        """Whether an event was entered in error."""
        return event.pk in self._effect.void


def correction(event: CustodyEvent) -> Correction:
    """What a correcting event says; once its words are destroyed, no more than that."""
    about = event.about_id or event.pk
    if event.move == Move.VOIDED:
        return Correction(event.pk, about)
    try:
        told = event.details or {}
    except KeyDestroyedError:
        told = {}
    return Correction(event.pk, about, told.get("field", "-"), told.get("new", ""))


def amended(event: CustodyEvent, values: Mapping[str, str]) -> CustodyEvent:
    """A copy of an event that says what its amendments say; never stored."""
    found = copy.copy(event)
    details = dict(event.details or {})
    for name, new in values.items():
        if name == Field.TIME:
            found.occurred_at = datetime.fromisoformat(new)
            details.pop("when", None)  # the words of a paper that was less exact
        elif name in {Field.PLACE, Field.PERSON}:
            setattr(found, f"{name}_id", UUID(new) if new else None)
        elif name in COLUMNS:
            setattr(found, name, new)
        else:
            details[name] = new
    found.details = details
    return found


def not_void(rows: QuerySet[CustodyEvent]) -> QuerySet[CustodyEvent]:
    """Of these events, those that were not entered in error."""
    voids = CustodyEvent.objects.filter(about=OuterRef("pk"), move=Move.VOIDED)
    return rows.filter(~Exists(voids))


def centre_of(package: Package) -> Centre:
    """Whose store a thing belongs to."""
    return package.centre if isinstance(package, Kit) else package.case.centre


def events(rows: QuerySet[CustodyEvent] | None = None) -> QuerySet[CustodyEvent]:
    """Events with everything a page or a paper says of them, in their order."""
    found = CustodyEvent.objects.all() if rows is None else rows
    return found.select_related(
        "case",
        "actor",
        "counterpart",
        "place",
        "place_from",
        "transfer",
        "container",
        "about",
    ).order_by("number")


def history(package: Package) -> list[Line]:
    """Everything that happened to one thing."""
    return histories([package])[package.pk]


def standing(package: Package) -> Standing:
    """How one thing stands now."""
    return standings([package])[package.pk]


def standing_after(package: Package, lines: Iterable[Line]) -> Standing:
    """How a thing stands after these events of it."""
    return fold(Thing(package.thing), facts(lines))


def facts(lines: Iterable[Line]) -> list[Fact]:
    """The effective sequence: what counts of each event, without the void ones."""
    return [line.fact for line in lines if not line.is_void]


def histories(
    packages: Iterable[Package], supposed: Correction | None = None
) -> dict[UUID, list[Line]]:
    """The histories of many things, in one or two queries.

    With `supposed`, as they would read with one more correction.
    """
    return _lines(list(packages), supposed, events())


def _lines(
    wanted: Sequence[Package], supposed: Correction | None, rows: QuerySet[CustodyEvent]
) -> dict[UUID, list[Line]]:
    own = _own_events(rows, wanted)
    kits = {
        event.container_id
        for p in wanted
        for event in own[p.pk]
        if event.move == Move.ADDED_TO_KIT and event.container_id
    }
    of_kits = _own_events(rows, [], kits - set(own))
    of_kits.update({k: own[k] for k in kits & set(own)})
    return {p.pk: merged(own[p.pk], of_kits, supposed) for p in wanted}


def standings(packages: Iterable[Package]) -> dict[UUID, Standing]:
    """How many things stand, by their ids."""
    wanted = list(packages)
    lines = _lines(wanted, None, CustodyEvent.objects.order_by("number"))
    return {p.pk: standing_after(p, lines[p.pk]) for p in wanted}


def merged(
    own: Sequence[CustodyEvent],
    of_kits: dict[UUID, list[CustodyEvent]],
    supposed: Correction | None = None,
) -> list[Line]:
    """A thing's own events and those of the kits it was put into, as corrected."""
    kits = {e.container_id for e in own if e.move == Move.ADDED_TO_KIT}
    around = [e for key in kits if key for e in of_kits.get(key, [])]
    known = Corrected([*own, *around], supposed)
    lines = [known.line(event) for event in own]
    added = [e for e in own if e.move == Move.ADDED_TO_KIT and not known.is_void(e)]
    inside = {e.pk: e for one in added for e in _while_inside(one, of_kits, known)}
    lines += [known.line(event, via_kit=True) for event in inside.values()]
    return sorted(lines, key=lambda line: line.event.number)


def contents(kit: Kit) -> list[Item]:
    """The items that were put into a kit, in the order they went in."""
    added = not_void(CustodyEvent.objects.filter(move=Move.ADDED_TO_KIT, container=kit))
    events = added.select_related("item__case").order_by("number")
    return list({e.item_id: e.item for e in events if e.item is not None}.values())


def things_of(case: Case) -> list[Package]:
    """Every kit and item of a case."""
    kits = Kit.objects.filter(custody__move=Move.KIT_ISSUED, custody__case=case)
    return [*kits, *Item.objects.filter(case=case)]


def _own_events(
    rows: QuerySet[CustodyEvent],
    packages: Iterable[Package],
    kits: Iterable[UUID] = (),
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
    for event in rows.filter(mine):
        key = event.item_id or event.kit_id
        if key is not None:
            found[key].append(event)
    return found


def _while_inside(
    added: CustodyEvent, of_kits: dict[UUID, list[CustodyEvent]], known: Corrected
) -> list[CustodyEvent]:
    """The kit's events from when the item went in until the kit was opened.

    Corrections of these events are told with them, whenever they were written.
    """
    inside: list[CustodyEvent] = []
    events = of_kits.get(added.container_id or UUID(int=0), [])
    later = [e for e in events if e.number > added.number]
    for event in later:
        if event.move in CORRECTING:
            continue
        inside.append(event)
        if event.move == Move.SEAL_BROKEN and not known.is_void(event):
            break
    corrected = [c for e in inside for c in known.line(e).corrections]
    return [*inside, *corrected]


def packages_around(items: Iterable[Item]) -> list[Package]:
    """The packages these items travel in: the sealed kit around them, or each alone."""
    wanted = list(items)
    stand = standings(wanted)
    kits = Kit.objects.in_bulk([s.kit for s in stand.values() if s.kit])
    alone = [item for item in wanted if stand[item.pk].kit is None]
    return [*kits.values(), *alone]
