"""The drawn views: read from data, asked for the region at a place, given to paper.

Each view is a file of our own drawing under `data/`, named by its id and version. A
version is never edited once a mark stands on it, so that an old mark keeps its picture.
Left and right are always the person's own. Places are fractions of width and height
from the top left, with four decimals; never pixels.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import atan2, degrees, hypot
from pathlib import Path
from typing import Any, Final, NamedTuple

from centre.forensics.body_map import geometry
from centre.forensics.body_map.geometry import Command, Point

_DATA: Final = Path(__file__).parent / "data"
NEAR: Final = 0.02
"""A mark may lie off the outline by so much of the longer side."""


class Place(NamedTuple):
    """A place on a view, as fractions of its width and height."""

    x: float
    y: float


@dataclass(frozen=True)
class Region:
    """A named part of a view. Where parts overlap, the first one named wins."""

    code: str
    side: str
    label: str
    points: str
    place: Place

    @property
    def key(self) -> str:
        """One region of one view: `upper_arm_outer_left`, or `chest` at the midline."""
        return self.code if self.side == "midline" else f"{self.code}_{self.side}"

    @property
    def words(self) -> str:
        """The region as it is read out and printed."""
        if self.side == "midline":
            return self.label.capitalize()
        return f"{self.label.capitalize()}, {self.side}"


@dataclass(frozen=True)
class Word:
    """A word on the drawing: a side, or an hour of the clock."""

    text: str
    x: str
    y: str
    anchor: str


@dataclass(frozen=True)
class View:
    """One drawn view of the body."""

    id: str
    version: int
    title: str
    group: str
    anatomy: str
    age: str
    note: str
    width: int
    height: int
    clock: Place | None
    outline: tuple[str, ...]
    detail: tuple[str, ...]
    fine: tuple[str, ...]
    words: tuple[Word, ...]
    regions: tuple[Region, ...]

    def __str__(self) -> str:
        return self.title

    @property
    def unit(self) -> float:
        """The size of marks and words, so that they can be read on every view."""
        return max(self.height / 640, self.width / 380)

    @property
    def word_size(self) -> str:
        """The size of the words on the drawing."""
        return f"{12.5 * self.unit:.1f}"

    def point(self, place: Place) -> Point:
        """The place in the units of the drawing."""
        return Point(place.x * self.width, place.y * self.height)

    def region(self, key: str) -> Region:
        """The region of this key; a KeyError if the view has none such."""
        return {region.key: region for region in self.regions}[key]


@cache
def all_views() -> tuple[View, ...]:
    """The newest version of every view, in the order in which a body is looked at."""
    newest: dict[str, View] = {}
    for view in _versions().values():
        if view.id not in newest or newest[view.id].version < view.version:
            newest[view.id] = view
    return tuple(sorted(newest.values(), key=lambda view: _ORDER.index(view.id)))


def load(view_id: str, version: int | None = None) -> View:
    """One view: the version asked for, or the newest. A KeyError if there is none."""
    if version is not None:
        return _versions()[view_id, version]
    return {view.id: view for view in all_views()}[view_id]


def shown_for(*, anatomy: str = "any", is_child: bool = False) -> tuple[View, ...]:
    """The views that fit: `anatomy` is female, male or any (both are offered)."""
    age = "child" if is_child else "adult"
    return tuple(
        view
        for view in all_views()
        if view.age in {"any", age}
        and ("any" in {view.anatomy, anatomy} or view.anatomy == anatomy)
    )


def region_at(view: View, place: Place) -> Region | None:
    """The region under a place on the figure or close to it; nothing further off."""
    if not on_figure(view, place):
        return None
    at = view.point(place)
    parts = list(zip(view.regions, _region_polygons(view), strict=True))
    for region, polygon in parts:
        if geometry.contains(polygon, at):
            return region
    return min(parts, key=lambda part: geometry.distance(part[1], at))[0]


def on_figure(view: View, place: Place, near: float = NEAR) -> bool:
    """Whether a place lies on the drawn figure, or within the share given of it."""
    at = view.point(place)
    parts = _outline_polygons(view)
    if any(geometry.contains(part, at) for part in parts):
        return True
    reach = near * max(view.width, view.height)
    return reach > 0 and any(geometry.distance(part, at) <= reach for part in parts)


def clock_hour(view: View, place: Place) -> int | None:
    """The hour of a place around the opening of a view that has a clock."""
    if view.clock is None:
        return None
    at, middle = view.point(place), view.point(view.clock)
    if hypot(at.x - middle.x, at.y - middle.y) < 1:
        return None
    turn = degrees(atan2(at.x - middle.x, middle.y - at.y)) % 360
    return round(turn / 30) % 12 or 12


class Stroke(NamedTuple):
    """One path of a drawing on paper; kind is outline (filled), detail or fine."""

    kind: str
    commands: tuple[Command, ...]


class PaperWord(NamedTuple):
    """A word of a drawing on paper; anchor is start, middle or end."""

    text: str
    at: Point
    size: float
    anchor: str


@dataclass(frozen=True)
class PaperDrawing:
    """A view laid on paper: points of 1/72 inch, the origin at the bottom left."""

    view: View
    left: float
    bottom: float
    scale: float
    strokes: tuple[Stroke, ...]
    words: tuple[PaperWord, ...]

    def at(self, place: Place) -> Point:
        """Where a place of the view lies on the paper."""
        return _on_paper(self.view.point(place), self)


def on_paper(view: View, *, left: float, bottom: float, width: float) -> PaperDrawing:
    """The drawing of a view as commands for a page, so many points wide."""
    bare = PaperDrawing(view, left, bottom, width / view.width, (), ())
    kinds = {"outline": view.outline, "detail": view.detail, "fine": view.fine}
    strokes = tuple(
        Stroke(kind, tuple(_command_on_paper(c, bare) for c in geometry.commands(path)))
        for kind, paths in kinds.items()
        for path in paths
    )
    words = tuple(
        PaperWord(
            word.text,
            _on_paper(Point(float(word.x), float(word.y)), bare),
            float(view.word_size) * bare.scale,
            word.anchor,
        )
        for word in view.words
    )
    return PaperDrawing(view, left, bottom, bare.scale, strokes, words)


def _command_on_paper(command: Command, drawing: PaperDrawing) -> Command:
    points = tuple(_on_paper(point, drawing) for point in command.points)
    return Command(command.letter, points)


def _on_paper(point: Point, drawing: PaperDrawing) -> Point:
    return Point(
        drawing.left + point.x * drawing.scale,
        drawing.bottom + (drawing.view.height - point.y) * drawing.scale,
    )


@cache
def _versions() -> Mapping[tuple[str, int], View]:
    read = (_read(path) for path in sorted(_DATA.glob("*.json")))
    return {(view.id, view.version): view for view in read}


def _read(path: Path) -> View:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for kind in ("outline", "detail", "fine"):
        data[kind] = tuple(data[kind])
    data["clock"] = Place(*data["clock"]) if data["clock"] else None
    data["words"] = tuple(Word(**word) for word in data["words"])
    data["regions"] = tuple(
        Region(**{**region, "place": Place(*region["place"])})
        for region in data["regions"]
    )
    return View(**data)


@cache
def _outline_polygons(view: View) -> tuple[tuple[Point, ...], ...]:
    return tuple(part for path in view.outline for part in geometry.polygons(path))


@cache
def _region_polygons(view: View) -> tuple[tuple[Point, ...], ...]:
    return tuple(
        tuple(Point(*map(float, pair.split(","))) for pair in region.points.split())
        for region in view.regions
    )


_ORDER: Final = (
    "body_ant",
    "body_post",
    "child_ant",
    "child_post",
    "head_front",
    "head_left",
    "head_right",
    "hand_L_dorsal",
    "hand_L_palmar",
    "hand_R_dorsal",
    "hand_R_palmar",
    "foot_L_sole",
    "foot_R_sole",
    "thigh_inner",
    "vulva_adult",
    "vulva_prepub",
    "penis_scrotum_front",
    "penis_under",
    "anus_clock",
)
