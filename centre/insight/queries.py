"""The figures of a year, out of what the evidence store counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from centre.chain_of_custody.queries import steering, yearly
from centre.chain_of_custody.rules.fold import Reporting
from centre.chain_of_custody.rules.legs import LEGS, lengths
from centre.chain_of_custody.rules.moves import Move
from centre.chain_of_custody.rules.requests import REASON_WORDS
from centre.core.models import Centre
from centre.insight.models import Return
from centre.insight.suppression import Figures, group, span

_TAKEN: Final = "Kits and loose items taken"
_SUBMITTED: Final = "Submitted to a laboratory"
_WRITTEN: Final = "How it was written down"
_WAYS: Final[dict[str, str]] = {
    "in_time": "At the time",
    "late": "Late, or out of an earlier record",
    "put_right": "Amended or voided",
}
_REPORTING: Final[dict[str, str]] = {
    Reporting.REPORTED: "Reported to the police",
    Reporting.UNREPORTED: "Not reported",
    Reporting.ANONYMOUS: "Anonymous",
}
_TURNED: Final[dict[str, str]] = {
    "reported": "Reported after they were taken",
    "taken_back": "Report taken back",
}
_LABORATORY: Final[dict[str, str]] = {
    "accepted": "Accepted",
    "rejected": "Rejected",
    "waiting": "Not answered yet",
}
_ENDED: Final[dict[Move, str]] = {
    Move.DESTROYED: "Destroyed by two people before a witness",
    Move.RETURNED_TO_OWNER: "Returned to the owner",
}
_WRONG: Final[dict[Move, str]] = {
    Move.DISCREPANCY_RAISED: "Discrepancies raised",
    Move.MISSING_DECLARED: "Things declared missing",
}


@dataclass(frozen=True)
class Counted:
    """Parts of one whole as they are; those that are nought left out."""

    title: str
    parts: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Own:
    """A span of time in the centre's own numbers."""

    groups: tuple[Counted, ...]
    taken: int
    submitted: int

    @property
    def percent(self) -> int:
        """Submissions to a laboratory for each hundred things taken."""
        return round(100 * self.submitted / self.taken) if self.taken else 0


@dataclass(frozen=True)
class Now:
    """How the store stands at this moment."""

    quiet: int
    unplaced: int
    unconfirmed: int
    ends: tuple[tuple[str, int], ...]
    """In which year how many kits and items reach the end of their retention."""


def returns(centre: Centre) -> list[Return]:
    """The returns of a centre, the newest year first."""
    return list(Return.objects.filter(centre=centre).select_related("made_by"))


def figures(centre: Centre, begins: datetime, ends: datetime) -> Figures:
    """What a return tells of a span of time, small numbers hidden."""
    groups = (group(t, parts) for t, parts in _counted(centre, begins, ends).items())
    firsts = yearly.firsts(centre, begins, ends)
    spans = (span(g.words, lengths(g, firsts)) for g in LEGS)
    return Figures(tuple(groups), tuple(spans))


def own(centre: Centre, begins: datetime, ends: datetime) -> Own:
    """The true numbers of a span of time, for the centre's own eyes."""
    counted = _counted(centre, begins, ends)
    taken = sum(counted[_TAKEN].values())
    submitted = sum(counted[_SUBMITTED].values())
    counted[_WRITTEN] = _told(_WAYS, yearly.written(centre, begins, ends))
    groups = tuple(
        Counted(title, tuple((words, n) for words, n in parts.items() if n))
        for title, parts in counted.items()
    )
    return Own(groups, taken=taken, submitted=submitted)


def now(centre: Centre, at: datetime) -> Now:
    """What a coordinator steers by at this moment."""
    years = steering.ends_by_year(centre)
    return Now(
        quiet=steering.quiet(centre, at).count(),
        unplaced=steering.unplaced(centre).count(),
        unconfirmed=steering.unconfirmed(centre, at),
        ends=tuple((str(year), count) for year, count in years.items()),
    )


def year_of(centre: Centre, year: int) -> tuple[datetime, datetime]:
    """A calendar year of the centre, as its first moment and the next year's."""
    zone = ZoneInfo(centre.timezone)
    return datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)


def _counted(
    centre: Centre, begins: datetime, ends: datetime
) -> dict[str, dict[str, int]]:
    of = (centre, begins, ends)
    decided = {str(r): words for r, words in REASON_WORDS.items()}
    return {
        "Cases with evidence taken": _told(_REPORTING, yearly.reported(*of)),
        _TAKEN: _capital(yearly.whereabouts(*of)),
        "Changes of the report": _told(_TURNED, yearly.turned(*of)),
        _SUBMITTED: _told(_LABORATORY, yearly.laboratory(*of)),
        "Lines of requests decided": _told(
            {yearly.RELEASED: "Released", **decided}, yearly.decided(*of)
        ),
        "Ended": _told(_ENDED, yearly.happened(*of, *_ENDED)),
        "Gone wrong": _told(_WRONG, yearly.happened(*of, *_WRONG)),
    }


def _told(words: Mapping[Any, str], counts: Mapping[str, int]) -> dict[str, int]:
    return {said: counts.get(key, 0) for key, said in words.items()}


def _capital(counts: Mapping[str, int]) -> dict[str, int]:
    return {words.capitalize(): count for words, count in counts.items()}
