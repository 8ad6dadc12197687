"""The ledger entries behind custody events, for papers that quote them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from centre.chain_of_custody.models import CustodyEvent
from centre.core.models import Opening
from centre.ledger.models import Entry


@dataclass(frozen=True)
class Mark:
    """Where an event stands in the ledger: its position and its leaf hash."""

    n: int
    leaf: str

    @property
    def short(self) -> str:
        """Enough of the hash to compare by eye."""
        return self.leaf[:12]


def entry_of(event: CustodyEvent) -> Entry:
    """The entry that commits to an event."""
    table = CustodyEvent._meta.db_table
    opening = Opening.objects.defer("secret").get(table=table, row=event.pk)
    return Entry.objects.get(log=opening.log, n=opening.n)


def marks(events: Iterable[CustodyEvent]) -> dict[UUID, Mark]:
    """The ledger positions of many events, in two queries."""
    table = CustodyEvent._meta.db_table
    rows = [e.pk for e in events]
    openings = Opening.objects.filter(table=table, row__in=rows)
    at = {(o.log, o.n): o.row for o in openings.defer("secret") if o.row}
    logs = {log for log, _ in at}
    entries = Entry.objects.filter(log__in=logs, n__in=[n for _, n in at])
    return {
        at[e.log, e.n]: Mark(e.n, bytes(e.leaf).hex())
        for e in entries
        if (e.log, e.n) in at
    }
