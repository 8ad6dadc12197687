"""The range itself, its JSON form and the hours since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from centre.packs.errors import AnswerError


class Precision(StrEnum):
    """How closely the time is known."""

    MINUTE = "minute"
    HOUR = "hour"
    PART_OF_DAY = "part_of_day"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


PARTS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        "early_morning": (0, 6),
        "morning": (6, 12),
        "afternoon": (12, 18),
        "evening": (18, 24),
    }
)
"""Parts of the day and their hours."""

SOURCES: Final = ("survivor", "companion", "police", "record", "estimate")
"""Who or what the time was learnt from."""

SIDES: Final = ("before", "after")
"""Of a clock time that came twice: before or after the clocks were put back."""

_KEYS: Final = frozenset(
    {
        "start",
        "end",
        "precision",
        "utc_offset",
        "source",
        "given",
        "until",
        "about",
        "side",
    }
)
_MALFORMED: Final = "This time is not in a form that can be read."
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True)
class PartialTime:
    """Something happened between `start` and `end`; either bound may be open.

    `given` and `until` keep what was told ("2025-03-03 morning"), so that it can be
    shown again as it was said. `utc_offset` is in minutes.
    """

    start: datetime | None
    end: datetime | None
    precision: Precision
    utc_offset: int = 0
    source: str = ""
    given: str = ""
    until: str = ""
    is_about: bool = False
    side: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be a range of moments."""
        bounds = [bound for bound in (self.start, self.end) if bound is not None]
        if any(bound.tzinfo is None for bound in bounds):
            raise AnswerError("A time needs its offset from UTC.")
        if self.start and self.end and self.start > self.end:
            raise AnswerError("The end is before the beginning.")

    @property
    def is_exact(self) -> bool:
        """Whether it names one minute."""
        return self.start is not None and self.start == self.end

    def to_json(self) -> dict[str, Any]:
        """The form that is kept: text, numbers and flags only."""
        return {
            "start": self.start.isoformat() if self.start else None,
            "end": self.end.isoformat() if self.end else None,
            "precision": self.precision.value,
            "utc_offset": self.utc_offset,
            "source": self.source,
            "given": self.given,
            "until": self.until,
            "about": self.is_about,
            "side": self.side,
        }

    @classmethod
    def from_json(cls, value: Any) -> PartialTime:
        """The range that was kept; AnswerError if it is not one."""
        if not isinstance(value, Mapping) or value.keys() != _KEYS:
            raise AnswerError(_MALFORMED)
        texts = ("source", "given", "until", "side")
        if not all(isinstance(value[key], str) for key in texts):
            raise AnswerError(_MALFORMED)
        if value["source"] not in ("", *SOURCES) or value["side"] not in ("", *SIDES):
            raise AnswerError(_MALFORMED)
        if type(value["utc_offset"]) is not int or type(value["about"]) is not bool:
            raise AnswerError(_MALFORMED)
        return cls(
            start=_moment(value["start"]),
            end=_moment(value["end"]),
            precision=_precision(value["precision"]),
            utc_offset=value["utc_offset"],
            source=value["source"],
            given=value["given"],
            until=value["until"],
            is_about=value["about"],
            side=value["side"],
        )


def hours_since(
    time: PartialTime, now: datetime
) -> tuple[Decimal | None, Decimal | None]:
    """The least and the most hours that can have passed; None where nothing is known.

    A range that reaches into the future counts as just now; one that lies wholly in the
    future gives negative hours.
    """
    most = None if time.start is None else _hours(now - time.start)
    least = None if time.end is None else _hours(now - time.end)
    if least is not None and least < 0 and (most is None or most >= 0):
        least = Decimal(0)
    return least, most


def _hours(passed: timedelta) -> Decimal:
    whole, rest = divmod(passed, _HOUR)
    microseconds = Decimal(rest // timedelta(microseconds=1))
    return whole + microseconds / (Decimal(3600) * 1_000_000)


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise AnswerError(_MALFORMED) from None


def _precision(value: Any) -> Precision:
    try:
        return Precision(value)
    except ValueError:
        raise AnswerError(_MALFORMED) from None
