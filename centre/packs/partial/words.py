"""An uncertain time as it is read and printed."""

from __future__ import annotations

from typing import Final

from django.utils import translation
from django.utils.dates import MONTHS

from centre.packs.partial.times import PartialTime, Precision

PART_WORDS: Final = {
    "early_morning": "early morning (00 to 06)",
    "morning": "morning (06 to 12)",
    "afternoon": "afternoon (12 to 18)",
    "evening": "evening (18 to 24)",
}
SOURCE_WORDS: Final = {
    "survivor": "as told by the survivor",
    "companion": "as told by a companion",
    "police": "as told by police",
    "record": "from a record",
    "estimate": "estimate of staff",
}
SIDE_WORDS: Final = {
    "before": "before the clocks were put back",
    "after": "after the clocks were put back",
}


def written(time: PartialTime, language: str = "en") -> str:
    """Words for a screen or a page; never empty."""
    with translation.override(language):
        words = _range(time)
    if time.is_about:
        words = f"about {words}"
    notes = [SIDE_WORDS.get(time.side, ""), SOURCE_WORDS.get(time.source, "")]
    said = ", ".join(note for note in notes if note)
    return f"{words} ({said})" if said else words


def _range(time: PartialTime) -> str:
    if time.given and time.until:
        return f"between {_told(time.given)} and {_told(time.until)}"
    if time.until:
        return f"at the latest {_told(time.until)}"
    if time.given:
        return _told(time.given)
    return _bounds(time)


def _bounds(time: PartialTime) -> str:
    if time.precision is Precision.UNKNOWN and not (time.start or time.end):
        return "time not known"
    bounds = [
        bound.strftime("%Y-%m-%d %H:%M") for bound in (time.start, time.end) if bound
    ]
    if time.is_exact or len(bounds) == 1:
        return _told(bounds[0])
    return f"between {_told(bounds[0])} and {_told(bounds[1])}"


def _told(given: str) -> str:
    date, _, time = given.partition(" ")
    year, month, day = (*date.split("-"), "", "")[:3]
    words = [day.lstrip("0"), str(MONTHS[int(month)]) if month else "", year]
    said = " ".join(word for word in words if word)
    return f"{said}, {_time(time)}" if time else said


def _time(time: str) -> str:
    if time in PART_WORDS:
        return PART_WORDS[time]
    hour, _, minute = time.partition(":")
    if minute:
        return f"{int(hour):02}:{minute}"
    return f"between {int(hour):02}:00 and {(int(hour) + 1) % 24:02}:00"
