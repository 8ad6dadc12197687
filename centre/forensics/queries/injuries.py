"""The injuries of an examination as they stand, and their marks on the body map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from centre.forensics.body_map import marks, views
from centre.forensics.body_map.marks import CLASSES, Mark, Shape
from centre.forensics.body_map.views import Place, View
from centre.forensics.models import Examination, Injury
from centre.forensics.rules import injuries as rules


@dataclass(frozen=True)
class Numbers:
    """Which numbers were ever given, and which injuries stand."""

    used: tuple[int, ...]
    standing: Mapping[int, Injury]
    revision: int

    @property
    def following(self) -> int:
        """The number of the next new injury."""
        return max(self.used, default=0) + 1


def numbers(examination: Examination) -> Numbers:
    """Every number of the examination with its newest revision, in one query."""
    newest: dict[int, Injury] = {}
    count = 0
    for row in Injury.objects.filter(examination=examination):
        newest[row.number] = row
        count += 1
    standing = {n: row for n, row in newest.items() if not row.is_removed}
    return Numbers(tuple(newest), standing, count)


def current(examination: Examination) -> list[Injury]:
    """The injuries that were not taken out, by number."""
    return list(numbers(examination).standing.values())


def kept_mark(mark: Mark, *, is_confirmed: bool) -> dict[str, Any]:
    """A mark as it is kept: places as text with four decimals, never as floats."""
    return {
        "view": mark.view_id,
        "version": mark.view_version,
        "shape": str(mark.shape),
        "coords": [[f"{p.x:.4f}", f"{p.y:.4f}"] for p in mark.coords],
        "is_confirmed": is_confirmed,
    }


def mark_of(number: int, kind: str, kept: Mapping[str, Any]) -> Mark:
    """The mark that was kept."""
    coords = tuple(Place(float(x), float(y)) for x, y in kept["coords"])
    return Mark(
        number, kind, kept["view"], kept["version"], coords, Shape(kept["shape"])
    )


def marks_of(found: Iterable[Injury]) -> list[Mark]:
    """Every mark of these injuries."""
    return [
        mark_of(injury.number, injury.details["kind"], kept)
        for injury in found
        for kept in injury.details.get("marks", [])
    ]


def rows_on(view: View, found: Iterable[Injury]) -> list[dict[str, Any]]:
    """The list of one view: a row for each mark on it, for the form of the page."""
    return [
        {
            "number": mark.number,
            "kind": mark.kind,
            "region": region.key if (region := _region(view, mark)) else "",
            "x": mark.place.x,
            "y": mark.place.y,
            "is_confirmed": is_confirmed,
        }
        for mark, is_confirmed in _marks_on(view, found)
    ]


def words_of(details: Mapping[str, Any]) -> str:
    """An injury in one line: class, size, shape, colour."""
    kind = CLASSES.get(details.get("kind", ""), CLASSES["other"]).words
    shape = rules.SHAPES.get(details.get("shape", ""), "").lower()
    colours = [rules.COLOURS[c].lower() for c in details.get("colours", [])]
    parts = [kind, size_words(details), shape, " and ".join(colours)]
    return ", ".join(part for part in parts if part)


def size_words(details: Mapping[str, Any]) -> str:
    """The size with how it was come by; nothing where it was not told."""
    sizes = [details.get("length_mm"), details.get("width_mm")]
    told = " by ".join(str(size) for size in sizes if size is not None)
    if not told:
        return "not measured" if details.get("sized") == "not_measured" else ""
    manner = " (estimated)" if details.get("sized") == "estimated" else ""
    return f"{told} mm{manner}"


def regions_of(details: Mapping[str, Any]) -> list[str]:
    """Where the marks of an injury lie, in words, each region once."""
    found = []
    for kept in details.get("marks", []):
        view = views.load(kept["view"], kept["version"])
        region = _region(view, mark_of(0, details["kind"], kept))
        found.append(region.words if region else view.title)
    return list(dict.fromkeys(found))


def _marks_on(view: View, found: Iterable[Injury]) -> Iterable[tuple[Mark, bool]]:
    for injury in found:
        for kept in injury.details.get("marks", []):
            if (kept["view"], kept["version"]) == (view.id, view.version):
                mark = mark_of(injury.number, injury.details["kind"], kept)
                yield mark, bool(kept.get("is_confirmed"))


def _region(view: View, mark: marks.Mark) -> views.Region | None:
    return views.region_at(view, mark.place)
