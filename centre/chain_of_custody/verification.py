"""What is kept beside the events is held against the events, and differences named."""

from __future__ import annotations

from collections.abc import Iterator

from centre.chain_of_custody.queries.whereabouts import drift
from centre.ledger.verify import Fault


def faults() -> Iterator[Fault]:
    """Every row that does not say what the fold over the events says; none if sound."""
    for table, row, says in drift():
        yield Fault("", None, table, row, says)
