"""The answers of an examination as the rules of care read them, and what is computed.

A question that was not answered leaves what it asks for unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from centre.packs.answers import value_of
from centre.packs.conditions import number

_DAYS_A_YEAR: Final = Decimal("365.25")
_FINEST: Final = Decimal("0.001")
_MICROMOL: Final = Decimal("88.4")
"""Micromoles a litre of creatinine in a milligram a decilitre (recalled)."""
_FEMALE_FACTOR: Final = Decimal("0.85")


@dataclass(frozen=True)
class Told:
    """The answers by code, the facts of the case, the injuries written down so far."""

    answers: Mapping[str, Any]
    facts: Mapping[str, Any]
    at: date
    injuries: Sequence[Mapping[str, Any]] = field(default=())

    def value(self, code: str) -> Any:
        """The value of a question, or None."""
        return value_of(self.answers, code)

    def number(self, code: str) -> Decimal | None:
        """The number of a question, or None."""
        return number(self.value(code))

    def flag(self, code: str) -> bool | None:
        """Yes or no; not sure is not known."""
        return {"yes": True, "no": False}.get(str(self.value(code)))

    def medicine(self, parts: Iterable[str]) -> bool | None:
        """Whether a medicine with such a name is taken; None if nothing was asked."""
        said = self.value("mh.meds")
        if said is None:
            return None
        return any(part in str(said).casefold() for part in parts)


def bmi(told: Told) -> Decimal | None:
    """Kilograms by square metre, to a tenth."""
    weight, height = told.number("ge.weight"), told.number("ge.height")
    if not weight or not height:
        return None
    return (weight / (height / 100) ** 2).quantize(Decimal("0.1"))


def creatinine_clearance(told: Told) -> Decimal | None:
    """In mL/min: as measured, else Cockcroft and Gault from creatinine in µmol/L."""
    measured = told.number("inv.crcl")
    if measured is not None:
        return measured
    creatinine, weight = told.number("inv.creatinine"), told.number("ge.weight")
    age, sex = told.facts.get("age"), told.facts.get("sex")
    if not creatinine or not weight or age is None or sex not in {"female", "male"}:
        return None
    factor = _FEMALE_FACTOR if sex == "female" else Decimal(1)
    milligrams = creatinine / _MICROMOL
    found: Decimal = factor * (140 - age) * weight / (72 * milligrams)
    return found.quantize(Decimal("0.1"))


def years_since(code: str) -> Callable[[Told], Decimal | None]:
    """Years by the calendar, and the part of a year since or until the day."""

    def found(told: Told) -> Decimal | None:
        last = day_of(told.value(code))
        if last is None or last > told.at:
            return None
        years = told.at.year - last.year
        over = Decimal((told.at - _anniversary(last, years)).days)
        return (years + over / _DAYS_A_YEAR).quantize(_FINEST)

    return found


def _anniversary(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


def day_of(value: Any) -> date | None:
    """A day that is known to the day; a month or a year alone is not."""
    try:
        return datetime.fromisoformat(str(value)).date()
    except ValueError:
        return None
