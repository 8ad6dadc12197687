"""Whether each case's key that is destroyed was destroyed by decision.

What a destroyed key encrypted is meant to stay shut and is no fault elsewhere. So here
each destroyed key must be one that two people decided to destroy, or emptying a key
would hide whatever it opens.
"""

from __future__ import annotations

from collections.abc import Iterator

from centre.core.models import Proposal
from centre.core.two_person import TwoPersonAct
from centre.ledger.verify import Fault
from centre.vault.models import CaseKey


def faults() -> Iterator[Fault]:
    """Keys that are destroyed although no two people decided it."""
    decided = Proposal.objects.filter(
        act=TwoPersonAct.CRYPTO_SHRED, execution__isnull=False
    )
    cases = set(decided.values_list("case_id", flat=True))
    destroyed = CaseKey.objects.filter(wrapped=None).order_by("case_id")
    for case in destroyed.values_list("case_id", flat=True).distinct():
        if case not in cases:
            says = "is destroyed, and nobody decided that"
            yield Fault("", None, CaseKey._meta.db_table, str(case), says)
