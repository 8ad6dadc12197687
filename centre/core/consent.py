"""The one function every consent-bound act asks.

No row is no consent; a consent for one recipient or purpose never serves another;
expiry and withdrawal count from the very next request.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import Max

from centre.core.consent_items import ITEMS
from centre.core.errors import ConsentError
from centre.core.models import Case, ConsentDecision, DecisionState

CENTRE: Final = "centre"
_YES: Final = {DecisionState.GIVEN, DecisionState.LIMITED}
_WORDS: Final = {
    DecisionState.DECLINED: "the survivor decided no",
    DecisionState.DEFERRED: "the survivor wants to decide later",
    DecisionState.WITHDRAWN: "the survivor has taken her consent back",
}


def newest(
    case: Case, item: str, *, recipient: str = CENTRE, purpose: str | None = None
) -> ConsentDecision | None:
    """The last decision on exactly this item, recipient and purpose.

    Without a purpose, the item's usual one is meant.
    """
    asked = ITEMS[item].purposes[0] if purpose is None else purpose
    rows = ConsentDecision.objects.filter(
        case=case, item=item, recipient=recipient, purpose=asked
    )
    return rows.order_by("-number").first()


def in_force(
    case: Case,
    item: str,
    *,
    recipient: str = CENTRE,
    purpose: str | None = None,
    at: datetime,
) -> ConsentDecision | None:
    """The decision that allows this now, or None."""
    decision = newest(case, item, recipient=recipient, purpose=purpose)
    return decision if decision and allows(decision, at) else None


def require(
    case: Case,
    item: str,
    *,
    recipient: str = CENTRE,
    purpose: str | None = None,
    at: datetime,
) -> ConsentDecision:
    """Stop here unless the survivor's consent covers this now."""
    decision = newest(case, item, recipient=recipient, purpose=purpose)
    if decision is None:
        raise ConsentError(_sentence(item, "it has not been talked about yet"))
    if not allows(decision, at):
        raise ConsentError(_sentence(item, _why_not(decision, at)))
    return decision


def current(case: Case) -> list[ConsentDecision]:
    """The newest decision of each item, recipient and purpose of a case."""
    newest_numbers = (
        ConsentDecision.objects.filter(case=case)
        .values("item", "recipient", "purpose")
        .annotate(last=Max("number"))
        .values_list("last", flat=True)
    )
    rows = ConsentDecision.objects.filter(case=case, number__in=newest_numbers)
    return list(rows.order_by("item", "recipient", "purpose"))


def allows(decision: ConsentDecision, at: datetime) -> bool:
    """Whether this decision, being the newest, allows its act at this moment."""
    ended = decision.valid_until is not None and at > decision.valid_until
    return decision.state in _YES and decision.valid_from <= at and not ended


def _why_not(decision: ConsentDecision, at: datetime) -> str:
    state = DecisionState(decision.state)
    if state in _YES and at < decision.valid_from:
        return "at the time this tells of she had not given it yet"
    return _WORDS.get(state, "the consent has run out")


def _sentence(item: str, why: str) -> str:
    words = ITEMS[item].words
    return (
        f"There is no consent in force for “{words}” ({item}): {why}. "
        "Talk about it with the survivor before you go on."
    )
