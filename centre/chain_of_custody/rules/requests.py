"""What a request for evidence must hold, and how its lines may be decided.

Exactly one legal basis a line; who decides is neither who asks nor
who hands out; the answer never tells whether a person or a kit exists.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Final

from centre.chain_of_custody.rules.checks import Basis
from centre.chain_of_custody.rules.request_steps import State
from centre.core.errors import RuleError

MOST_LINES: Final = 20


class Reason(StrEnum):
    """Why a line is not approved."""

    NO_BASIS = "no_basis"
    NO_CONSENT = "no_consent"
    OUT_OF_SCOPE = "out_of_scope"
    IDENTITY = "identity_not_verified"
    JURISDICTION = "wrong_jurisdiction"
    NOT_HELD = "not_held"
    ON_HOLD = "on_hold"
    RELEASED = "already_released"
    ORDER = "order_defective"
    ANONYMOUS = "anonymous"
    SAFETY = "safety_risk"


REASON_WORDS: Final[dict[Reason, str]] = {
    Reason.NO_BASIS: "No legal basis",
    Reason.NO_CONSENT: "No consent in force",
    Reason.OUT_OF_SCOPE: "Outside the scope of the consent or order",
    Reason.IDENTITY: "Requester's identity not verified",
    Reason.JURISDICTION: "Wrong jurisdiction",
    Reason.NOT_HELD: "Not held here",
    Reason.ON_HOLD: "Under a hold or an open discrepancy",
    Reason.RELEASED: "Handed over already",
    Reason.ORDER: "Order defective or expired",
    Reason.ANONYMOUS: "Kept without report",
    Reason.SAFETY: "Risk to safety",
}

NOT_RELEASED: Final = "Not released"
"""All a requester reads of a refusal: the same word for every reason."""


def check_lines(lines: Sequence[tuple[str, str, str]]) -> None:
    """Each line, as (what, basis, basis reference), asks for one thing on one basis."""
    if not lines:
        raise RuleError("Name at least one item you ask for.")
    if len(lines) > MOST_LINES:
        raise RuleError(f"One request holds at most {MOST_LINES} lines. Send another.")
    for number, (what, basis, reference) in enumerate(lines, 1):
        if not what:
            raise RuleError(f"Line {number}: say which item you ask for.")
        if Basis(basis) is not Basis.CONSENT and not reference:
            raise RuleError(
                f"Line {number}: give the number and date of the order, or the section "
                "of the law. Without it the line rests on nothing."
            )


def check_decider(decider: object, requester: object) -> None:
    """Who asks does not decide."""
    if decider == requester:
        raise RuleError("Nobody decides on her own request. Ask the coordinator.")


def check_releaser(releaser: object, deciders: Collection[object]) -> None:
    """Who decided does not hand out."""
    if releaser in deciders:
        raise RuleError(
            "You decided on this request, so another person must hand the items out."
        )


def check_undecided(*, is_decided: bool) -> None:
    """A line is decided once."""
    if is_decided:
        raise RuleError("This line is decided already. Its decision stays as it is.")


def check_review_is_done(state: State) -> None:
    """What rests on law is read by who knows the law before it is decided."""
    if state is State.LEGAL_REVIEW:
        raise RuleError(
            "This request waits for legal review: the text of the order has to be "
            "compared with the lines. Write the review down first."
        )


def check_refusal(reason: str) -> None:
    """A refusal names its reason, for the centre's own record."""
    if reason not in set(Reason):
        raise RuleError("Choose why this line is not released.")
