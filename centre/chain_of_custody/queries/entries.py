"""The ledger entries behind custody events, for papers that quote them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from centre.chain_of_custody.models import CustodyEvent
from centre.core.assurance import Assurance, Place, confirmations_of, confirmed, stood
from centre.core.models import Opening
from centre.ledger.models import Entry


@dataclass(frozen=True)
class Mark:
    """Where an event stands in the ledger: its position and its leaf hash."""

    n: int
    leaf: str
    is_confirmed: bool = False
    """Whether its actor confirmed it with a security key."""

    @property
    def short(self) -> str:
        """Enough of the hash to compare by eye."""
        return self.leaf[:12]


def entry_of(event: CustodyEvent) -> Entry:
    """The entry that commits to an event."""
    table = CustodyEvent._meta.db_table
    opening = Opening.objects.defer("secret").get(table=table, row=event.pk)
    return Entry.objects.get(log=opening.log, n=opening.n)


def places_of(
    events: Iterable[CustodyEvent], *, under: Place | None = None
) -> dict[UUID, Place]:
    """Where in which log each event stands, in one query.

    With `under`, a log and its size, only those that stood there then.
    """
    table = CustodyEvent._meta.db_table
    rows = Opening.objects.filter(table=table, row__in=[e.pk for e in events])
    rows = rows if under is None else rows.filter(stood(under))
    found = rows.values_list("row", "log", "n")
    return {row: (log, n) for row, log, n in found if row is not None}


def assurances(events: Iterable[CustodyEvent]) -> dict[UUID, Assurance]:
    """What stands behind the signature of each event, in two queries."""
    places = places_of(events)
    sure = confirmed(places.values())
    return {
        key: Assurance.SECURITY_KEY if place in sure else Assurance.SERVER_KEY
        for key, place in places.items()
    }


def confirming(events: Iterable[CustodyEvent]) -> list[bytes]:
    """The streams in which security keys confirmed these events."""
    places = set(places_of(events).values())
    rows = [
        row
        for row in confirmations_of(places)
        if places & {(row.log, n) for n in row.positions}
    ]
    return [row.pk.bytes for row in rows]


def marks(
    events: Iterable[CustodyEvent], *, under: Place | None = None
) -> dict[UUID, Mark]:
    """The ledger positions of many events, in three queries.

    With `under`, a log and its size, as they stood then.
    """
    at = {place: row for row, place in places_of(events, under=under).items()}
    sure = confirmed(at, under=under)
    logs = {log for log, _ in at}
    entries = Entry.objects.filter(log__in=logs, n__in=[n for _, n in at])
    return {
        at[e.log, e.n]: Mark(e.n, bytes(e.leaf).hex(), (e.log, e.n) in sure)
        for e in entries
        if (e.log, e.n) in at
    }
