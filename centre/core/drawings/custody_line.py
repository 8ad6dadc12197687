"""An item as a line through the hands that held it.

One bar per holder, as long as the logarithm of the time held, so that ten minutes in
a hand and ten months on a shelf can both be seen; a joint for each hand-over.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log10
from typing import Final

_LEAST: Final = 150.0
_PER_DECADE: Final = 34.0
_START: Final = 16.0


@dataclass(frozen=True)
class Holding:
    """One holder's time with the item; `until` is empty while it is still held."""

    holder: str
    place: str
    since: datetime
    until: datetime | None = None
    open_transfer: bool = False
    discrepancy: str = ""


@dataclass(frozen=True)
class Segment:
    """One holder's bar as drawn."""

    holder: str
    place: str
    since: datetime
    held: str
    x: str
    end: str
    width: str
    notch: str
    is_dashed: bool
    discrepancy: str
    is_now: bool


@dataclass(frozen=True)
class Line:
    """The whole line, with what it says in words."""

    width: str
    segments: tuple[Segment, ...]


def draw(holdings: Iterable[Holding], now: datetime) -> Line:
    """Lay the holders one after another."""
    x = _START
    segments: list[Segment] = []
    for holding in holdings:
        held = (holding.until or now) - holding.since
        width = _LEAST + _PER_DECADE * log10(1 + max(held.total_seconds(), 0) / 600)
        segments.append(_segment(holding, held, x, width))
        x += width
    return Line(width=f"{x + _START:.0f}", segments=tuple(segments))


def _segment(holding: Holding, held: timedelta, x: float, width: float) -> Segment:
    return Segment(
        holder=holding.holder,
        place=holding.place,
        since=holding.since,
        held=length_words(held),
        x=f"{x:.1f}",
        end=f"{x + width:.1f}",
        width=f"{width:.1f}",
        notch=f"{x + width / 2:.1f}",
        is_dashed=holding.open_transfer,
        discrepancy=holding.discrepancy,
        is_now=holding.until is None,
    )


def length_words(held: timedelta) -> str:
    """A length of time in its two largest units."""
    minutes = int(held.total_seconds()) // 60
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{_count(days, 'day')} {hours} h" if hours else _count(days, "day")
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
