"""From typed day, month, year and time to the text of a moment, and back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from centre.packs.errors import AnswerError
from centre.packs.partial.times import PARTS, PartialTime

Typed = Mapping[str, Any]

_CLOCK: Final = re.compile(
    r"(?P<hour>[0-9]{1,2})([:.h ]?(?P<minute>[0-9]{2}))?h?\s*(?P<half>am|pm)?"
)
_NOON: Final = 12


def told(typed: Typed, prefix: str) -> str:
    """The canonical text of one moment from its parts; empty if nothing was typed."""
    day, month, year, time, part = (
        plain(str(typed.get(f"{prefix}{name}") or ""))
        for name in ("day", "month", "year", "time", "part")
    )
    if not any((day, month, year, time, part)):
        return ""
    if not year or (day and not month):
        raise AnswerError("Give at least the year; a day needs its month too.")
    if len(year) != len("2025"):
        raise AnswerError("Give the year with four digits.")
    if (time or part) and not day:
        raise AnswerError("A time of day needs its day, month and year.")
    if time and part:
        raise AnswerError("Give the time or the part of the day, not both.")
    date = "-".join(_number(piece) for piece in (year, month, day) if piece)
    return " ".join(piece for piece in (date, clock(time) if time else part) if piece)


def _number(typed: str) -> str:
    if not typed.isascii() or not typed.isdigit():
        raise AnswerError("Give day, month and year as numbers.")
    return typed.zfill(2)


def clock(typed: str) -> str:
    parts = _CLOCK.fullmatch(typed.lower())
    if parts is None:
        raise AnswerError("Give the time like 14:30, or only the hour.")
    hour, minute = int(parts["hour"]), parts["minute"]
    if parts["half"]:
        if not 1 <= hour <= _NOON:
            raise AnswerError("Give the time like 14:30, or only the hour.")
        hour = hour % _NOON + (_NOON if parts["half"] == "pm" else 0)
    return f"{hour:02}:{minute}" if minute else f"{hour:02}"


def plain(typed: str) -> str:
    """Digits of any script as 0 to 9."""
    return "".join(
        str(unicodedata.digit(char)) if char.isdecimal() else char
        for char in typed.strip()
    )


def typed_of(time: PartialTime) -> dict[str, Any]:
    typed: dict[str, Any] = {
        "source": time.source,
        "side": time.side,
        "about": "on" if time.is_about else "",
    }
    for prefix, words in (("", time.given), ("to_", time.until)):
        date, _, hour = words.partition(" ")
        year, month, day = (*date.split("-"), "", "")[:3]
        typed |= {
            f"{prefix}year": year,
            f"{prefix}month": month.lstrip("0"),
            f"{prefix}day": day.lstrip("0"),
            f"{prefix}part": hour if hour in PARTS else "",
            f"{prefix}time": "" if hour in PARTS else hour,
        }
    return typed
