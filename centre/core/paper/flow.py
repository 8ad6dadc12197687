"""Blocks laid out on pages, before a single mark is drawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from centre.core.paper.blocks import Block
from centre.core.paper.labels import Labels

_HEADING_NEEDS = 60.0
"""A heading stands on a page only with this much of what follows it."""


@dataclass
class Page:
    """What stands on one page: blocks from the top, or a sheet of labels."""

    placed: list[tuple[Block, float]] = field(default_factory=list)
    labels: Labels | None = None


class Break:
    """What follows starts on a new page."""


def pages(parts: Iterable[Block | Labels | Break], room: float) -> list[Page]:
    """The parts in order, on as many pages as they need."""
    laid = _Laid(room)
    for part in parts:
        if isinstance(part, Break):
            laid.turn()
        elif isinstance(part, Labels):
            laid.labels(part)
        else:
            laid.block(part)
    return [page for page in laid.pages if page.placed or page.labels] or [Page()]


class _Laid:
    def __init__(self, room: float) -> None:
        self.room = room
        self.pages = [Page()]
        self.used = 0.0

    def turn(self) -> None:
        self.pages.append(Page())
        self.used = 0.0

    def labels(self, part: Labels) -> None:
        self.pages.append(Page(labels=part))
        self.turn()

    def block(self, part: Block) -> None:
        rest: Block | None = part
        while rest is not None:
            gap = rest.gap if self.used else 0.0
            needs = _HEADING_NEEDS if rest.keeps_next else 0.0
            fits, rest = self._take(rest, self.room - self.used - gap, needs)
            if fits is not None:
                self.pages[-1].placed.append((fits, self.used + gap))
                self.used += gap + fits.height
            if rest is not None:
                self.turn()

    def _take(
        self, part: Block, room: float, needs: float
    ) -> tuple[Block | None, Block | None]:
        if needs and self.used and part.height + needs > room:
            return None, part
        return part.split(room)
