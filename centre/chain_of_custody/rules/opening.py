"""Opening what was sealed, taking parts of it, and closing it again.

Outside a laboratory a seal is opened only on authority, by two people and before a
witness (R11); a part is never more than what was left (R21).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Final

from centre.chain_of_custody.rules.fold import Standing
from centre.chain_of_custody.rules.moves import FINAL, State
from centre.core.errors import RuleError

UNITS: Final[dict[str, str]] = {
    "swab": "swabs",
    "ml": "millilitres",
    "cm2": "square centimetres",
    "piece": "pieces",
}

_MOST: Final = 1_000_000


class Hold(StrEnum):
    """Why something may not end or leave."""

    COURT = "court"
    PROSECUTOR = "prosecutor"
    POLICE = "police"
    SURVIVOR = "survivor"
    CENTRE = "centre"

    @property
    def words(self) -> str:
        """As pages say it."""
        return {
            Hold.COURT: "A court",
            Hold.PROSECUTOR: "The prosecutor",
            Hold.POLICE: "The police",
            Hold.SURVIVOR: "The survivor",
            Hold.CENTRE: "This centre",
        }[self]


def check_sealed_first(standing: Standing) -> None:
    """An unsealed thing is stored by the exceptional route alone (R7)."""
    if standing.state in {State.PACKAGED, State.LABELLED}:
        raise RuleError(
            "This is not sealed yet. Seal it first; if it cannot be sealed now, "
            "propose the exceptional route, which the coordinator approves."
        )


def check_unsealed(standing: Standing) -> None:
    """The exceptional route is for what is packaged and not sealed."""
    if standing.state not in {State.PACKAGED, State.LABELLED}:
        raise RuleError(
            "The exceptional route is only for what is packaged and not sealed yet."
        )


def check_not_sealed(standing: Standing) -> None:
    """What lies in the store is sealed there only if it came unsealed (R7)."""
    if standing.state is State.STORED and standing.seal:
        raise RuleError("This is sealed already. Check its seal instead.")


def check_parent(standing: Standing) -> None:
    """A part is taken only from what is open and has not ended (R21)."""
    if standing.state in FINAL:
        raise RuleError("This has ended, so no part is taken of it. Add a note.")
    if standing.state is not State.OPENED:
        raise RuleError("This is sealed. Open its seal first, on authority.")


def part(left: str, taken: str) -> str:
    """What is left after a part is taken; never more than there was (R21)."""
    held, wanted = amount(left), amount(taken)
    if wanted > held:
        raise RuleError(
            f"Only {held} are left, so {wanted} cannot be taken. Check the quantity."
        )
    return f"{(held - wanted).normalize():f}"


def amount(text: str) -> Decimal:
    """A quantity above nothing, with a point or a comma."""
    try:
        found = Decimal(text.strip().replace(",", "."))
    except InvalidOperation as error:
        raise RuleError("Give the quantity as a number.") from error
    if not found.is_finite() or not 0 < found < _MOST:
        raise RuleError("Give the quantity as a number above nothing.")
    return found


def check_unit(unit: str) -> None:
    """One of the known units."""
    if unit not in UNITS:
        raise RuleError("Choose in what the quantity is counted.")


def check_hold(kind: str, review_on: date | None, today: date) -> None:
    """A hold says whose it is and when it is looked at again."""
    if kind not in set(Hold):
        raise RuleError("Choose who wants it held.")
    if review_on is None or review_on <= today:
        raise RuleError("Give the day, to come, on which the hold is looked at again.")
