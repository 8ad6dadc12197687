"""Whether a temperature is one that a storage class allows (degrees Celsius)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final

from centre.core.errors import RuleError

RANGES: Final[dict[str, tuple[Decimal | None, Decimal | None]]] = {
    "AMB": (Decimal(15), Decimal(25)),
    "REF": (Decimal(2), Decimal(8)),
    "FRZ": (None, Decimal(-18)),
    "DRYCAB": (None, None),
}
"""Lowest and highest of each class; None where there is no bound."""

_COLDEST, _HOTTEST = Decimal(-200), Decimal(100)


def celsius(text: str) -> Decimal:
    """A temperature with at most one decimal, a point or a comma between."""
    plain = text.strip().replace(",", ".").replace("\u2212", "-").removesuffix("°C")
    try:
        found = Decimal(plain.strip())
    except InvalidOperation as error:
        raise RuleError("Give the temperature as a number, such as 4.5.") from error
    if not found.is_finite() or not _COLDEST <= found <= _HOTTEST:
        raise RuleError("This is no temperature of a store. Check it.")
    return found.quantize(Decimal("0.1"))


def is_in_range(storage_class: str, reading: Decimal) -> bool:
    """Whether the class allows this; an unknown class allows anything."""
    lowest, highest = RANGES.get(storage_class, (None, None))
    above = lowest is None or reading >= lowest
    return above and (highest is None or reading <= highest)


def check_action(*, in_range: bool, action: str) -> None:
    """Whoever finds it too warm or too cold says what she did."""
    if not in_range and not action.strip():
        raise RuleError(
            "This is outside what the place should keep. Say what you did at once, "
            "such as moving the things to another refrigerator."
        )
