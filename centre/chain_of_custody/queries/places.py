"""Places as people read them: from the room down to the box."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from centre.chain_of_custody.models import Location
from centre.core.models import Centre

_DEEPEST = 12


@dataclass(frozen=True)
class Spot:
    """A place with the way to it, and how deep in the tree it is."""

    location: Location
    path: str
    depth: int


def spots(centre: Centre) -> list[Spot]:
    """Every place of a centre in the order of the tree, in one query."""
    known = {p.pk: p for p in Location.objects.filter(centre=centre)}
    found = [_spot(place, known) for place in known.values()]
    return sorted(found, key=lambda spot: spot.path.casefold())


def paths(centre: Centre) -> dict[UUID, str]:
    """The way to every place of a centre, by the place's id."""
    return {spot.location.pk: spot.path for spot in spots(centre)}


def _spot(place: Location, known: dict[UUID, Location]) -> Spot:
    names = [place.name]
    above = known.get(place.parent_id) if place.parent_id else None
    while above is not None and len(names) < _DEEPEST:
        names.append(above.name)
        above = known.get(above.parent_id) if above.parent_id else None
    return Spot(place, ", ".join(reversed(names)), len(names) - 1)
