"""Many events of many things by one person at one moment, in a fixed number of steps.

The cases are locked in one order, each event has its next number, and all entries go
into the log under one lock: all of it or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Max

from centre.chain_of_custody.actions.docket import snapshot
from centre.chain_of_custody.actions.whereabouts import keep_rows
from centre.chain_of_custody.models import CustodyEvent, Item, Kit
from centre.chain_of_custody.queries.history import Package, contents, standings
from centre.chain_of_custody.queries.whereabouts import row_of
from centre.chain_of_custody.rules.checks import EntryMode
from centre.chain_of_custody.rules.moves import STATE_MOVES, Move
from centre.core import journal
from centre.core.journal import Deed
from centre.core.models import Case, Centre, User, acting_role
from centre.ledger.kinds import Kind


@dataclass(frozen=True)
class Due:
    """One event that is to be written, and the question it raises, if any."""

    package: Package
    case: Case
    move: Move
    columns: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    question: str = ""
    words: str = ""
    blob_sha256: str = ""


def lock(cases: Iterable[Case]) -> None:
    """Lock these cases, always in the same order."""
    keys = sorted({case.pk for case in cases})
    rows = (
        Case.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",))
    )
    list(rows.values_list("pk", flat=True))


def write_all(
    due: Sequence[Due], *, centre: Centre, by: User, at: datetime
) -> list[CustodyEvent]:
    """Write these events and their questions; the cases are locked already."""
    if not due:
        return []
    counted = _Counted(due)
    shared = _shared(centre, by, at)
    actor = snapshot(by, centre)
    made: list[CustodyEvent] = []
    blobs: dict[UUID, str] = {}
    for one in due:
        event = counted.event(one, one.move, shared, one.columns)
        event.details = {"actor": actor, **one.details}
        made.append(event)
        blobs[event.pk] = one.blob_sha256
        if one.question:
            columns = {"reason_code": one.question, "about": event}
            asked = counted.event(one, Move.DISCREPANCY_RAISED, shared, columns)
            asked.details = {"actor": actor, "words": one.words, "safeguarding": ""}
            made.append(asked)
    CustodyEvent.objects.bulk_create(made)
    deeds = [_deed(event, centre, blobs.get(event.pk, "")) for event in made]
    journal.record_all(deeds, centre=centre, by=by, at=at)
    _keep([one for one in due if one.question or one.move in STATE_MOVES])
    return made


class _Counted:
    """The next number of each case and of each thing."""

    def __init__(self, due: Sequence[Due]) -> None:
        cases = {one.case.pk for one in due}
        rows = CustodyEvent.objects.order_by()
        self._numbers = _newest(rows.filter(case__in=cases), "case", "number")
        kits = [o.package.pk for o in due if isinstance(o.package, Kit)]
        items = [o.package.pk for o in due if isinstance(o.package, Item)]
        self._seqs = _newest(rows.filter(item__in=items), "item", "seq")
        self._seqs |= _newest(rows.filter(kit__in=kits), "kit", "seq")

    def event(
        self, one: Due, move: Move, shared: dict[str, Any], columns: dict[str, Any]
    ) -> CustodyEvent:
        """The next event of a thing."""
        package, case = one.package, one.case
        self._numbers[case.pk] = self._numbers.get(case.pk, 0) + 1
        self._seqs[package.pk] = self._seqs.get(package.pk, 0) + 1
        return CustodyEvent(
            case=case,
            kit=package if isinstance(package, Kit) else None,
            item=package if isinstance(package, Item) else None,
            number=self._numbers[case.pk],
            seq=self._seqs[package.pk],
            move=move,
            **{**shared, **columns},
        )


def _newest(rows: Any, key: str, column: str) -> dict[UUID, int]:
    found = rows.values_list(key).annotate(last=Max(column))
    return dict(found)


def _shared(centre: Centre, by: User, at: datetime) -> dict[str, Any]:
    offset = at.astimezone(ZoneInfo(centre.timezone)).utcoffset()
    return {
        "centre": centre,
        "occurred_at": at,
        "zone": centre.timezone,
        "utc_offset": int(offset.total_seconds() // 60) if offset else 0,
        "recorded_at": at,
        "entry_mode": EntryMode.LIVE,
        "actor": by,
        "actor_role": acting_role(by, centre),
    }


def _deed(event: CustodyEvent, centre: Centre, blob_sha256: str) -> Deed:
    stream = event.item_id or event.kit_id or event.pk
    return Deed(Kind(event.move), event.case or centre, event, stream, blob_sha256)


def _keep(due: Sequence[Due]) -> None:
    """A question or a move changes what is said of a thing and of what is in it."""
    cases = {one.package.pk: one.case for one in due}
    things: dict[UUID, Package] = {one.package.pk: one.package for one in due}
    for one in due:
        if isinstance(one.package, Kit):
            inside = contents(one.package)
            things |= {item.pk: item for item in inside}
            cases |= {item.pk: one.case for item in inside}
    stand = standings(things.values())
    keep_rows(row_of(t, cases[key], stand[key]) for key, t in things.items())
