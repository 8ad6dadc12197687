"""The figures of a year, out of what the evidence store counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from centre.chain_of_custody.queries import yearly
from centre.chain_of_custody.rules.fold import Reporting
from centre.chain_of_custody.rules.legs import LEGS, lengths
from centre.chain_of_custody.rules.moves import Move
from centre.chain_of_custody.rules.requests import REASON_WORDS
from centre.core.models import Centre
from centre.insight.models import Return
from centre.insight.suppression import Figures, group, span

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


def returns(centre: Centre) -> list[Return]:
    """The returns of a centre, the newest year first."""
    return list(Return.objects.filter(centre=centre).select_related("made_by"))


def figures(centre: Centre, begins: datetime, ends: datetime) -> Figures:
    """What a return tells of a span of time, small numbers hidden."""
    of = (centre, begins, ends)
    decided = {str(r): words for r, words in REASON_WORDS.items()}
    groups = (
        group("Cases with evidence taken", _told(_REPORTING, yearly.reported(*of))),
        group("Kits and loose items taken", _capital(yearly.whereabouts(*of))),
        group("Changes of the report", _told(_TURNED, yearly.turned(*of))),
        group("Submitted to a laboratory", _told(_LABORATORY, yearly.laboratory(*of))),
        group(
            "Lines of requests decided",
            _told({yearly.RELEASED: "Released", **decided}, yearly.decided(*of)),
        ),
        group("Ended", _told(_ENDED, yearly.happened(*of, *_ENDED))),
        group("Gone wrong", _told(_WRONG, yearly.happened(*of, *_WRONG))),
    )
    firsts = yearly.firsts(*of)
    return Figures(groups, tuple(span(g.words, lengths(g, firsts)) for g in LEGS))


def year_of(centre: Centre, year: int) -> tuple[datetime, datetime]:
    """A calendar year of the centre, as its first moment and the next year's."""
    zone = ZoneInfo(centre.timezone)
    return datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)


def _told(words: Mapping[Any, str], counts: Mapping[str, int]) -> dict[str, int]:
    return {said: counts.get(key, 0) for key, said in words.items()}


def _capital(counts: Mapping[str, int]) -> dict[str, int]:
    return {words.capitalize(): count for words, count in counts.items()}
