"""Referrals with their path and where they stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from centre.agencies import queries as agencies
from centre.core import consent
from centre.core.models import Case, ConsentDecision, Exclusion, User
from centre.support.models import Referral
from centre.support.rules import referrals as rules
from centre.support.rules.referrals import ENDS, State


@dataclass(frozen=True)
class Waypoint:
    """One stop on the path of a referral."""

    words: str
    state: str
    at: datetime
    by: str
    why: str = ""


@dataclass(frozen=True)
class Card:
    """A referral as the plan shows it: its path, and how long it stands there."""

    referral: Referral
    path: list[Waypoint]
    days: int
    due: datetime | None
    is_late: bool
    is_open: bool


def with_events(rows: QuerySet[Referral]) -> QuerySet[Referral]:
    """Referrals with agency, sender and moves fetched along."""
    people = rows.select_related("agency", "sent_by", "case__centre", "consent")
    return people.prefetch_related("events__by")


def referrals() -> QuerySet[Referral]:
    """Referrals with their path, to be narrowed to somebody's reach."""
    return with_events(Referral.objects.all())


def of_case(case: Case) -> list[Referral]:
    """The referrals of a case, the newest first."""
    return list(with_events(Referral.objects.filter(case=case)).defer("needs"))


def incoming(by: User) -> QuerySet[Referral]:
    """What was sent to the agency the person acts for, unless she is excluded."""
    post = agencies.post_of(by)
    if post is None:
        return Referral.objects.none()
    excluded = Exclusion.objects.filter(
        user=by, case=OuterRef("case"), lifted_at__isnull=True
    )
    sent = Referral.objects.filter(~Exists(excluded), agency=post.agency.recipient_id)
    return with_events(sent)


def card(referral: Referral, at: datetime) -> Card:
    """The path of one referral; asks nothing that was not fetched along."""
    since = _since(referral)
    due = rules.due_at(
        referral.state, urgency=referral.urgency, family=referral.family, since=since
    )
    return Card(
        referral=referral,
        path=_path(referral),
        days=max(0, (at - since) // timedelta(days=1)),
        due=due,
        is_late=due is not None and due < at,
        is_open=referral.state not in ENDS,
    )


def cards(referrals: Iterable[Referral], at: datetime) -> list[Card]:
    """The paths of several."""
    return [card(referral, at) for referral in referrals]


def without_consent(referrals: Iterable[Referral], at: datetime) -> set[UUID]:
    """Of these, the open ones whose consent does not hold any more; one read."""
    standing = [r for r in referrals if r.state not in ENDS | {State.ATTENDED}]
    rows = ConsentDecision.objects.filter(
        case__in={r.case_id for r in standing},
        item__in={r.consent.item for r in standing},
        recipient__in={r.consent.recipient for r in standing},
    )
    newest = {_matter(d): d for d in rows.defer("details").order_by("case", "number")}
    return {
        r.pk
        for r in standing
        if not consent.allows(newest.get(_matter(r.consent), r.consent), at)
    }


def _matter(decision: ConsentDecision) -> tuple[UUID, str, str, str]:
    return (decision.case_id, decision.item, decision.recipient, decision.purpose)


def _since(referral: Referral) -> datetime:
    last = referral.last_event
    return referral.sent_at if last is None else last.at


def _path(referral: Referral) -> list[Waypoint]:
    sent = Waypoint("Sent", "sent", referral.sent_at, referral.sent_by.name)
    moves = sorted(referral.events.all(), key=lambda event: event.number)
    return [
        sent,
        *(
            Waypoint(
                event.words,
                rules.leads_to(rules.Move(event.move)),
                event.at,
                event.by.name,
                event.reason_words,
            )
            for event in moves
        ),
    ]
