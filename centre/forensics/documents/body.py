"""Body map pages: the drawn views with numbered marks, as vectors, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from reportlab.graphics.shapes import Drawing, Line, Path, String
from reportlab.lib.colors import Color, black, white

from centre.core.paper import BOLD, PLAIN, Document
from centre.forensics.body_map import geometry, marks, views
from centre.forensics.body_map.geometry import Command, Point
from centre.forensics.body_map.marks import DrawnMark, Mark, Shape
from centre.forensics.body_map.views import PaperDrawing, Place, View
from centre.forensics.frozen import FrozenExamination

_CELL: Final = 240.0
_GAP: Final = 18.0
_TITLE: Final = 16.0
_TALL: Final = 500.0
_LOW: Final = 290.0
_TALL_FROM: Final = 1.6
"""A view at least so much higher than wide gets a page's height."""

_GREY: Final = Color(0.45, 0.45, 0.45)
_SKIN: Final = Color(0.965, 0.965, 0.965)
_STROKES: Final = {
    "outline": (0.8, black, _SKIN),
    "detail": (0.55, _GREY, None),
    "fine": (0.35, _GREY, None),
}


def body_map(paper: Document, frozen: FrozenExamination) -> None:
    """Front and back always, and every other view that bears a mark."""
    found = [mark for injury in frozen.injuries for mark in marks_of(injury)]
    for pair in _pairs(_shown(frozen, found)):
        paper.drawing(_side_by_side(pair, found), _says(pair, found))


def marks_of(injury: Mapping[str, Any]) -> list[Mark]:
    """The marks of an injury as they were kept."""
    return [
        Mark(
            injury["number"],
            injury["kind"],
            kept["view"],
            kept["version"],
            tuple(Place(float(x), float(y)) for x, y in kept["coords"]),
            Shape(kept.get("shape", Shape.POINT)),
        )
        for kept in injury.get("marks", [])
    ]


def places_of(injury: Mapping[str, Any]) -> str:
    """Where an injury lies: the regions of its marks, and the hour of a clock."""
    found = dict.fromkeys(_place_words(mark) for mark in marks_of(injury))
    return "; ".join(found)


def _place_words(mark: Mark) -> str:
    view = views.load(mark.view_id, mark.view_version)
    region = views.region_at(view, mark.place)
    words = region.words if region else view.title
    hour = views.clock_hour(view, mark.place)
    return f"{words}, {hour} o'clock" if hour else words


def _shown(frozen: FrozenExamination, found: Iterable[Mark]) -> list[View]:
    age = frozen.facts.get("prepubertal")
    whole = ("child_ant", "child_post") if age == "yes" else ("body_ant", "body_post")
    shown = {(v.id, v.version): v for v in map(views.load, whole)}
    for mark in found:
        key = (mark.view_id, mark.view_version)
        shown.setdefault(key, views.load(*key))
    order = {view.id: at for at, view in enumerate(views.all_views())}
    return sorted(shown.values(), key=lambda v: (not _is_tall(v), order[v.id]))


def _pairs(shown: Sequence[View]) -> Iterator[tuple[View, ...]]:
    """Two views beside each other, tall ones and low ones apart."""
    for is_tall in (True, False):
        row = [view for view in shown if _is_tall(view) is is_tall]
        for at in range(0, len(row), 2):
            yield tuple(row[at : at + 2])


def _is_tall(view: View) -> bool:
    return view.height / view.width > _TALL_FROM


def _says(pair: Iterable[View], found: Sequence[Mark]) -> str:
    """What the pictures show, for a reader who cannot see them."""
    return " ".join(
        f"{view.title}: {'; '.join(m.words for m in drawn) or 'no mark'}."
        for view in pair
        for drawn in [marks.draw(view, found)]
    )


def _side_by_side(pair: Sequence[View], found: Sequence[Mark]) -> Any:
    height = _TALL if _is_tall(pair[0]) else _LOW
    picture = Drawing(2 * _CELL + _GAP, height + _TITLE)
    for at, view in enumerate(pair):
        left = at * (_CELL + _GAP)
        width = min(_CELL, height * view.width / view.height)
        aside = left + (_CELL - width) / 2
        drawn = views.on_paper(view, left=aside, bottom=0, width=width)
        placed = marks.draw(view, found)
        title = view.title if placed else f"{view.title}: no mark"
        picture.add(_text(title, Point(left, height + 4), 8.5, "start", bold=True))
        for shape in (*_figure(drawn), *_marks(drawn, placed)):
            picture.add(shape)
    return picture


def _figure(drawing: PaperDrawing) -> Iterator[Any]:
    for stroke in drawing.strokes:
        width, ink, fill = _STROKES[stroke.kind]
        yield _path(stroke.commands, width=width, ink=ink, fill=fill)
    for word in drawing.words:
        yield _text(word.text, word.at, max(word.size, 5.0), word.anchor)


def _marks(drawing: PaperDrawing, placed: Iterable[DrawnMark]) -> Iterator[Any]:
    """Lines first, badges on top of them, so that every number can be read."""
    drawn = list(placed)
    for mark in drawn:
        spot, badge = _at(drawing, mark.x, mark.y), _badge(drawing, mark)
        yield Line(*spot, *badge, strokeWidth=0.5, strokeColor=black)
        if mark.drawn:
            outline = _moved(drawing, geometry.commands(mark.drawn))
            yield _path(outline, width=1.1, ink=black, fill=None)
        size = float(mark.spot) * drawing.scale
        yield _path(_diamond(spot, max(size, 1.6)), width=0.3, ink=black, fill=black)
    for mark in drawn:
        yield from _badge_shapes(drawing, mark)


def _badge_shapes(drawing: PaperDrawing, mark: DrawnMark) -> Iterator[Any]:
    middle = _badge(drawing, mark)
    scale = float(mark.scale) * drawing.scale
    outline = [
        Command(
            letter, tuple(Point(middle.x + p.x * scale, middle.y - p.y * scale)
                          for p in points)
        )
        for letter, points in geometry.commands(mark.badge)
    ]  # fmt: skip
    size = float(mark.size) * scale
    yield _path(outline, width=0.7, ink=black, fill=white, is_dashed=mark.is_old)
    label = f"{mark.number} {mark.letters}"
    at = Point(middle.x, middle.y - 0.36 * size)
    yield _text(label, at, size, "middle", bold=True)


def _badge(drawing: PaperDrawing, mark: DrawnMark) -> Point:
    return _at(drawing, mark.badge_x, mark.badge_y)


def _at(drawing: PaperDrawing, x: str, y: str) -> Point:
    view = drawing.view
    return drawing.at(Place(float(x) / view.width, float(y) / view.height))


def _moved(drawing: PaperDrawing, steps: Iterable[Command]) -> list[Command]:
    return [
        Command(letter, tuple(_at(drawing, str(p.x), str(p.y)) for p in points))
        for letter, points in steps
    ]


def _diamond(at: Point, size: float) -> list[Command]:
    corners = [(0, size), (size, 0), (0, -size), (-size, 0)]
    points = [Point(at.x + x, at.y + y) for x, y in corners]
    lines = [Command("L", (point,)) for point in points[1:]]
    return [Command("M", (points[0],)), *lines, Command("Z", ())]


def _path(
    steps: Iterable[Command],
    *,
    width: float,
    ink: Any,
    fill: Any,
    is_dashed: bool = False,
) -> Any:
    path = Path(strokeWidth=width, strokeColor=ink, fillColor=fill)
    if is_dashed:
        path.strokeDashArray = [2, 1.5]
    draw = {"M": path.moveTo, "L": path.lineTo, "C": path.curveTo}
    for letter, points in steps:
        if letter == "Z":
            path.closePath()
        else:
            draw[letter](*(number for point in points for number in point))
    return path


def _text(text: str, at: Point, size: float, anchor: str, *, bold: bool = False) -> Any:
    font = BOLD if bold else PLAIN
    return String(at.x, at.y, text, fontName=font, fontSize=size, textAnchor=anchor)
