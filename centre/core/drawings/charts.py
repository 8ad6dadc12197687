"""Bars and a line for a few numbers; the same numbers always stand beside them."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, log10
from typing import Final

HEIGHT: Final = 120.0
STEP: Final = 56.0
_LEFT: Final = 36.0
_TOP: Final = 14.0

Number = int | float


@dataclass(frozen=True)
class Bar:
    """One bar, as wide as its share of the largest."""

    label: str
    value: str
    width: str


@dataclass(frozen=True)
class Point:
    """One measured value on a line."""

    label: str
    value: str
    x: str
    y: str


@dataclass(frozen=True)
class LineChart:
    """A line through its points, between a bottom and a top value."""

    width: str
    height: str
    path: str
    points: tuple[Point, ...]
    grid: tuple[Point, ...]


def bars(rows: Iterable[tuple[str, Number]]) -> tuple[Bar, ...]:
    """Horizontal bars in the order given."""
    wanted = tuple(rows)
    most = max([value for _, value in wanted], default=0) or 1
    return tuple(
        Bar(label, _number(value), f"{100 * max(value, 0) / most:.2f}")
        for label, value in wanted
    )


def line(rows: Iterable[tuple[str, Number]], top: Number | None = None) -> LineChart:
    """One line; `top` is the highest value the measure can have."""
    wanted = tuple(rows)
    ceiling = top or _round_up(max([value for _, value in wanted], default=1))
    points = tuple(
        Point(label, _number(value), f"{_LEFT + 18 + STEP * n:.1f}", _y(value, ceiling))
        for n, (label, value) in enumerate(wanted)
    )
    width = f"{_LEFT + 36 + STEP * max(len(wanted) - 1, 1):.0f}"
    return LineChart(
        width=width,
        height=f"{_TOP + HEIGHT + 30:.0f}",
        path=" ".join(f"{'L' if n else 'M'}{p.x} {p.y}" for n, p in enumerate(points)),
        points=points,
        grid=tuple(
            Point("", _number(value), f"{_LEFT:.1f}", _y(value, ceiling))
            for value in (0, ceiling / 2, ceiling)
        ),
    )


def _y(value: Number, ceiling: Number) -> str:
    return f"{_TOP + HEIGHT * (1 - min(value / ceiling, 1)):.1f}"


def _number(value: Number) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _round_up(value: Number) -> float:
    if value <= 0:
        return 1
    unit = float(10 ** int(log10(value)))
    return ceil(value / unit) * unit
