"""What an end depends on: dates, holds, requests, notices, answers, proposals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from centre.chain_of_custody.models import CustodyEvent, Item, Kit, Retention
from centre.chain_of_custody.models.request_steps import RequestStep
from centre.chain_of_custody.models.requests import LineMatch, RequestEnd
from centre.chain_of_custody.queries.history import (
    Line,
    Package,
    contents,
    history,
    standing_after,
    standings,
    things_of,
)
from centre.chain_of_custody.retention import policies
from centre.chain_of_custody.rules.disposal import (
    Gate,
    check_free,
    check_notice,
    check_proposed,
    check_retention,
)
from centre.chain_of_custody.rules.fold import Reporting
from centre.chain_of_custody.rules.moves import FINAL, LAID, Move
from centre.chain_of_custody.rules.request_steps import Step
from centre.chain_of_custody.rules.retention import Facts, Notice, Term, majority, term
from centre.core import access, consent
from centre.core.errors import RuleError
from centre.core.models import AgeBand, Case, Centre, Proposal, Registration, User
from centre.core.permissions import Permission
from centre.core.two_person import TwoPersonAct

REPORT: Final = "C16"
ENDS: Final = (TwoPersonAct.DESTRUCTION, TwoPersonAct.RETURN_TO_OWNER)
_BEGUN: Final = frozenset({Move.COLLECTED, Move.KIT_ISSUED, Move.TAKEN_OVER})
_YOUNGEST: Final[dict[str, int]] = {
    AgeBand.UNDER_5: 0,
    AgeBand.FROM_5: 5,
    AgeBand.FROM_10: 10,
    AgeBand.FROM_15: 15,
    AgeBand.UNKNOWN: 0,
}
"""The youngest a survivor of this band may have been; others are of age."""


@dataclass(frozen=True)
class Due:
    """One thing of the retention list."""

    package: Package
    case: Case
    until: date
    policy: str


def reporting_of(case: Case, at: datetime) -> Reporting:
    """What the survivor decided: the newest change, else how the case began.

    Of what was taken over, the earlier record tells how it began.
    """
    told_by = [Move.REPORTING_CHANGED, Move.TAKEN_OVER]
    changed = CustodyEvent.objects.filter(case=case, move__in=told_by)
    newest = changed.order_by("-number").first()
    if newest is not None:
        return Reporting(newest.reason_code)
    if any(d.item == REPORT and consent.allows(d, at) for d in consent.current(case)):
        return Reporting.REPORTED
    is_anonymous = case.registration == Registration.ANONYMOUS
    return Reporting.ANONYMOUS if is_anonymous else Reporting.UNREPORTED


def retention_of(package: Package) -> Retention | None:
    """The date that counts for a thing: its own newest."""
    rows = Retention.objects.filter(**{package.thing.value: package})
    return rows.order_by("-until", "-event__number").first()


def computed(package: Package, case: Case, lines: Iterable[Line], at: datetime) -> Term:
    """Until when the policies of this jurisdiction keep a thing."""
    zone = ZoneInfo(case.centre.timezone)
    began = [
        line.now for line in lines if line.event.move in _BEGUN and not line.is_void
    ]
    begun = [_begun_on(event, zone) for event in began]
    collected_on = min(begun, default=case.opened_at.astimezone(zone).date())
    edition = policies()
    facts = Facts(
        collected_on=collected_on,
        reporting=reporting_of(case, at),
        majority_on=majority(
            collected_on, _YOUNGEST.get(case.age_band), edition.majority_years
        ),
        reported_on=_reported_on(case, zone),
    )
    return term(edition.of(settings.JURISDICTION), facts)


def gate_of(package: Package, case: Case, at: datetime) -> Gate:
    """Everything that may stand in the way of an end at this moment."""
    lines = [line for line in history(package) if not line.is_void]
    since = _since_proposed(lines)
    proposed = _newest(since, Move.DESTRUCTION_PROPOSED)
    notice = _newest(since, Move.DESTRUCTION_NOTICE_ISSUED) if proposed else None
    answers = _answers(since)
    held = retention_of(package)
    standing = standing_after(package, lines)
    today = at.astimezone(ZoneInfo(case.centre.timezone)).date()
    return Gate(
        standing=standing,
        reporting=reporting_of(case, at),
        today=today,
        retain_until=held.until if held else None,
        holds=len(standing.holds),
        open_requests=_open_requests(package),
        notice=Notice(notice.reason_code) if notice else None,
        notice_ends=_ends(notice),
        has_objection=any(e.move == Move.DESTRUCTION_OBJECTED for e in answers),
        has_non_objection=any(e.move == Move.DESTRUCTION_NOT_OBJECTED for e in answers),
        proposer=proposed.actor_id if proposed else None,
    )


def open_proposal(package: Package, case: Case, at: datetime) -> Proposal | None:
    """The proposal to end this thing that is alive, if there is one."""
    rows = Proposal.objects.filter(
        case=case, act__in=ENDS, expires_at__gt=at, execution__isnull=True
    )
    refused = rows.filter(answers__is_refused=True)
    for proposal in rows.exclude(pk__in=refused.values("pk")):
        if proposal.content["payload"]["package"] == package.code:
            return proposal
    return None


def newest_dates(centre: Centre) -> QuerySet[Retention]:
    """The date that counts for each thing; ended and gone things left out."""
    later_kit = Retention.objects.filter(
        kit=OuterRef("kit"), kit__isnull=False, until__gt=OuterRef("until")
    )
    later_item = Retention.objects.filter(
        item=OuterRef("item"), item__isnull=False, until__gt=OuterRef("until")
    )
    return Retention.objects.filter(
        ~Exists(later_kit),
        ~Exists(later_item),
        ~Exists(_ended("kit")),
        ~Exists(_ended("item")),
        case__centre=centre,
    )


def due(centre: Centre, by: User, *, before: date) -> list[Due]:
    """What ends before a day, the soonest first."""
    rows = newest_dates(centre).filter(until__lt=before)
    seen = access.within(rows, by, Permission.DISPOSAL_VIEW)
    found = seen.select_related("kit", "item", "case").order_by("until", "pk")
    listed: dict[object, Due] = {}
    for row in found:
        package: Package | None = row.kit or row.item
        if package is not None:
            listed[package.pk] = Due(package, row.case, row.until, row.policy)
    return list(listed.values())


def undated(centre: Centre, by: User) -> list[Package]:
    """Kits and loose items in this centre's store that have no date yet."""
    inside = CustodyEvent.objects.filter(item=OuterRef("pk"), move=Move.ADDED_TO_KIT)
    stored = [*LAID, Move.FOUND, Move.RECEIVED]
    lay = CustodyEvent.objects.filter(item=OuterRef("pk"), move__in=stored)
    items = Item.objects.filter(
        ~Exists(inside), Exists(lay), case__centre=centre, retentions__isnull=True
    )
    kept = CustodyEvent.objects.filter(kit=OuterRef("pk"), move__in=stored)
    kits = Kit.objects.filter(Exists(kept), centre=centre, retentions__isnull=True)
    cases = access.cases(by, Permission.DISPOSAL_VIEW)
    mine = items.filter(case__in=cases).select_related("case__centre")
    issued = CustodyEvent.objects.filter(move=Move.KIT_ISSUED, case__in=cases)
    return [*kits.filter(pk__in=issued.values("kit")), *mine]


def bars(gate: Gate) -> list[str]:
    """Everything that stands against destruction now, each as a sentence."""
    found = []
    for check in (check_free, check_retention, check_proposed, check_notice):
        try:
            check(gate)
        except RuleError as error:
            found.append(str(error))
    return found


def holding(case: Case) -> list[str]:
    """What keeps the content of a case: holds, things that have not ended."""
    things = things_of(case)
    stand = standings(things)
    held = sum(bool(stand[t.pk].holds) for t in things)
    kept = sum(stand[t.pk].state not in FINAL for t in things)
    found = [f"{held} of its things are under a hold"] if held else []
    return found + ([f"{kept} of its things have not ended"] if kept else [])


def items_of(package: Package) -> list[str]:
    """The codes of everything that ends with a thing."""
    inside = contents(package) if isinstance(package, Kit) else []
    return [package.code, *(item.code for item in inside)]


def _ended(column: str) -> QuerySet[CustodyEvent]:
    final = [Move.DESTROYED, Move.RETURNED_TO_OWNER]
    given = {column: OuterRef(column), f"{column}__isnull": False}
    return CustodyEvent.objects.filter(move__in=final, **given)


def _reported_on(case: Case, zone: ZoneInfo) -> date | None:
    changed = CustodyEvent.objects.filter(
        case=case,
        move__in=[Move.REPORTING_CHANGED, Move.TAKEN_OVER],
        reason_code=Reporting.REPORTED,
    )
    newest = changed.order_by("-number").first()
    if newest is None:
        return None
    is_earlier = newest.move == Move.TAKEN_OVER
    at = newest.recorded_at if is_earlier else newest.occurred_at
    return at.astimezone(zone).date()


def _begun_on(event: CustodyEvent, zone: ZoneInfo) -> date:
    """The day a period counts from; of an inexact one on paper the last it may be."""
    last = (event.details or {}).get("retain_from", "")
    if event.move == Move.TAKEN_OVER and last:
        return date.fromisoformat(last)
    return event.occurred_at.astimezone(zone).date()


def _since_proposed(lines: Iterable[Line]) -> list[CustodyEvent]:
    """What happened since the newest proposal to end it."""
    found: list[CustodyEvent] = []
    for line in lines:
        if line.event.move == Move.DESTRUCTION_PROPOSED:
            found = []
        found.append(line.event)
    return found


def _answers(since: Iterable[CustodyEvent]) -> list[CustodyEvent]:
    """The newest answer of each who may object."""
    newest: dict[str, CustodyEvent] = {}
    for event in since:
        if event.move in {Move.DESTRUCTION_OBJECTED, Move.DESTRUCTION_NOT_OBJECTED}:
            newest[event.reason_code] = event
    return list(newest.values())


def _newest(since: Iterable[CustodyEvent], move: Move) -> CustodyEvent | None:
    return next((e for e in reversed(list(since)) if e.move == move), None)


def _ends(notice: CustodyEvent | None) -> date | None:
    if notice is None:
        return None
    return date.fromisoformat((notice.details or {})["ends_on"])


def _open_requests(package: Package) -> int:
    """Lines that ask for something in this package and have not run their course."""
    inside = contents(package) if isinstance(package, Kit) else [package]
    withdrawn = RequestEnd.objects.filter(request=OuterRef("line__request"))
    ended = RequestStep.objects.filter(
        request=OuterRef("line__request"), step__in=[Step.EXPIRED, Step.CLOSED]
    )
    rows = LineMatch.objects.filter(~Exists(withdrawn), ~Exists(ended), item__in=inside)
    waits = Q(line__decision__isnull=True)
    waits |= Q(line__decision__is_approved=True, line__transfers__isnull=True)
    return rows.filter(waits).count()
