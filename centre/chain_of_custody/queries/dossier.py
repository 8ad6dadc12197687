"""Everything a page or a paper says about one kit or item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from centre.chain_of_custody.models import CustodyEvent, Item, Kit
from centre.chain_of_custody.queries.entries import places_of
from centre.chain_of_custody.queries.history import (
    Line,
    Package,
    centre_of,
    contents,
    history,
    standing_after,
    standings,
)
from centre.chain_of_custody.queries.places import paths
from centre.chain_of_custody.queries.told import Told, told
from centre.chain_of_custody.rules.fold import Standing, apply, fold
from centre.chain_of_custody.rules.moves import Move, State, Thing
from centre.core.assurance import Place
from centre.core.drawings.custody_line import Holding
from centre.core.models import Case, Centre

Names = dict[UUID, str]


@dataclass(frozen=True)
class Dossier:
    """A kit or an item with its history, and how it stands."""

    package: Package
    case: Case | None
    centre: Centre
    standing: Standing
    told: tuple[Told, ...]
    holder: str
    place: str
    holdings: tuple[Holding, ...]
    items: tuple[tuple[Item, Standing], ...]
    questions: tuple[CustodyEvent, ...]

    @property
    def state(self) -> State:
        """Its custody state."""
        return self.standing.state

    @property
    def amendments(self) -> int:
        """How many of its events are amendments."""
        return sum(line.event.move == Move.AMENDED for line in self.told)

    @property
    def voids(self) -> int:
        """How many of its events were entered in error."""
        return sum(line.is_void for line in self.told)

    @property
    def late(self) -> int:
        """How many of its events were written down late."""
        return sum(line.event.is_late for line in self.told)


def dossier(package: Package, *, under: Place | None = None) -> Dossier:
    """Read everything about one thing, in a fixed number of queries.

    With `under`, a log and its size, only what stood there then.
    """
    lines = history(package)
    if under is not None:
        then = places_of((line.event for line in lines), under=under)
        lines = [line for line in lines if line.event.pk in then]
    case = _case_of(package, lines)
    centre = case.centre if case else centre_of(package)
    places = paths(centre)
    names = _names(lines)
    standing = standing_after(package, lines)
    return Dossier(
        package=package,
        case=case,
        centre=centre,
        standing=standing,
        told=tuple(told(line, places) for line in lines),
        holder=holder_words(standing, names, centre),
        place=places.get(standing.place, "") if standing.place else "",
        holdings=tuple(holdings(package, lines, names, places, centre)),
        items=tuple(_inside(package)),
        questions=tuple(
            line.event for line in lines if line.event.pk in standing.questions
        ),
    )


def holder_words(standing: Standing, names: Names, centre: Centre) -> str:
    """Who holds a thing, as a person would say it."""
    if standing.state is State.OUT_OF_SYSTEM:
        return "An organisation outside this system"
    if standing.holder is not None:
        return names.get(standing.holder, "A member of staff")
    if standing.state is State.IN_TRANSIT:
        return "A courier"
    if standing.state in {State.STORED, State.STOCKED}:
        return centre.name
    return "Nobody"


def holdings(
    package: Package,
    lines: Iterable[Line],
    names: Names,
    places: dict[UUID, str],
    centre: Centre,
) -> Iterator[Holding]:
    """The hands a thing went through, one after another, for the custody line."""
    standing = fold(Thing(package.thing), ())
    current: Holding | None = None
    for line in lines:
        if line.is_void:
            continue
        before, standing = standing, apply(standing, line.fact)
        if line.event.move == Move.DISCREPANCY_RAISED and current is not None:
            current = replace(current, discrepancy="Discrepancy")
        if current is not None and _same_hands(before, standing):
            continue
        if current is not None:
            yield replace(current, until=line.now.occurred_at)
        current = Holding(
            holder="The store"
            if standing.state is State.STORED
            else holder_words(standing, names, centre),
            place=places.get(standing.place, "") if standing.place else "",
            since=_since(line),
            open_transfer=standing.transfer is not None,
        )
    if current is not None:
        yield current


def _since(line: Line) -> datetime:
    """From when we answer for it; what was before stands in the words of the paper."""
    is_earlier = line.event.move == Move.TAKEN_OVER
    return line.now.recorded_at if is_earlier else line.now.occurred_at


def _same_hands(one: Standing, other: Standing) -> bool:
    return (one.holder, one.place, one.transfer, one.state is State.OUT_OF_SYSTEM) == (
        other.holder,
        other.place,
        other.transfer,
        other.state is State.OUT_OF_SYSTEM,
    )


def _names(lines: Iterable[Line]) -> Names:
    names: Names = {}
    for line in lines:
        for person in (line.event.actor, line.now.counterpart):
            if person is not None:
                names[person.pk] = person.name
    return names


def _case_of(package: Package, lines: Iterable[Line]) -> Case | None:
    if isinstance(package, Item):
        return package.case
    return next((line.event.case for line in lines if line.event.case), None)


def _inside(package: Package) -> Iterator[tuple[Item, Standing]]:
    if not isinstance(package, Kit):
        return
    added = contents(package)
    known = {item.pk for item in added}
    others = [i for i in package.items.all() if i.pk not in known]
    stand = standings([*added, *others])
    for item in [*added, *others]:
        yield item, stand[item.pk]
