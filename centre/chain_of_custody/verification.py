"""What is kept beside the events is held against the events, and differences named."""

from __future__ import annotations

from collections.abc import Iterator

from centre.chain_of_custody.models import Whereabouts
from centre.chain_of_custody.queries.whereabouts import drift_of, with_events
from centre.core.errors import RuleError
from centre.ledger.verify import Fault
from centre.vault.errors import VaultError


def faults() -> Iterator[Fault]:
    """Every row that does not say what the fold over the events says; none if sound.

    Events that cannot be folded were changed; which of them is said by their entries.
    """
    for case in with_events():
        try:
            found = list(drift_of(case))
        except (VaultError, RuleError, ValueError, LookupError, TypeError):
            says = "cannot be computed: an event of this case is not one"
            found = [(Whereabouts._meta.db_table, str(case.pk), says)]
        for table, row, says in found:
            yield Fault("", None, table, row, says)
