"""How one person's documentation went over the months; never beside another's.

Nothing of it is kept: a stored grade would become a part of what a court may ask for,
and it would be of another edition of the index than the next one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from centre.forensics.rules.documentation.model import Score, Topic

MOST_TOPICS: Final = 5
"""How many topics are named as those that stay open most often."""


@dataclass(frozen=True)
class Judged:
    """One completed examination: its day and its index."""

    on: date
    score: Score


@dataclass(frozen=True)
class Month:
    """The examinations of one month together."""

    label: str
    percent: int
    count: int


@dataclass(frozen=True)
class OftenOpen:
    """A topic that stayed open, in how many of those it belonged to."""

    topic: Topic
    open: int
    of: int


@dataclass(frozen=True)
class Trend:
    """What a supervisor sees of one person."""

    months: tuple[Month, ...] = ()
    often_open: tuple[OftenOpen, ...] = ()

    @property
    def count(self) -> int:
        """How many examinations it rests on."""
        return sum(month.count for month in self.months)


def trend(judged: Iterable[Judged]) -> Trend:
    """By month from the oldest, and the topics that stayed open most often."""
    by_month: dict[str, list[Score]] = defaultdict(list)
    for one in sorted(judged, key=lambda one: one.on):
        by_month[f"{one.on:%Y-%m}"].append(one.score)
    every = [score for scores in by_month.values() for score in scores]
    months = (_month(label, scores) for label, scores in by_month.items())
    return Trend(tuple(months), tuple(_often_open(every)))


def _month(label: str, scores: Sequence[Score]) -> Month:
    met, of = sum(s.met for s in scores), sum(s.of for s in scores)
    return Month(label, round(100 * met / of) if of else 0, len(scores))


def _often_open(scores: Iterable[Score]) -> list[OftenOpen]:
    opened: Counter[str] = Counter()
    belonged: Counter[str] = Counter()
    topics: dict[str, Topic] = {}
    for point in (point for score in scores for point in score.points):
        topics[point.topic.code] = point.topic
        opened[point.topic.code] += point.is_open
        belonged[point.topic.code] += point.belongs
    most = [code for code, count in opened.most_common(MOST_TOPICS) if count]
    return [OftenOpen(topics[c], opened[c], belonged[c]) for c in most]
