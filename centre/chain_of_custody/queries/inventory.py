"""An inventory as it stands: what should lie there, what was scanned, what remains."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from centre.chain_of_custody.models import (
    CustodyEvent,
    Inventory,
    InventoryEnd,
    Item,
    Kit,
    Location,
    SpotCheck,
    SpotCheckEnd,
    Whereabouts,
)
from centre.chain_of_custody.queries.history import Package
from centre.chain_of_custody.rules.moves import Move, State
from centre.core.models import Centre


@dataclass(frozen=True)
class Progress:
    """How far the scanning is."""

    seen: int
    due: int
    missing: tuple[str, ...]
    spare: int


@dataclass(frozen=True)
class Tree:
    """The places of a store: what lies inside each, and what is around it."""

    below: dict[UUID, frozenset[UUID]]
    above: dict[UUID, frozenset[UUID]]


def of_centre(centre: Centre) -> QuerySet[Inventory]:
    """Every inventory of a store, the newest first."""
    return Inventory.objects.filter(centre=centre).select_related("place", "end")


def tree(centre: Centre) -> Tree:
    """The store's places in one query."""
    rows = Location.objects.filter(centre=centre).values_list("pk", "parent")
    parents = dict(rows)
    above = {key: frozenset(_up(key, parents)) for key in parents}
    below = {
        key: frozenset({key, *(k for k, around in above.items() if key in around)})
        for key in parents
    }
    return Tree(below, above)


def due_at(place: Location, places: Tree) -> QuerySet[Whereabouts]:
    """What should lie at a place or inside it by itself, not in a kit."""
    return loose_in_store(place.centre).filter(place__in=places.below[place.pk])


def loose_in_store(centre: Centre) -> QuerySet[Whereabouts]:
    """Every kit and loose item that should lie somewhere in this store."""
    return Whereabouts.objects.filter(
        centre=centre, state=State.STORED, inside__isnull=True
    )


def progress(inventory: Inventory) -> Progress:
    """How many of how many were scanned, and the codes that were not yet."""
    due = due_at(inventory.place, tree(inventory.centre))
    pairs = due.values_list("item__code", "kit__code")
    codes = {item or kit for item, kit in pairs}
    scanned = set(inventory.scans.values_list("code", flat=True))
    return Progress(
        seen=len(codes & scanned),
        due=len(codes),
        missing=tuple(sorted(codes - scanned)),
        spare=len(scanned - codes),
    )


def packages_of(codes: Iterable[str], centre: Centre) -> dict[str, Package]:
    """The kits and items of a centre with these codes; kits in stock left out."""
    wanted = list(codes)
    items = Item.objects.filter(code__in=wanted, case__centre=centre)
    kits = Kit.objects.filter(code__in=wanted, centre=centre)
    given = kits.filter(custody__move=Move.KIT_ISSUED).prefetch_related("custody__case")
    found: list[Package] = [*items.select_related("case"), *given]
    return {package.code: package for package in found}


def spot_checks_of(centre: Centre) -> QuerySet[SpotCheck]:
    """Every spot check of a store, the newest first."""
    return SpotCheck.objects.filter(centre=centre).select_related("drawn_by", "end")


def drawn(spot_check: SpotCheck) -> list[Whereabouts]:
    """What was drawn, as it stands now, by its place."""
    codes = set(spot_check.codes)
    rows = Whereabouts.objects.filter(
        Q(item__code__in=codes) | Q(kit__code__in=codes), centre=spot_check.centre
    )
    told = rows.select_related("item__case", "kit", "case", "place")
    return list(told.order_by("place__name", "pk"))


def differences(
    centre: Centre, end: InventoryEnd | SpotCheckEnd
) -> QuerySet[CustodyEvent]:
    """What a closed inventory or spot check wrote, the graver first."""
    return (
        CustodyEvent.objects.filter(
            centre=centre,
            recorded_at=end.closed_at,
            actor=end.closed_by,
            move__in=[Move.INVENTORY_SEEN, Move.INVENTORY_NOT_SEEN, Move.NOTE_ADDED],
        )
        .filter(~Q(reason_code="") | Q(move=Move.INVENTORY_NOT_SEEN))
        .select_related("item", "kit", "place", "place_from")
        .order_by("reason_code", "recorded_at", "pk")
    )


def _up(key: UUID, parents: dict[UUID, UUID | None]) -> list[UUID]:
    found: list[UUID] = []
    above = parents.get(key)
    while above is not None and above not in found:
        found.append(above)
        above = parents.get(above)
    return found
