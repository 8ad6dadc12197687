"""Paths of drawn views: read, measured, and tested for what lies inside.

Only the absolute commands M, L, C and Z occur in our drawings, so that the screen and
the paper can follow the same path without a library between them.
"""

import re
from collections.abc import Iterator, Sequence
from math import hypot, inf
from typing import Final, NamedTuple

_WORD: Final = re.compile(r"[MLCZ]|-?\d+(?:\.\d+)?")
_TAKES: Final = {"M": 2, "L": 2, "C": 6, "Z": 0}
_STEPS: Final = 8
"""Straight pieces in which a curve is measured."""


class Point(NamedTuple):
    """A place in the units of a view; the origin is at the top left."""

    x: float
    y: float


class Command(NamedTuple):
    """One step of a path: M moves, L draws a line, C a cubic curve, Z closes."""

    letter: str
    points: tuple[Point, ...]


Polygon = Sequence[Point]


def commands(path: str) -> tuple[Command, ...]:
    """The steps of a path; anything but M, L, C and Z is refused."""
    words = _WORD.findall(path)
    if re.sub(r"[\s,]", "", path) != "".join(words):
        raise ValueError("A drawn path holds something other than M, L, C and Z.")
    return tuple(_read(words))


def _read(words: Sequence[str]) -> Iterator[Command]:
    at, letter = 0, "M"
    while at < len(words):
        if words[at] in _TAKES:
            letter, at = words[at], at + 1
        numbers = [float(word) for word in words[at : at + _TAKES[letter]]]
        at += len(numbers)
        yield Command(letter, tuple(map(Point, numbers[::2], numbers[1::2])))


def polygons(path: str) -> tuple[tuple[Point, ...], ...]:
    """Each closed part of a path as a polygon."""
    found: list[list[Point]] = []
    for letter, points in commands(path):
        if letter == "M":
            found.append([points[0]])
        elif letter == "L":
            found[-1].append(points[0])
        elif letter == "C":
            found[-1].extend(_curve(found[-1][-1], *points))
    return tuple(tuple(polygon) for polygon in found)


def _curve(a: Point, b: Point, c: Point, d: Point) -> Iterator[Point]:
    for step in range(1, _STEPS + 1):
        t = step / _STEPS
        u = 1 - t
        weights = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
        yield Point(
            sum(w * p.x for w, p in zip(weights, (a, b, c, d), strict=True)),
            sum(w * p.y for w, p in zip(weights, (a, b, c, d), strict=True)),
        )


def contains(polygon: Polygon, point: Point) -> bool:
    """Whether the point lies inside, by counting the edges to its right."""
    inside = False
    for a, b in _edges(polygon):
        if (a.y > point.y) != (b.y > point.y):
            crossing = a.x + (point.y - a.y) * (b.x - a.x) / (b.y - a.y)
            inside ^= point.x < crossing
    return inside


def distance(polygon: Polygon, point: Point) -> float:
    """From the point to the nearest edge."""
    return min((_to_edge(a, b, point) for a, b in _edges(polygon)), default=inf)


def crosses_itself(polygon: Polygon) -> bool:
    """Whether two edges that are not neighbours meet."""
    edges = list(_edges(polygon))
    last = len(edges) - 1
    return any(
        _cross(*edges[i], *edges[j])
        for i in range(len(edges))
        for j in range(i + 2, len(edges))
        if not (i == 0 and j == last)
    )


def _edges(polygon: Polygon) -> Iterator[tuple[Point, Point]]:
    return zip(polygon, [*polygon[1:], polygon[0]], strict=True)


def _to_edge(a: Point, b: Point, p: Point) -> float:
    along = Point(b.x - a.x, b.y - a.y)
    square = along.x**2 + along.y**2
    if square == 0:
        return hypot(p.x - a.x, p.y - a.y)
    t = ((p.x - a.x) * along.x + (p.y - a.y) * along.y) / square
    t = min(max(t, 0), 1)
    return hypot(p.x - a.x - t * along.x, p.y - a.y - t * along.y)


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    def turn(p: Point, q: Point, r: Point) -> float:
        return (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x)

    return turn(a, b, c) * turn(a, b, d) < 0 and turn(c, d, a) * turn(c, d, b) < 0
