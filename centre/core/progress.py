"""How far a long run has come: one line on a terminal, a line per part elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TextIO

_EVERY: Final = 0.2
"""Seconds between two drawings of the line."""


class Progress:
    """Told what is begun and how much of it is done; this one keeps it to itself."""

    def begin(self, what: str, total: int) -> None:
        """Something begins that has so many parts; 0 if nobody knows how many."""

    def step(self, count: int) -> None:
        """So many more parts are done."""

    def end(self) -> None:
        """Everything is done."""


class Lines(Progress):
    """One line for each thing that begins."""

    def __init__(self, tell: Callable[[str], object]) -> None:
        self._tell = tell

    def begin(self, what: str, total: int) -> None:
        """Say what is checked now."""
        self._tell(f"Checking {what}" + (f" ({total})" if total else ""))


class Bar(Progress):
    """A single line that is drawn over itself: what, percent, how many a second."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._what, self._total, self._done = "", 0, 0
        self._began = self._drawn = 0.0
        self._width = 0

    def begin(self, what: str, total: int) -> None:
        """Start anew with another thing."""
        self._what, self._total, self._done = what, total, 0
        self._began = time.monotonic()
        self._draw()

    def step(self, count: int) -> None:
        """Count on; draw, unless that was done a moment ago."""
        self._done += count
        if time.monotonic() - self._drawn >= _EVERY or self._done >= self._total:
            self._draw()

    def end(self) -> None:
        """Leave an empty line behind."""
        self._stream.write("\r" + " " * self._width + "\r")
        self._stream.flush()
        self._width = 0

    def _draw(self) -> None:
        self._drawn = time.monotonic()
        line = self._line()
        self._stream.write("\r" + line.ljust(self._width))
        self._stream.flush()
        self._width = len(line)

    def _line(self) -> str:
        if not self._total:
            return f"Checking {self._what}"
        percent = min(100, self._done * 100 // self._total)
        spent = max(self._drawn - self._began, 0.001)
        rate = round(self._done / spent)
        done = f"{self._done:,} of {self._total:,}"
        return f"Checking {self._what}: {percent} %, {done}, {rate:,} a second"
