"""Everything a page or a paper says about one kit or item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from centre.chain_of_custody.models import CustodyEvent, Item, Kit
from centre.chain_of_custody.queries.entries import marks
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
from centre.chain_of_custody.rules.discrepancies import PACKAGES, Question
from centre.chain_of_custody.rules.fold import Condition, Outcome, Standing, apply, fold
from centre.chain_of_custody.rules.moves import Move, State, Thing
from centre.chain_of_custody.rules.samples import NOT_TAKEN
from centre.core.drawings.custody_line import Holding
from centre.core.models import Case, Centre
from centre.core.permissions import Role

Names = dict[UUID, str]


@dataclass(frozen=True)
class Told:
    """One event as it is read: who, from whom, where, and in whose words."""

    event: CustodyEvent
    via_kit: bool
    who: str
    role: str
    organisation: str
    other: str
    place: str
    seal: str
    condition: str
    words: tuple[str, ...]
    late_reason: str
    is_question: bool


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


def dossier(package: Package, *, below: int | None = None) -> Dossier:
    """Read everything about one thing, in a fixed number of queries.

    With `below`, only what stands in the log before that position: how the thing
    stood under an earlier head.
    """
    lines = history(package)
    if below is not None:
        at = marks(line.event for line in lines)
        lines = [line for line in lines if at[line.event.pk].n < below]
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
        told=tuple(_told(line, places) for line in lines),
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
        before, standing = standing, apply(standing, line.fact)
        if line.event.move == Move.DISCREPANCY_RAISED and current is not None:
            current = replace(current, discrepancy="Discrepancy")
        if current is not None and _same_hands(before, standing):
            continue
        if current is not None:
            yield replace(current, until=line.event.occurred_at)
        current = Holding(
            holder="The store"
            if standing.state is State.STORED
            else holder_words(standing, names, centre),
            place=places.get(standing.place, "") if standing.place else "",
            since=line.event.occurred_at,
            open_transfer=standing.transfer is not None,
        )
    if current is not None:
        yield current


def _same_hands(one: Standing, other: Standing) -> bool:
    return (one.holder, one.place, one.transfer, one.state is State.OUT_OF_SYSTEM) == (
        other.holder,
        other.place,
        other.transfer,
        other.state is State.OUT_OF_SYSTEM,
    )


def _told(line: Line, places: dict[UUID, str]) -> Told:
    event = line.event
    details: dict[str, Any] = event.details or {}
    actor = details.get("actor", {})
    return Told(
        event=event,
        via_kit=line.via_kit,
        who=actor.get("name", ""),
        role=_role_words(actor.get("role", event.actor_role)),
        organisation=actor.get("organisation", ""),
        other=_other(event, details),
        place=places.get(event.place_id, "") if event.place_id else "",
        seal=_seal_words(event),
        condition=Condition(event.seal_condition).words if event.seal_condition else "",
        words=tuple(_words(event, details)),
        late_reason=details.get("late_reason", ""),
        is_question=event.move == Move.DISCREPANCY_RAISED,
    )


def _other(event: CustodyEvent, details: dict[str, Any]) -> str:
    """The person on the other side, if the event has one."""
    receiver = details.get("receiver")
    if isinstance(receiver, dict):
        return f"{receiver['name']}, {receiver['rank']}, {receiver['organisation']}"
    if receiver:
        return f"{receiver}, {details.get('organisation', '')}".rstrip(", ")
    return event.counterpart.name if event.counterpart else ""


def _seal_words(event: CustodyEvent) -> str:
    before, after = event.seal_before, event.seal_after
    if before and after and before != after:
        return f"{before} → {after}"
    return after or before


def _words(event: CustodyEvent, details: dict[str, Any]) -> Iterator[str]:
    if event.reason_code:
        yield _reason(event)
    if event.package_condition not in {"", "intact"}:
        package = PACKAGES.get(event.package_condition, event.package_condition)
        yield f"Package: {package.lower()}"
    for key, label in _LABELLED.items():
        if details.get(key):
            yield f"{label}{details[key]}"


_LABELLED = {
    "words": "",
    "safeguarding": "Done at once: ",
    "temperature": "Temperature: ",
    "unfit_reason": "Kept there because: ",
    "basis_text": "Ground: ",
    "purpose": "Purpose: ",
    "conveyance": "Conveyance: ",
    "note": "",
}


def _reason(event: CustodyEvent) -> str:
    code = event.reason_code
    if event.move == Move.DISCREPANCY_RAISED:
        return Question(code).words
    if event.move == Move.DISCREPANCY_RESOLVED:
        return Outcome(code).words
    return NOT_TAKEN.get(code, code.replace("_", " ").capitalize())


def _role_words(role: str) -> str:
    return Role(role).words if role in set(Role) else role


def _names(lines: Iterable[Line]) -> Names:
    names: Names = {}
    for line in lines:
        for person in (line.event.actor, line.event.counterpart):
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
