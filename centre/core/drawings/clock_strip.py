"""The hours since an assault against the windows that still run.

Windows are inclusive: at 72:00:00 a window of 72 hours is still open. The time may be
known only as a range; then the strip shows both ends and says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

SOON: Final = 12.0
"""From so many hours before its end a window is called out."""


_IN_HOURS: Final = 240
"""Up to here a length is said in hours, beyond it in days."""


class Hours(NamedTuple):
    """Hours since the event: at least, and at most."""

    least: float
    most: float


@dataclass(frozen=True)
class Window:
    """Something that can be done until so many hours after the event."""

    label: str
    closes: float
    opens: float = 0
    note: str = ""


@dataclass(frozen=True)
class Row:
    """One window as drawn: all positions in hundredths of the strip."""

    label: str
    note: str
    opens: str
    open_width: str
    passed_width: str
    now: str
    now_width: str
    tone: str
    words: str


@dataclass(frozen=True)
class Strip:
    """The whole strip."""

    since: str
    rows: tuple[Row, ...]


def draw(hours: Hours | None, windows: Iterable[Window]) -> Strip:
    """Place every window on one scale of hours."""
    wanted = tuple(windows)
    scale = max([w.closes for w in wanted], default=72.0)
    return Strip(
        since=since_words(hours),
        rows=tuple(_row(window, hours, scale) for window in wanted),
    )


def since_words(hours: Hours | None) -> str:
    """How long ago, as a person would say it."""
    if hours is None:
        return "Hours since the assault are not known"
    least, most = (_length(h) for h in hours)
    if least == most:
        return f"{least} since the assault"
    return f"Between {least} and {most} since the assault"


def _row(window: Window, hours: Hours | None, scale: float) -> Row:
    least, most = hours or Hours(0, 0)
    tone, words = ("quiet", "not known") if hours is None else _state(window, hours)
    passed = min(max(least, window.opens), window.closes) - window.opens
    return Row(
        label=window.label,
        note=window.note,
        opens=_part(window.opens, scale),
        open_width=_part(window.closes - window.opens, scale),
        passed_width=_part(passed, scale),
        now=_part(min(least, scale), scale),
        now_width=_part(max(min(most, scale) - min(least, scale), 0), scale),
        tone=tone,
        words=words,
    )


def _state(window: Window, hours: Hours) -> tuple[str, str]:
    least, most = hours
    if most < window.opens:
        return "quiet", f"opens in {_length(window.opens - most)}"
    if least > window.closes:
        return "quiet", "passed"
    if most > window.closes:
        return "warn", "may have passed"
    left = window.closes - most
    words = f"{_length(left)} left"
    if _length(least) != _length(most):
        words = f"at least {words}"
    return ("warn" if left <= SOON else "ok"), words


def _length(hours: float) -> str:
    whole = int(hours)
    if whole < 1:
        return f"{int(hours * 60)} min"
    if whole < _IN_HOURS:
        return f"{whole} h"
    return f"{whole // 24} days"


def _part(hours: float, scale: float) -> str:
    return f"{100 * hours / scale:.2f}"
