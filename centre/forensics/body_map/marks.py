"""Marks on a view: what they are, whether they may stand, and how they are drawn.

A mark belongs to exactly one injury; an injury may have several marks. Its class shows
as letters and as the shape of its badge, never by colour alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from centre.core.errors import RuleError
from centre.forensics.body_map import geometry, views
from centre.forensics.body_map.geometry import Point
from centre.forensics.body_map.views import Place, View


class Shape(StrEnum):
    """How a mark is drawn; an ellipse is its middle and its two radii."""

    POINT = "point"
    LINE = "line"
    POLYLINE = "polyline"
    POLYGON = "polygon"
    ELLIPSE = "ellipse"


class Badge(StrEnum):
    """The outline around a mark's number, by the kind of injury."""

    OPEN = "open"
    UNDER = "under"
    SURFACE = "surface"
    PATTERN = "pattern"
    DEEP = "deep"
    OLD = "old"


class InjuryClass(NamedTuple):
    """A class of injury on the map."""

    letters: str
    words: str
    badge: Badge


CLASSES: Final[dict[str, InjuryClass]] = {
    "abrasion": InjuryClass("A", "Abrasion", Badge.OPEN),
    "bruise": InjuryClass("B", "Bruise", Badge.UNDER),
    "petechiae": InjuryClass("P", "Petechiae", Badge.UNDER),
    "erythema": InjuryClass("R", "Redness", Badge.SURFACE),
    "swelling": InjuryClass("Sw", "Swelling", Badge.SURFACE),
    "tenderness": InjuryClass("T", "Tenderness without mark", Badge.SURFACE),
    "laceration": InjuryClass("L", "Laceration", Badge.OPEN),
    "incised": InjuryClass("I", "Incised wound", Badge.OPEN),
    "stab": InjuryClass("S", "Stab or puncture wound", Badge.OPEN),
    "gunshot": InjuryClass("G", "Firearm wound", Badge.OPEN),
    "bite": InjuryClass("Bt", "Bite mark", Badge.PATTERN),
    "suction": InjuryClass("Su", "Suction mark", Badge.UNDER),
    "burn": InjuryClass("Bu", "Burn or scald", Badge.PATTERN),
    "ligature": InjuryClass("Li", "Ligature or restraint mark", Badge.PATTERN),
    "avulsion": InjuryClass("Av", "Avulsion", Badge.OPEN),
    "amputation": InjuryClass("Am", "Amputation", Badge.DEEP),
    "crush": InjuryClass("Cr", "Crush injury", Badge.DEEP),
    "fracture_susp": InjuryClass("F", "Suspected fracture", Badge.DEEP),
    "dislocation": InjuryClass("D", "Dislocation", Badge.DEEP),
    "tooth_injury": InjuryClass("To", "Tooth injury", Badge.DEEP),
    "hair_loss": InjuryClass("Ha", "Hair pulled out", Badge.SURFACE),
    "nail_injury": InjuryClass("N", "Nail injury", Badge.OPEN),
    "tympanic": InjuryClass("Ty", "Eardrum injury", Badge.DEEP),
    "fissure": InjuryClass("Fi", "Fissure", Badge.OPEN),
    "tear_mucosal": InjuryClass("Te", "Mucosal tear", Badge.OPEN),
    "hymen_transection": InjuryClass("H", "Complete cleft of the hymen", Badge.OPEN),
    "foreign_body": InjuryClass("Fb", "Foreign body", Badge.DEEP),
    "scar": InjuryClass("Sc", "Scar", Badge.OLD),
    "old_mark": InjuryClass("O", "Old mark", Badge.OLD),
    "pigment": InjuryClass("Pg", "Pigment mark", Badge.OLD),
    "other": InjuryClass("X", "Other finding", Badge.SURFACE),
}
"""The injury vocabulary with the letters printed beside a number."""

BADGES: Final = {
    Badge.OPEN: "M-18 -11 L18 -11 L25 0 L18 11 L-18 11 L-25 0 Z",
    Badge.UNDER: "M-11 -11 L11 -11 C26 -11 26 11 11 11 L-11 11 C-26 11 -26 -11 -11"
    " -11 Z",
    Badge.SURFACE: "M-20 -11 L20 -11 L20 11 L-20 11 Z",
    Badge.PATTERN: "M-15 -11 L15 -11 L21 -5 L21 5 L15 11 L-15 11 L-21 5 L-21 -5 Z",
    Badge.DEEP: "M-24 -11 L24 -11 L17 11 L-17 11 Z",
    Badge.OLD: "M-15 -11 L22 -11 L15 11 L-22 11 Z",
}
"""Badge outlines around their own middle, in units of a view of unit size 1."""

_STEPS: Final = sorted(range(-18, 19), key=lambda step: (abs(step), -step))
"""Half badges up and down, nearest first: 0, 1, -1, 2, -2 and so on."""

_LEAST_POINTS: Final = {Shape.POINT: 1, Shape.LINE: 2, Shape.ELLIPSE: 2}
_MOST_POINTS: Final = 200


@dataclass(frozen=True)
class Mark:
    """One mark as it is kept: geometry in fractions of the view, class and number."""

    number: int
    kind: str
    view_id: str
    view_version: int
    coords: tuple[Place, ...]
    shape: Shape = Shape.POINT

    @property
    def place(self) -> Place:
        """Where the mark's leader points: its first place, or a polygon's middle."""
        if self.shape is not Shape.POLYGON:
            return self.coords[0]
        count = len(self.coords)
        return Place(
            round(sum(p.x for p in self.coords) / count, 4),
            round(sum(p.y for p in self.coords) / count, 4),
        )

    @property
    def letters(self) -> str:
        """The letters of its class."""
        return _class_of(self.kind).letters


def point(number: int, kind: str, view: View, x: float, y: float) -> Mark:
    """A mark at one place of a view."""
    place = Place(round(x, 4), round(y, 4))
    return Mark(number, kind, view.id, view.version, (place,))


def check(mark: Mark, *, is_confirmed: bool = False) -> None:
    """A mark stands on its view: within it, well formed, on the figure or confirmed."""
    _check_form(mark)
    for place in mark.coords[:1] if mark.shape is Shape.ELLIPSE else mark.coords:
        if not (0 <= place.x <= 1 and 0 <= place.y <= 1):
            raise RuleError("This mark lies outside the picture.")
    view = views.load(mark.view_id, mark.view_version)
    if not is_confirmed and not views.on_figure(view, mark.place):
        raise RuleError(
            "This mark lies off the figure. Move it on to the figure or confirm it."
        )


def _check_form(mark: Mark) -> None:
    count = len(mark.coords)
    least = _LEAST_POINTS.get(mark.shape, 3 if mark.shape is Shape.POLYGON else 2)
    exact = mark.shape in _LEAST_POINTS
    if count < least or count > (least if exact else _MOST_POINTS):
        raise RuleError(f"A {mark.shape} cannot be drawn with {count} places.")
    corners = [Point(*place) for place in mark.coords]
    if mark.shape is Shape.POLYGON and geometry.crosses_itself(corners):
        raise RuleError("The outline of this mark crosses itself. Draw it again.")


@dataclass(frozen=True)
class DrawnMark:
    """A mark as the page draws it, every number already written out."""

    number: int
    letters: str
    words: str
    x: str
    y: str
    badge_x: str
    badge_y: str
    badge: str
    is_old: bool
    drawn: str
    spot: str
    scale: str
    size: str


def draw(view: View, marks: Iterable[Mark]) -> tuple[DrawnMark, ...]:
    """Marks of one view with their badges set beside them, clear of each other."""
    wanted = sorted(
        (m for m in marks if (m.view_id, m.view_version) == (view.id, view.version)),
        key=lambda mark: mark.number,
    )
    spots = [view.point(mark.place) for mark in wanted]
    badges: list[Point] = []
    for spot in spots:
        badges.append(_badge_place(view, spot, badges, spots))
    return tuple(
        _drawn(view, mark, badge) for mark, badge in zip(wanted, badges, strict=True)
    )


def _drawn(view: View, mark: Mark, badge: Point) -> DrawnMark:
    kind = _class_of(mark.kind)
    at = view.point(mark.place)
    region = views.region_at(view, mark.place)
    where = f", {region.words.lower()}" if region else ""
    return DrawnMark(
        number=mark.number,
        letters=kind.letters,
        words=f"{mark.number}: {kind.words}{where}",
        x=f"{at.x:.1f}",
        y=f"{at.y:.1f}",
        badge_x=f"{badge.x:.1f}",
        badge_y=f"{badge.y:.1f}",
        badge=BADGES[kind.badge],
        is_old=kind.badge is Badge.OLD,
        drawn=path_of(view, mark),
        spot=f"{3.5 * view.unit:.1f}",
        scale=f"{view.unit:.3f}",
        size="13",
    )


def path_of(view: View, mark: Mark) -> str:
    """The mark's own line on the view, beside the spot; empty for a point."""
    if mark.shape is Shape.POINT:
        return ""
    if mark.shape is Shape.ELLIPSE:
        return _ellipse(view.point(mark.coords[0]), view.point(mark.coords[1]))
    points = [view.point(place) for place in mark.coords]
    line = "M" + " L".join(f"{p.x:.1f} {p.y:.1f}" for p in points)
    return f"{line} Z" if mark.shape is Shape.POLYGON else line


def _ellipse(middle: Point, radii: Point) -> str:
    bend = 0.5523
    (cx, cy), (rx, ry) = middle, radii
    corners: Sequence[tuple[float, float]] = (
        *((1, bend), (bend, 1), (0, 1), (-bend, 1), (-1, bend), (-1, 0)),
        *((-1, -bend), (-bend, -1), (0, -1), (bend, -1), (1, -bend), (1, 0)),
    )
    words = [f"{cx + a * rx:.1f} {cy + b * ry:.1f}" for a, b in corners]
    curves = [f"C{' '.join(words[i : i + 3])}" for i in range(0, 12, 3)]
    return f"M{cx + rx:.1f} {cy:.1f} {' '.join(curves)} Z"


def _badge_place(
    view: View, at: Point, badges: Sequence[Point], spots: Sequence[Point]
) -> Point:
    """Beside the spot on its outer side, moved until it covers nothing else."""
    unit = view.unit
    side = -1 if at.x < view.width / 2 else 1
    x = at.x + side * 40 * unit
    x = min(max(x, 26 * unit), view.width - 26 * unit)
    if abs(x - at.x) < 30 * unit:
        x = at.x - side * 40 * unit
    low, high = 14 * unit, view.height - 14 * unit
    wanted = min(max(at.y - 14 * unit, low), high)
    for step in _STEPS:
        place = Point(x, min(max(wanted + step * 12.5 * unit, low), high))
        if not _covers(place, badges, 50, 24, unit) and not _covers(
            place, spots, 29, 15, unit
        ):
            return place
    return Point(x, wanted)


def _covers(
    badge: Point, others: Sequence[Point], across: float, down: float, unit: float
) -> bool:
    return any(
        abs(badge.x - other.x) < across * unit and abs(badge.y - other.y) < down * unit
        for other in others
    )


def _class_of(kind: str) -> InjuryClass:
    return CLASSES.get(kind, CLASSES["other"])
