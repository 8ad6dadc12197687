"""What a pack of care rules is once it has been read: frozen and complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from centre.forensics.rules.care.conditions import ALWAYS, Condition


class Verdict(StrEnum):
    """What a piece of advice comes to."""

    OFFER = "offer"
    LATE = "late"
    NOT_NEEDED = "not_needed"
    REFER = "refer"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class Input:
    """One thing the rules look at: its kind, and how to ask for it."""

    kind: str
    ask: str


@dataclass(frozen=True)
class Amount:
    """A dose by weight: so much for each kilogram, and never more than `most`."""

    name: str
    per_kg: Decimal
    unit: str
    most: Decimal | None = None


@dataclass(frozen=True)
class Band:
    """What is given from `least` and below `under`; without `under`, to any weight."""

    least: Decimal
    under: Decimal | None
    says: str


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case of an advice. The first that holds decides."""

    rule: str
    verdict: Verdict
    says: str
    because: str
    when: Condition = ALWAYS
    must_know: bool = False
    """Whether the advice waits for what is missing here, instead of going on."""
    verified: bool = True


@dataclass(frozen=True, kw_only=True)
class Dose:
    """What is given once an advice is to offer. The first that holds is said."""

    rule: str
    says: str
    when: Condition = ALWAYS
    because: str = ""
    must_know: bool = False
    table: str = ""
    amounts: tuple[Amount, ...] = ()
    verified: bool = True


@dataclass(frozen=True, kw_only=True)
class Remark:
    """A caution or an explanation; each one that holds is told."""

    rule: str
    says: str
    when: Condition = ALWAYS
    on: tuple[Verdict, ...] = (Verdict.OFFER,)
    verified: bool = True


@dataclass(frozen=True, kw_only=True)
class Matter:
    """All that the pack says about one matter of care, such as HIV prevention."""

    code: str
    title: str
    source: str
    cases: tuple[Case, ...]
    doses: tuple[Dose, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CarePack:
    """A version of the rules of care, with who stands for it."""

    name: str
    version: str
    fingerprint: str
    inputs: Mapping[str, Input]
    tables: Mapping[str, tuple[Band, ...]]
    matters: tuple[Matter, ...]
    signed_by: str = ""
    signed_on: date | None = None

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def is_signed_off(self) -> bool:
        """Whether a named person stands for this version."""
        return bool(self.signed_by) and self.signed_on is not None


@dataclass(frozen=True)
class Advice:
    """One piece of advice with its reasons and where they stand."""

    rule: str
    title: str
    verdict: Verdict
    says: str
    reasons: tuple[str, ...] = ()
    source: str = ""
    is_verified: bool = True
    notes: tuple[str, ...] = ()
