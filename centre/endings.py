"""Ends in which every room has a say: of a case, of a role, of an account.

The ground floor knows no evidence, so what it must ask the store is handed in here.
"""

from __future__ import annotations

from centre.chain_of_custody.queries.gates import case_bars, held_words
from centre.core.actions import cases, leaving
from centre.core.models import Case, CaseClosing, Centre, Membership, User


def close_case(*, case: Case, reason: str, words: str, by: User) -> CaseClosing:
    """Close a case, unless something of it is under way, out or missing (R25)."""
    return cases.close_case(
        case=case, reason=reason, words=words, bars=case_bars, by=by
    )


def leave(*, user: User, centre: Centre, by: User) -> None:
    """End an account, unless its holder answers for evidence (R26)."""
    leaving.leave(user=user, centre=centre, holding=held_words, by=by)


def end_role(*, membership: Membership, by: User) -> None:
    """End a role, unless its holder answers for evidence at that centre (R26)."""
    leaving.end_role(membership=membership, holding=held_words, by=by)
