"""Small signs on labels, drawn by ourselves: how to keep it, and what to beware of.

Each is told by its shape; the words stand beside it on the label.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, pi, sin
from typing import Any, Final


def draw(canvas: Any, name: str, x: float, y: float, side: float) -> None:
    """One sign in a square frame whose lower left is x, y; unknown ones stay empty."""
    canvas.saveState()
    canvas.translate(x, y)
    canvas.setStrokeGray(0)
    canvas.setFillGray(0)
    canvas.setLineWidth(max(0.5, side / 22))
    canvas.rect(0, 0, side, side, stroke=1, fill=0)
    drawn = _SIGNS.get(name)
    if drawn:
        drawn(canvas, side)
    canvas.restoreState()


def draw_arrow(canvas: Any, x: float, y: float, height: float) -> None:
    """An arrow away from the seal: the package is opened at its other end."""
    canvas.saveState()
    canvas.translate(x, y + height / 2)
    canvas.setStrokeGray(0)
    canvas.setLineWidth(0.8)
    canvas.line(0, 0, 11, 0)
    canvas.line(11, 0, 7.5, 3)
    canvas.line(11, 0, 7.5, -3)
    canvas.restoreState()


def _snow(canvas: Any, side: float) -> None:
    """Six rays."""
    middle, length = side / 2, side * 0.36
    for turn in range(3):
        across, up = length * cos(turn * pi / 3), length * sin(turn * pi / 3)
        canvas.line(middle - across, middle - up, middle + across, middle + up)


def _refrigerator(canvas: Any, side: float) -> None:
    """A cupboard with two doors and a handle."""
    left, wide, low, high = side * 0.3, side * 0.4, side * 0.15, side * 0.7
    canvas.rect(left, low, wide, high, stroke=1, fill=0)
    canvas.line(left, low + high * 0.62, left + wide, low + high * 0.62)
    canvas.line(
        left + wide * 0.8, low + high * 0.3, left + wide * 0.8, low + high * 0.5
    )


def _room(canvas: Any, side: float) -> None:
    """A house: at room temperature, dry."""
    low, wall = side * 0.18, side * 0.5
    canvas.rect(side * 0.25, low, side * 0.5, wall - low, stroke=1, fill=0)
    canvas.line(side * 0.18, wall, side / 2, side * 0.82)
    canvas.line(side * 0.82, wall, side / 2, side * 0.82)


def _drying(canvas: Any, side: float) -> None:
    """A cabinet with air through it."""
    canvas.rect(side * 0.2, side * 0.15, side * 0.6, side * 0.7, stroke=1, fill=0)
    for up in (0.35, 0.5, 0.65):
        canvas.line(side * 0.32, side * up, side * 0.68, side * up)


def _beware(canvas: Any, side: float) -> None:
    """A triangle with an exclamation mark: body fluids inside."""
    path = canvas.beginPath()
    path.moveTo(side / 2, side * 0.86)
    path.lineTo(side * 0.88, side * 0.16)
    path.lineTo(side * 0.12, side * 0.16)
    path.close()
    canvas.drawPath(path, stroke=1, fill=0)
    canvas.rect(side * 0.47, side * 0.36, side * 0.06, side * 0.26, stroke=0, fill=1)
    canvas.circle(side / 2, side * 0.27, side * 0.04, stroke=0, fill=1)


_SIGNS: Final[dict[str, Callable[[Any, float], None]]] = {
    "AMB": _room,
    "REF": _refrigerator,
    "FRZ": _snow,
    "DRYCAB": _drying,
    "biohazard": _beware,
}
