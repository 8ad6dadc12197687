"""The rows that tell where things are: made from the fold, and compared with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final
from uuid import UUID

from centre.chain_of_custody.models import (
    CustodyEvent,
    InTransit,
    Item,
    Kit,
    Whereabouts,
)
from centre.chain_of_custody.queries.history import Package, standings, things_of
from centre.chain_of_custody.rules.fold import Standing
from centre.core.models import Case

BATCH: Final = 50
COMPARED: Final = (
    "centre_id",
    "state",
    "integrity",
    "seal",
    "place_id",
    "holder_id",
    "transfer",
    "inside_id",
)


def row_of(package: Package, case: Case, standing: Standing) -> Whereabouts:
    """The row a standing makes."""
    return Whereabouts(
        centre_id=case.centre_id,
        case=case,
        kit=package if isinstance(package, Kit) else None,
        item=package if isinstance(package, Item) else None,
        state=standing.state,
        integrity=standing.integrity,
        seal=standing.seal,
        place_id=standing.place,
        holder_id=standing.holder,
        transfer=standing.transfer,
        inside_id=standing.kit,
    )


def with_events() -> Iterator[Case]:
    """Every case that custody events tell of."""
    rows = CustodyEvent.objects.filter(case__isnull=False).order_by()
    cases = Case.objects.filter(pk__in=rows.values("case")).select_related("centre")
    yield from cases.iterator(chunk_size=BATCH)


def drift_of(case: Case) -> Iterator[tuple[str, str, str]]:
    """Every row of a case that does not say what the events say.

    Each is its table, its row, and what differs.
    """
    things = things_of(case)
    stand = standings(things)
    kept = _rows(Whereabouts.objects.filter(case=case))
    marks = _rows(InTransit.objects.filter(transfer__case=case))
    table, transit = Whereabouts._meta.db_table, InTransit._meta.db_table
    for thing in things:
        standing, row = stand[thing.pk], kept.pop(thing.pk, None)
        if row is None:
            yield table, str(thing.pk), "has no row, though its events tell of it"
            continue
        wanted = row_of(thing, case, standing)
        wrong = [c for c in COMPARED if getattr(row, c) != getattr(wanted, c)]
        if wrong:
            names = ", ".join(name.removesuffix("_id") for name in wrong)
            yield table, str(row.pk), f"is not what the events tell: {names}"
        mark = marks.get(thing.pk)
        if (mark.transfer_id if mark else None) != standing.transfer:
            key = str(mark.pk if mark else thing.pk)
            yield transit, key, "is not what the events tell of an open hand-over"
    for row in kept.values():
        yield table, str(row.pk), "tells of a thing without events"


def _rows(rows: Iterable[Any]) -> dict[UUID, Any]:
    return {row.item_id or row.kit_id: row for row in rows}
