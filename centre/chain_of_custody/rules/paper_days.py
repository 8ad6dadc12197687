"""Days as an old paper gives them: to the minute, the day, the month, the year, or not.

Nothing is made more exact than it was written: what is unknown stays unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from centre.core.errors import RuleError

UNKNOWN: Final = "unknown"
_FIRST_YEAR: Final = 1950
_MONTHS: Final = 12
_SHAPE: Final = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d\d)(-(?P<day>\d\d)([ T](?P<time>\d\d:\d\d))?)?)?"
)


class Precision(StrEnum):
    """How exactly a paper says when."""

    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class PaperDay:
    """A time as far as a paper tells it: its earliest moment, first and last day.

    The moment is in UTC, the days are those of the place.
    """

    precision: Precision
    begins: datetime | None = None
    first: date | None = None
    last: date | None = None
    words: str = "not known"


def read_day(typed: str, *, zone: str, now: datetime) -> PaperDay:
    """What a paper says of when; a day that never was or is to come is refused."""
    if typed.casefold() == UNKNOWN:
        return PaperDay(Precision.UNKNOWN)
    found = _SHAPE.fullmatch(typed)
    if found is None:
        raise RuleError(
            "is no day. Write it as 2019-03-14, with the hour as 2019-03-14 16:30, as "
            "2019-03 or 2019 if no more is known, or write: unknown."
        )
    try:
        told = _told(found.groupdict(), ZoneInfo(zone))
    except ValueError as error:
        raise RuleError("is a day or an hour that never was. Check it.") from error
    if told.begins is None or told.begins > now:
        raise RuleError("lies in the future. Check it.")
    if told.begins.year < _FIRST_YEAR:
        raise RuleError(f"lies before {_FIRST_YEAR}. Check the year.")
    return told


def _told(parts: dict[str, str | None], zone: ZoneInfo) -> PaperDay:
    year, month = int(parts["year"] or 0), int(parts["month"] or 0)
    if not parts["month"]:
        begins = datetime(year, 1, 1, tzinfo=zone)
        return _paper_day(Precision.YEAR, begins, date(year, 12, 31), f"{year}")
    if not parts["day"]:
        begins = datetime(year, month, 1, tzinfo=zone)
        last = _last_of_month(begins.date())
        return _paper_day(Precision.MONTH, begins, last, f"{begins:%B %Y}")
    begins = datetime(year, month, int(parts["day"]), tzinfo=zone)
    if not parts["time"]:
        return _paper_day(Precision.DAY, begins, begins.date(), f"{begins:%d %b %Y}")
    hour, minute = (int(part) for part in parts["time"].split(":"))
    exact = begins.replace(hour=hour, minute=minute)
    if exact.astimezone(UTC).astimezone(zone).hour != hour:
        raise ValueError(hour)  # the clocks were put forward over this hour
    return _paper_day(Precision.MINUTE, exact, exact.date(), f"{exact:%d %b %Y %H:%M}")


def _paper_day(
    precision: Precision, begins: datetime, last: date, words: str
) -> PaperDay:
    return PaperDay(precision, begins.astimezone(UTC), begins.date(), last, words)


def _last_of_month(first: date) -> date:
    following = (
        date(first.year + 1, 1, 1)
        if first.month == _MONTHS
        else date(first.year, first.month + 1, 1)
    )
    return following - timedelta(days=1)
