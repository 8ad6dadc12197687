"""From what was told to a range of moments, on both sides of a change of the clock.

When clocks are put back, one local time comes twice: unless the person knows which, the
range holds both. When they are put forward, some local times never happened: then a
sentence says so.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final

from centre.packs.errors import AnswerError
from centre.packs.partial.times import PARTS, PartialTime, Precision

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2200

_TOLD: Final = re.compile(
    r"(?P<year>[0-9]{4})(-(?P<month>[0-9]{1,2})(-(?P<day>[0-9]{1,2})"
    r"( (?P<time>[0-9]{1,2}(:[0-9]{2})?|[a-z_]+))?)?)?"
)
_WIDER: Final = {
    Precision.MINUTE: timedelta(minutes=30),
    Precision.HOUR: timedelta(hours=1),
    Precision.PART_OF_DAY: timedelta(hours=3),
    Precision.DAY: timedelta(days=1),
    Precision.MONTH: timedelta(days=15),
    Precision.YEAR: timedelta(days=183),
}
"""By how much "about" opens the range to both sides."""

_SPANS: Final = (
    (timedelta(0), Precision.MINUTE),
    (timedelta(hours=1), Precision.HOUR),
    (timedelta(hours=6), Precision.PART_OF_DAY),
    (timedelta(hours=25), Precision.DAY),
    (timedelta(days=8), Precision.WEEK),
    (timedelta(days=32), Precision.MONTH),
)
_SKIPPED: Final = (
    "The clocks were put forward then, so this time of day did not happen. "
    "Give the time before or after the change."
)


@dataclass(frozen=True)
class _Local:
    """A range of the wall clock, the end not included; for a minute both are alike."""

    start: datetime
    end: datetime
    precision: Precision


def read(
    given: str,
    zone: tzinfo,
    *,
    until: str = "",
    is_about: bool = False,
    side: str = "",
    source: str = "",
) -> PartialTime:
    """The range that was told: "2025-03-03 14:30", "2025-03-03 morning", "2025".

    With `until`, it was between the two; with `until` alone, at the latest then.
    """
    first = _span(given, zone, side) if given else None
    last = _span(until, zone, side) if until else None
    if first is None and last is None:
        raise AnswerError("Give at least the year.")
    if first and last and last[0] < first[0]:
        raise AnswerError("The end is before the beginning.")
    start = first[0] if first else None
    end = last[1] if last else first[1] if first else None
    precision = first[2] if first and not last else _spanning(start, end)
    if is_about:
        start, end, precision = _about(start, end, precision)
    return PartialTime(
        start=start,
        end=end,
        precision=precision,
        utc_offset=_offset(start or end),
        source=source,
        given=given,
        until=until,
        is_about=is_about,
        side=side,
    )


def is_told_twice(given: str, zone: tzinfo) -> bool:
    """Whether this clock time came twice, because the clocks were put back."""
    try:
        local = _local(given)
    except AnswerError:
        return False
    is_close = local.precision in {Precision.MINUTE, Precision.HOUR}
    return is_close and _is_twice(local.start, zone)


def _span(given: str, zone: tzinfo, side: str) -> tuple[datetime, datetime, Precision]:
    local = _local(given)
    if local.precision in {Precision.MINUTE, Precision.HOUR}:
        return _close_span(local, zone, side)
    start, end = _at(local.start, zone, 0), _at(local.end, zone, 1)
    return _fixed(start, zone), _fixed(end, zone), local.precision


def _close_span(
    local: _Local, zone: tzinfo, side: str
) -> tuple[datetime, datetime, Precision]:
    """A minute or an hour, where the change of the clock can matter."""
    length = local.end - local.start
    if not _exists(local.start, zone) and (
        not length or not _exists(local.end - timedelta(minutes=1), zone)
    ):
        raise AnswerError(_SKIPPED)
    if not _is_twice(local.start, zone):
        start = _at(local.start, zone, 0)
        return _fixed(start, zone), _fixed(start + length, zone), local.precision
    early = _at(local.start, zone, 1 if side == "after" else 0)
    late = _at(local.start, zone, 0 if side == "before" else 1) + length
    precision = local.precision if side else _spanning(early, late)
    return _fixed(early, zone), _fixed(late, zone), precision


def _local(given: str) -> _Local:
    told = _TOLD.fullmatch(given)
    if told is None:
        raise AnswerError("This time is not in a form that can be read.")
    year, month = int(told["year"]), int(told["month"] or 1)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise AnswerError(f"The year must lie between {FIRST_YEAR} and {LAST_YEAR}.")
    first = _midnight(year, month, int(told["day"] or 1))
    if told["day"] is not None:
        return _within_day(first, told["time"])
    if told["month"] is not None:
        return _Local(first, first + timedelta(days=_length(first)), Precision.MONTH)
    return _Local(first, _midnight(year + 1, 1, 1), Precision.YEAR)


def _midnight(year: int, month: int, day: int) -> datetime:
    try:
        return datetime.combine(date(year, month, day), time())
    except ValueError:
        raise AnswerError("This day is not in the calendar.") from None


def _length(month: datetime) -> int:
    return calendar.monthrange(month.year, month.month)[1]


def _within_day(day: datetime, told: str | None) -> _Local:
    if told is None:
        return _Local(day, day + timedelta(days=1), Precision.DAY)
    if told in PARTS:
        first, last = PARTS[told]
        start, end = day + timedelta(hours=first), day + timedelta(hours=last)
        return _Local(start, end, Precision.PART_OF_DAY)
    start = datetime.combine(day.date(), _time_of_day(told))
    if ":" in told:
        return _Local(start, start, Precision.MINUTE)
    return _Local(start, start + timedelta(hours=1), Precision.HOUR)


def _time_of_day(told: str) -> time:
    try:
        return time.fromisoformat(told.zfill(2 if told.isdigit() else 5))
    except ValueError:
        raise AnswerError("The time of day must lie between 00:00 and 23:59.") from None


def _at(local: datetime, zone: tzinfo, fold: int) -> datetime:
    """The moment of this wall-clock time; a skipped time is read by the old clock."""
    if not _exists(local, zone):
        fold = 0
    return local.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _exists(local: datetime, zone: tzinfo) -> bool:
    there = local.replace(tzinfo=zone).astimezone(UTC)
    return there.astimezone(zone).replace(tzinfo=None, fold=0) == local


def _is_twice(local: datetime, zone: tzinfo) -> bool:
    return _exists(local, zone) and _at(local, zone, 0) != _at(local, zone, 1)


def _fixed(moment: datetime, zone: tzinfo) -> datetime:
    """With the plain offset of that day, so that ranges compare as moments do."""
    offset = moment.astimezone(zone).utcoffset() or timedelta(0)
    return moment.astimezone(timezone(offset))


def _spanning(start: datetime | None, end: datetime | None) -> Precision:
    if start is None or end is None:
        return Precision.UNKNOWN
    for longest, precision in _SPANS:
        if end - start <= longest:
            return precision
    return Precision.YEAR


def _about(
    start: datetime | None, end: datetime | None, precision: Precision
) -> tuple[datetime | None, datetime | None, Precision]:
    wider = _WIDER.get(precision, timedelta(days=1))
    opened = Precision.HOUR if precision is Precision.MINUTE else precision
    return (
        start - wider if start is not None else None,
        end + wider if end is not None else None,
        opened,
    )


def _offset(moment: datetime | None) -> int:
    offset = moment.utcoffset() if moment else None
    return int((offset or timedelta(0)).total_seconds() // 60)
