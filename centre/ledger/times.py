"""Moments as the log writes them: UTC, a fixed number of letters, sortable as text."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from centre.ledger.errors import FormatError

TICK: Final = timedelta(microseconds=1)
"""The smallest step between two entries of one log."""

_EXACT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_CLAIM: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)


def exact(at: datetime) -> str:
    """27 letters with microseconds: the time of an entry."""
    return _written(at, "microseconds")


def claim(at: datetime) -> str:
    """24 letters with milliseconds: the time an actor claims."""
    return _written(at, "milliseconds")


def moment(text: Any) -> datetime:
    """The moment of an entry; refused unless written exactly so."""
    return _read(text, _EXACT)


def claimed_moment(text: Any) -> datetime:
    """The moment an actor claims; refused unless written exactly so."""
    return _read(text, _CLAIM)


def _written(at: datetime, precision: str) -> str:
    if at.tzinfo is None:
        raise FormatError("A moment needs its time zone.")
    text = at.astimezone(UTC).isoformat(timespec=precision)
    return text.removesuffix("+00:00") + "Z"


def _read(text: Any, form: re.Pattern[str]) -> datetime:
    if not isinstance(text, str) or form.fullmatch(text) is None:
        raise FormatError("A moment is not written in the log's form.")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise FormatError("A moment is not a date and time that exist.") from None
