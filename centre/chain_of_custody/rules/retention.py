"""How long evidence is kept: the latest date of every policy that fits.

Minors are counted from the day they come of age, by the youngest they may be. Nothing
shortens a date that was given before; a longer one replaces it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from centre.chain_of_custody.rules.fold import Reporting
from centre.core.errors import RuleError

REVIEW: Final = timedelta(days=180)
"""So long before its end a thing appears on the review list."""

QUERY: Final = timedelta(days=90)
"""So long before its end police and prosecutor are asked, and holds are looked for."""

LATEST_YEARS: Final = 100
_MONTHS: Final = 12


class CountsFrom(StrEnum):
    """The day a period begins."""

    COLLECTED = "collected"
    MAJORITY = "majority"
    REPORTED = "reported"


class Unit(StrEnum):
    """What a period is counted in."""

    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


class Notice(StrEnum):
    """How the coming end is told to the survivor."""

    CONTACT = "contact"
    PORTAL = "portal"
    NONE = "none"

    @property
    def words(self) -> str:
        """As pages say it."""
        return {
            Notice.CONTACT: "By the safe way she chose",
            Notice.PORTAL: "Only on her own page, when she looks",
            Notice.NONE: "Not at all: the law or she herself wants silence",
        }[self]


@dataclass(frozen=True)
class Policy:
    """One rule of one law, as data."""

    code: str
    jurisdiction: str
    reporting: frozenset[Reporting]
    counts_from: CountsFrom
    length: int
    unit: Unit
    notice_days: int
    notice: Notice
    citation: str
    verified: bool


@dataclass(frozen=True)
class Facts:
    """What a retention date depends on."""

    collected_on: date
    reporting: Reporting
    majority_on: date | None = None
    reported_on: date | None = None


@dataclass(frozen=True)
class Term:
    """Until when a thing is kept, and by which policy."""

    until: date
    policy: Policy


def term(policies: Iterable[Policy], facts: Facts) -> Term:
    """The latest end of all policies that fit; with none the first one's is taken."""
    known = list(policies)
    fitting = [p for p in known if facts.reporting in p.reporting] or known
    ends = [Term(_end(policy, facts), policy) for policy in fitting]
    return max(ends, key=lambda found: found.until)


def later(held: date | None, computed: date) -> date | None:
    """The new date, if it is later than the one held; a date never moves forward."""
    return computed if held is None or computed > held else None


def check_extension(until: date, *, held: date | None, today: date) -> None:
    """An extension is an extension, and not for ever."""
    if held is not None and until <= held:
        raise RuleError(
            f"It is kept until {held:%d %b %Y} already. Give a later date; a date "
            "never moves forward."
        )
    if until <= today:
        raise RuleError("The new date lies in the past. Give a date to come.")
    if until > plus_years(today, LATEST_YEARS):
        raise RuleError("The new date is more than a hundred years away. Check it.")


def majority(collected_on: date, youngest: int | None, years: int) -> date | None:
    """When the survivor is of age at the latest; None if she is or may be already."""
    if youngest is None or youngest >= years:
        return None
    return plus_years(collected_on, years - youngest)


def plus_years(day: date, years: int) -> date:
    """The same day so many years on; the day after where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def plus_months(day: date, months: int) -> date:
    """The same day so many months on, or the first of the next where there is none."""
    count = day.year * _MONTHS + day.month - 1 + months
    year, month = divmod(count, _MONTHS)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return plus_months(day.replace(day=1), months + 1)


def _end(policy: Policy, facts: Facts) -> date:
    begins = facts.collected_on
    if policy.counts_from is CountsFrom.MAJORITY and facts.majority_on is not None:
        begins = max(begins, facts.majority_on)
    if policy.counts_from is CountsFrom.REPORTED and facts.reported_on is not None:
        begins = max(begins, facts.reported_on)
    if policy.unit is Unit.DAYS:
        return begins + timedelta(days=policy.length)
    if policy.unit is Unit.MONTHS:
        return plus_months(begins, policy.length)
    return plus_years(begins, policy.length)
