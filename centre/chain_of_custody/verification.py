"""What is kept beside the custody events must be what the events tell."""

from __future__ import annotations

from collections.abc import Iterator

from centre.chain_of_custody.models import InTransit
from centre.chain_of_custody.queries.history import drift
from centre.core.models import Case
from centre.ledger.verify import Fault


def faults() -> Iterator[Fault]:
    """Every kit and item whose kept place differs from the fold of its events."""
    table = InTransit._meta.db_table
    for case in Case.objects.order_by("reference").iterator(chunk_size=100):
        for thing in drift(case):
            says = f"does not tell what the events of {thing.code} tell"
            yield Fault("", None, table, "", says)
