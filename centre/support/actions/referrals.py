"""Referrals: sent on their own consent, answered, attended, closed with an outcome."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from centre.agencies import queries as agencies
from centre.agencies import rules as sharing
from centre.core import access, clock, consent, journal, references
from centre.core.errors import ConsentError, RuleError
from centre.core.models import Case, ConsentDecision, Recipient, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind
from centre.support.actions.plans import today
from centre.support.models import Referral, ReferralEvent
from centre.support.queries import referrals as queries
from centre.support.rules import referrals as rules
from centre.support.rules.referrals import ENDS, Move

IN_CENTRE: Final = "Answered in Centre with an own account"

_KINDS: Final[dict[Move, Kind]] = {
    Move.ACCEPT: Kind.REFERRAL_ACCEPTED,
    Move.DECLINE: Kind.REFERRAL_DECLINED,
    Move.ATTEND: Kind.REFERRAL_ATTENDED,
    Move.MISS: Kind.REFERRAL_NOT_ATTENDED,
    Move.CLOSE: Kind.REFERRAL_CLOSED,
    Move.CANCEL: Kind.REFERRAL_CANCELLED,
}


@dataclass(frozen=True)
class Asked:
    """What is asked of an agency, and what goes along."""

    family: str
    needs: str
    channel: str
    shares: tuple[str, ...] = ("D1",)
    urgency: str = rules.Urgency.USUAL


@dataclass(frozen=True)
class Told:
    """What is told about a move: when, why, who answered and how."""

    happened_on: date
    reason: str = ""
    helped: str = ""
    who: str = ""
    how: str = ""
    note: str = ""


@transaction.atomic
def send_referral(
    *,
    case: Case,
    agency: Recipient,
    asked: Asked,
    by: User,
    instead_of: Referral | None = None,
) -> Referral:
    """Send a survivor's need to an agency, on a consent in force at this moment."""
    at = clock.now()
    access.require(by, Permission.REFERRAL_SEND, case)
    Case.objects.select_for_update().get(pk=case.pk)
    agency = Recipient.objects.get(pk=agency.pk, centre=case.centre_id)
    rules.check_needs(asked.needs, asked.channel)
    rules.check_not_twice(_open_ones(case, agency, asked.family))
    decision = _consent_to_share(case, agency, asked, at)

    referral = Referral.objects.create(
        case=case,
        reference=references.new(),
        family=asked.family,
        agency=agency,
        consent=decision,
        purpose=sharing.purpose_of(asked.family),
        shared=" ".join(sorted(asked.shares)),
        urgency=rules.Urgency(asked.urgency),
        needs=asked.needs,
        channel=asked.channel,
        instead_of=instead_of,
        sent_by=by,
        sent_at=at,
    )
    journal.record(
        Kind.REFERRAL_SENT, by=by, on=case, at=at, row=referral, stream=referral.pk
    )
    return referral


@transaction.atomic
def open_referral(*, referral: Referral, by: User) -> Referral:
    """Open a referral to read it; this is written down."""
    access.require(by, Permission.REFERRAL_VIEW, referral.case)
    _look(referral, by)
    return referral


@transaction.atomic
def open_incoming(*, referral: Referral, by: User) -> Referral:
    """Open a referral as the agency it was sent to, while consent is in force."""
    at = clock.now()
    access.require(by, Permission.REFERRAL_ANSWER, referral.case.centre)
    check_receiver(referral, by)
    if referral.state in ENDS or not still_allowed(referral, at):
        raise RuleError("This referral is not open any more.")
    _look(referral, by)
    return referral


@transaction.atomic
def move_referral(
    *, referral: Referral, move: Move, told: Told, by: User
) -> ReferralEvent:
    """Note what the agency answered, whether they met, and how it ended."""
    at = clock.now()
    allowed = Permission.REFERRAL_ANSWER
    if move not in rules.ANSWERS:
        allowed = Permission.REFERRAL_CLOSE
    access.require(by, allowed, referral.case)
    rules.check_answer(move, who=told.who, how=told.how)
    return _move(referral, move, told, by=by, at=at)


@transaction.atomic
def answer_incoming(
    *, referral: Referral, move: Move, by: User, reason: str = "", note: str = ""
) -> ReferralEvent:
    """Accept or decline, as a member of the agency the referral was sent to."""
    at = clock.now()
    access.require(by, Permission.REFERRAL_ANSWER, referral.case.centre)
    check_receiver(referral, by)
    if move not in rules.BY_AGENCY:
        raise RuleError("The agency accepts or declines. The centre notes the rest.")
    told = Told(
        happened_on=today(referral.case, at),
        reason=reason,
        who=by.name,
        how=IN_CENTRE,
        note=note,
    )
    return _move(referral, move, told, by=by, at=at)


def check_receiver(referral: Referral, by: User) -> None:
    """Stop here unless the person acts for the agency and is not excluded."""
    reachable = queries.incoming(by).filter(pk=referral.pk)
    if not reachable.exists():
        raise RuleError("This referral was not sent to your agency.")


def still_allowed(referral: Referral, at: datetime) -> bool:
    """Whether the consent the referral rests on holds at this moment."""
    rests_on = referral.consent
    now = consent.in_force(
        referral.case,
        rests_on.item,
        recipient=rests_on.recipient,
        purpose=rests_on.purpose,
        at=at,
    )
    return now is not None


def _move(
    referral: Referral, move: Move, told: Told, *, by: User, at: datetime
) -> ReferralEvent:
    Case.objects.select_for_update().get(pk=referral.case_id)
    referral = Referral.objects.select_for_update().get(pk=referral.pk)
    state = referral.state
    rules.check_move(move, state)
    rules.check_reason(move, told.reason, state)
    rules.check_day(
        told.happened_on,
        sent=today(referral.case, referral.sent_at),
        today=today(referral.case, at),
    )
    if move is Move.ACCEPT and not still_allowed(referral, at):
        raise ConsentError(
            "The consent for this referral is not in force any more, so it cannot be "
            "accepted. Tell the agency, and cancel the referral."
        )
    return _write(referral, move, told, by=by, at=at)


def _write(
    referral: Referral, move: Move, told: Told, *, by: User, at: datetime
) -> ReferralEvent:
    words = asdict(told)
    event = ReferralEvent.objects.create(
        referral=referral,
        case=referral.case,
        number=referral.events.count() + 1,
        move=move,
        happened_on=told.happened_on,
        reason=told.reason,
        helped=told.helped if move is Move.CLOSE else "",
        details={name: words[name] for name in ("who", "how", "note")},
        by=by,
        at=at,
    )
    kind = _KINDS[move]
    journal.record(kind, by=by, on=referral.case, at=at, row=event, stream=referral.pk)
    return event


def _consent_to_share(
    case: Case, agency: Recipient, asked: Asked, at: datetime
) -> ConsentDecision:
    """The survivor's own yes to this agency, asked anew at this very moment."""
    item = sharing.consent_item(asked.family, agency.kind)
    held = consent.in_force(case, item, recipient=agency.code, at=at)
    answer = sharing.may_share(
        kind=agency.kind,
        is_listed=agency.is_listed and agencies.listed(agency) is not None,
        purpose=sharing.purpose_of(asked.family),
        shares=asked.shares,
        has_consent=held is not None,
    )
    if answer != sharing.Refused("no_basis"):
        sharing.check_share(answer)
    return consent.require(case, item, recipient=agency.code, at=at)


def _open_ones(case: Case, agency: Recipient, family: str) -> list[str]:
    same = Referral.objects.filter(case=case, agency=agency, family=family)
    return [str(r) for r in same.prefetch_related("events") if r.state not in ENDS]


def _look(referral: Referral, by: User) -> None:
    what = f"referral {referral}"
    journal.looked(Kind.READ, by=by, on=referral.case, at=clock.now(), what=what)
