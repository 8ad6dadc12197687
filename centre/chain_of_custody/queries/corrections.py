"""What of an event can be corrected, what it says now, and who waits for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from centre.chain_of_custody.models import CustodyEvent, Location
from centre.chain_of_custody.queries.history import Corrected, Line, not_void
from centre.chain_of_custody.queries.places import paths
from centre.chain_of_custody.rules.codes import read_scan
from centre.chain_of_custody.rules.corrections import (
    COLUMNS,
    CORRECTING,
    Field,
)
from centre.chain_of_custody.rules.discrepancies import PACKAGES
from centre.chain_of_custody.rules.fold import Condition
from centre.chain_of_custody.rules.moves import Move
from centre.core.errors import RuleError
from centre.core.models import Membership, Proposal, User
from centre.core.two_person import TwoPersonAct

_KEYS = {Field.PLACE, Field.PERSON}
_ALWAYS = (Field.TIME, Field.NOTE)


@dataclass(frozen=True)
class Stands:
    """An event as it stands: itself, the one it corrects at last, and what counts."""

    event: CustodyEvent
    root: CustodyEvent
    now: CustodyEvent
    is_void: bool
    borne: tuple[Field, ...]


def stands(event: CustodyEvent) -> Stands:
    """What an event says now, and which of its fields can be amended."""
    line = _line(event)
    if event.move != Move.AMENDED:
        return Stands(event, event, line.now, line.is_void, _borne(line.now))
    root = _root(event)
    told = _line(root)
    field = (event.details or {}).get("field", "")
    borne = (Field(field),) if field in set(Field) else ()
    return Stands(event, root, told.now, told.is_void, borne)


def value_of(event: CustodyEvent, field: Field) -> str:
    """One field of an event as the record keeps it."""
    if field is Field.TIME:
        return event.occurred_at.isoformat()
    if field in _KEYS:
        key = getattr(event, f"{field}_id")
        return str(key) if key else ""
    if field in COLUMNS:
        return str(getattr(event, field))
    return str((event.details or {}).get(field, ""))


def readable(event: CustodyEvent, field: Field, value: str) -> str:
    """The same for the eye."""
    if not value:
        return "nothing"
    if field is Field.TIME:
        local = datetime.fromisoformat(value).astimezone(ZoneInfo(event.zone))
        return f"{local:%d %b %Y %H:%M}, {event.zone}"
    if field is Field.PLACE:
        return paths(event.centre).get(UUID(value), "an unknown place")
    if field is Field.PERSON:
        found = User.objects.filter(pk=UUID(value)).first()
        return found.name if found else "an unknown person"
    if field is Field.SEAL_CONDITION:
        return Condition(value).words
    return PACKAGES.get(value, value) if field is Field.PACKAGE else value


def is_questioned(event: CustodyEvent) -> bool:
    """Whether a discrepancy was raised about this event, or on this thing since."""
    root = _root(event)
    mine = {root.thing.thing.value: root.thing}
    rows = CustodyEvent.objects.filter(
        move=Move.DISCREPANCY_RAISED, number__gt=root.number, **mine
    )
    return not_void(rows).exists()


def dependants(event: CustodyEvent) -> int:
    """How many events point to this one and stand."""
    rows = CustodyEvent.objects.filter(about=event)
    return not_void(rows).exclude(move__in=CORRECTING).count()


def place_key(event: CustodyEvent, scanned: str) -> str:
    """The place a code belongs to, of the same store."""
    found = Location.objects.filter(centre=event.centre, code=read_scan(scanned))
    place = found.first()
    if place is None:
        raise RuleError("No place of this store has this code. Scan it once more.")
    return str(place.pk)


def person_key(event: CustodyEvent, key: str) -> str:
    """A person who is or was at this centre, other than who signed."""
    try:
        wanted = UUID(key)
    except ValueError as error:
        raise RuleError("Choose the person it really was.") from error
    posts = Membership.objects.filter(centre=event.centre, user=wanted)
    if wanted == event.actor_id or not posts.exists():
        raise RuleError("Choose another person of this centre.")
    return str(wanted)


def waiting(event: CustodyEvent, at: datetime) -> list[Proposal]:
    """Corrections of this event that were proposed and are not carried out yet."""
    rows = Proposal.objects.filter(
        case=event.case,
        act__in=[TwoPersonAct.CUSTODY_AMENDMENT, TwoPersonAct.CUSTODY_VOID],
        expires_at__gt=at,
        execution__isnull=True,
    )
    refused = rows.filter(answers__is_refused=True)
    found = rows.exclude(pk__in=refused.values("pk")).prefetch_related("answers")
    return [p for p in found if p.content["payload"].get("event") == str(event.pk)]


def event_of(proposal: Proposal) -> CustodyEvent:
    """The event a proposal is about."""
    try:
        key = UUID(proposal.content["payload"]["event"])
    except (KeyError, ValueError):
        key = proposal.pk
    found = CustodyEvent.objects.filter(pk=key, case=proposal.case).first()
    if found is None:
        raise RuleError("There is no such event in this case. Propose it anew.")
    return found


def _borne(event: CustodyEvent) -> tuple[Field, ...]:
    """What this event says, and so can be amended."""
    if event.move == Move.VOIDED:
        return (Field.NOTE,)
    details = event.details or {}
    found = set(_ALWAYS) | {f for f in Field if f in details and f not in COLUMNS}
    found |= {f for f in COLUMNS if value_of(event, f)}
    return tuple(f for f in Field if f in found)


def _line(event: CustodyEvent) -> Line:
    mine = {event.thing.thing.value: event.thing}
    rows = CustodyEvent.objects.filter(move__in=CORRECTING, **mine)
    return Corrected(rows.order_by("number")).line(event)


def _root(event: CustodyEvent) -> CustodyEvent:
    while event.move in CORRECTING and event.about is not None:
        event = event.about
    return event
