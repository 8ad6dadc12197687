"""What was reported, lies here, and nobody fetches: how long, and how often asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, QuerySet

from centre.chain_of_custody.models import ChaseLetter, CustodyEvent
from centre.chain_of_custody.models.requests import LineMatch
from centre.chain_of_custody.queries.history import Package, not_void
from centre.chain_of_custody.queries.inventory import loose_in_store
from centre.chain_of_custody.queries.reported import ever_reported, reported_since
from centre.chain_of_custody.rules.chasing import BETWEEN, UNASSIGNED, UNFETCHED
from centre.chain_of_custody.rules.moves import Move
from centre.core import access
from centre.core.models import Case, Centre, Recipient, User
from centre.core.permissions import Permission

POLICE = "police"


@dataclass(frozen=True)
class Unfetched:
    """One thing nobody fetched, since when it is reported, and the letters about it."""

    package: Package
    case: Case
    since: datetime
    days: int
    letters: int = 0
    newest: datetime | None = None
    agency: str = ""

    @property
    def free_from(self) -> datetime | None:
        """When the next letter may go out, if one did."""
        return self.newest + BETWEEN if self.newest else None

    def is_due(self, at: datetime) -> bool:
        """Whether the next letter may go out."""
        return self.free_from is None or at >= self.free_from


def unfetched(
    centre: Centre, by: User, at: datetime, *, of: Case | None = None
) -> list[Unfetched]:
    """Everything reported and in store for a month or more, the longest first.

    Only cases that were ever reported are looked at, or the one that is named.
    """
    cases = Case.objects.filter(pk=of.pk) if of else ever_reported()
    found = _waiting(centre, by, at, cases, UNFETCHED)
    told = _told([one.package for one in found])
    whole = [_with(one, told.get(one.package.pk)) for one in found]
    return sorted(whole, key=lambda one: one.since)


def without_unit(centre: Centre, by: User, at: datetime) -> list[Unfetched]:
    """What is reported and here for a week, and no police unit is on record for it.

    A unit is on record once the police were told or asked for something of the case.
    What waits for a month stands on the list of letters.
    """
    told = not_void(CustodyEvent.objects.filter(move=Move.POLICE_TOLD))
    asked = LineMatch.objects.exclude(case=None)
    of_case = [rows.filter(case=OuterRef("pk")) for rows in (told, asked)]
    unknown = ~Exists(of_case[0]) & ~Exists(of_case[1])
    found = _waiting(centre, by, at, ever_reported().filter(unknown), UNASSIGNED)
    return sorted(
        (one for one in found if one.since >= at - UNFETCHED),
        key=lambda one: one.since,
    )


def to_write_to(centre: Centre, by: User, at: datetime) -> int:
    """About how many of these the next letter may go out now."""
    found = unfetched(centre, by, at)
    return sum(one.is_due(at) for one in found)


def letters_about(package: Package) -> QuerySet[ChaseLetter]:
    """The letters about one thing, the newest first."""
    return ChaseLetter.objects.filter(**{package.thing.value: package})


def police(centre: Centre) -> QuerySet[Recipient]:
    """The police units listed here."""
    return Recipient.objects.filter(centre=centre, kind=POLICE, is_listed=True)


def _waiting(
    centre: Centre, by: User, at: datetime, cases: QuerySet[Case], least: timedelta
) -> list[Unfetched]:
    """What of these cases lies in store, reported for so long at least."""
    lying = loose_in_store(centre).filter(case__in=cases)
    seen = access.within(lying, by, Permission.ITEM_VIEW)
    rows = list(seen.select_related("item__case", "kit", "case"))
    reported = reported_since({row.case_id for row in rows}, at)
    return [
        Unfetched(row.thing, row.case, since, (at - since).days)
        for row in rows
        if (since := reported.get(row.case_id)) and since < at - least
    ]


def _told(packages: list[Package]) -> dict[UUID, tuple[int, datetime, str]]:
    ids = [package.pk for package in packages]
    found: dict[UUID, tuple[int, datetime, str]] = {}
    for column in ("kit", "item"):
        rows = ChaseLetter.objects.filter(**{f"{column}__in": ids}).order_by()
        counted = rows.values_list(column).annotate(Count("pk"), Max("issued_at"))
        for key, count, newest in counted:
            found[key] = (count, newest, "")
        for key, name in rows.order_by("issued_at").values_list(column, "agency__name"):
            found[key] = (*found[key][:2], name)
    return found


def _with(one: Unfetched, told: tuple[int, datetime, str] | None) -> Unfetched:
    if told is None:
        return one
    return Unfetched(one.package, one.case, one.since, one.days, *told)
