"""Corrections: amending one field of an event, or voiding what was entered in error.

The event itself is never touched. What says who, when, where or which seal is proposed
by one person and approved by another; the rest holds with one signature. Every
correction is refused with which the history could not have happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from centre.chain_of_custody.actions.docket import (
    Docket,
    Told,
    case_of,
    snapshot,
    take,
)
from centre.chain_of_custody.actions.seals import use_seal
from centre.chain_of_custody.models import CustodyEvent, InTransit, Kit, Seal
from centre.chain_of_custody.queries import corrections as queries
from centre.chain_of_custody.queries.history import contents, facts, histories
from centre.chain_of_custody.rules import checks
from centre.chain_of_custody.rules import corrections as rules
from centre.chain_of_custody.rules.codes import seal_number
from centre.chain_of_custody.rules.corrections import Correction, Field
from centre.chain_of_custody.rules.discrepancies import PACKAGES
from centre.chain_of_custody.rules.fold import Condition
from centre.chain_of_custody.rules.moves import Move, Thing
from centre.core import access, clock, journal
from centre.core.actions import approvals
from centre.core.errors import RuleError
from centre.core.models import Proposal, User
from centre.core.permissions import Permission
from centre.core.two_person import TwoPersonAct
from centre.ledger.kinds import Kind

ACTS: Final = (TwoPersonAct.CUSTODY_AMENDMENT, TwoPersonAct.CUSTODY_VOID)


@dataclass(frozen=True)
class Change:
    """One field of one event: what it should have said, and why it did not."""

    field: Field
    new: str
    reason: str
    words: str


@transaction.atomic
def look_at_event(*, event: CustodyEvent, by: User) -> queries.Stands:
    """Open an event to correct it; that somebody looked is written down."""
    at = clock.now()
    case = case_of(event.thing)
    access.require(by, Permission.CUSTODY_AMEND, case)
    journal.looked(Kind.READ, by=by, on=case, at=at, what=f"Event of {event.thing}")
    return queries.stands(event)


@transaction.atomic
def amend_event(
    *, event: CustodyEvent, field: str, new: str, reason: str, words: str, by: User
) -> CustodyEvent:
    """Amend words of an event that name no person, time, place or seal."""
    at = clock.now()
    access.require(by, Permission.CUSTODY_AMEND, case_of(event.thing))
    docket = take(event.thing, by=by, at=at)
    change = _change(event, field, new, reason, words)
    rules.check_alone(change.field)
    return _amend(docket, event, change)


@transaction.atomic
def propose_amendment(
    *,
    event: CustodyEvent,
    field: str,
    new: str,
    reason: str,
    words: str,
    by: User,
    code: str,
    link: str = "",
) -> Proposal:
    """Propose what an event should have said; another person approves it."""
    at = clock.now()
    case = case_of(event.thing)
    access.require(by, Permission.CUSTODY_AMEND, case)
    docket = take(event.thing, by=by, at=at)
    change = _change(event, field, new, reason, words)
    _check_amendable(docket, event, change)
    return approvals.propose(
        act=TwoPersonAct.CUSTODY_AMENDMENT,
        on=case,
        payload=_payload(event, change),
        words=words,
        by=by,
        code=code,
        link=link,
    )


@transaction.atomic
def propose_void(
    *,
    event: CustodyEvent,
    reason: str,
    words: str,
    by: User,
    code: str,
    link: str = "",
) -> Proposal:
    """Propose that an event was entered in error; another person approves it."""
    at = clock.now()
    case = case_of(event.thing)
    access.require(by, Permission.CUSTODY_AMEND, case)
    rules.check_reason(reason)
    checks.check_words(words, "what was entered in error")
    docket = take(event.thing, by=by, at=at)
    _check_voidable(docket, event)
    return approvals.propose(
        act=TwoPersonAct.CUSTODY_VOID,
        on=case,
        payload={**_named(event), "reason": reason, "words": words.strip()},
        words=words,
        by=by,
        code=code,
        link=link,
    )


@transaction.atomic
def carry_out_correction(*, proposal: Proposal, by: User) -> CustodyEvent:
    """Write an approved correction; every rule is asked once more."""
    at = clock.now()
    if proposal.act not in ACTS:
        raise RuleError("This is no correction of a custody event.")
    access.require(by, Permission.CUSTODY_AMEND, proposal.on)
    payload: Mapping[str, Any] = proposal.content["payload"]
    event = queries.event_of(proposal)
    docket = take(event.thing, by=by, at=at)
    given = approvals.approvals_of(proposal)
    approvals.execute(proposal=proposal, payload=payload, by=by, at=at)
    approvers = [a.approver for a in given]
    if proposal.act == TwoPersonAct.CUSTODY_VOID:
        rules.check_approvals(docket.standing.state, len(approvers))
        return _void(docket, event, payload, proposal.proposer, approvers)
    change = Change(
        Field(payload["field"]), payload["new"], payload["reason"], payload["words"]
    )
    if queries.value_of(queries.stands(event).now, change.field) != payload["old"]:
        raise RuleError("Something else was amended meanwhile. Propose it anew.")
    return _amend(docket, event, change, proposal.proposer, approvers)


def _change(
    event: CustodyEvent, field: str, new: str, reason: str, words: str
) -> Change:
    """What was asked, in the form it is kept in."""
    if field not in set(Field):
        raise RuleError("Choose what is to be amended.")
    rules.check_reason(reason)
    checks.check_words(words, "what is wrong, and how you know")
    wanted = Field(field)
    stands = queries.stands(event)
    rules.check_field(wanted, stands.borne)
    rules.check_sight(
        Move(stands.root.move), wanted, is_questioned=queries.is_questioned(event)
    )
    value = _plain(event, wanted, new)
    rules.check_changed(queries.value_of(stands.now, wanted), value)
    return Change(wanted, value, reason, words.strip())


def _plain(event: CustodyEvent, field: Field, new: str) -> str:
    """The new value in one spelling; what names nothing known is refused."""
    text = new.strip()
    if field is Field.TIME:
        return _moment(event, text)
    if field in {Field.SEAL_BEFORE, Field.SEAL_AFTER}:
        return seal_number(text)
    if field is Field.SEAL_CONDITION:
        if text not in set(Condition):
            raise RuleError("Choose the condition of the seal.")
        return text
    if field is Field.PACKAGE and text not in PACKAGES:
        raise RuleError("Choose the condition of the package.")
    if field is Field.PLACE:
        return queries.place_key(event, text)
    if field is Field.PERSON:
        return queries.person_key(event, text)
    return text


def _moment(event: CustodyEvent, text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise RuleError("Type the date and time it really was.") from error
    if moment.tzinfo is None:
        raise RuleError("Type the date and time it really was, with its zone.")
    if moment > event.recorded_at + checks.TOLERANCE:
        raise RuleError(
            "This time lies after the event was written down. Give the time it was."
        )
    return moment.isoformat()


def _check_amendable(docket: Docket, event: CustodyEvent, change: Change) -> None:
    """The history must still hold, and a seal's new number be new everywhere (R8)."""
    stands = queries.stands(event)
    if stands.is_void:
        raise RuleError("This event is void. Nothing of it is amended.")
    if _takes_seal(stands.root, change):
        used = Seal.objects.filter(number=change.new).exists()
        checks.check_seal_is_new(change.new, is_used=used)
    supposed = Correction(docket.case.pk, event.pk, change.field, change.new)
    _check_holds(docket, supposed)


def _check_voidable(docket: Docket, event: CustodyEvent) -> None:
    rules.check_voidable(
        Move(event.move),
        is_void=queries.stands(event).is_void,
        is_of_transfer=event.transfer_id is not None,
        dependants=queries.dependants(event),
    )
    _check_holds(docket, Correction(docket.case.pk, event.pk))


def _check_holds(docket: Docket, supposed: Correction) -> None:
    """For the thing, and for everything in it if it is a kit."""
    package = docket.package
    inside = contents(package) if isinstance(package, Kit) else []
    before = histories([package, *inside])
    after = histories([package, *inside], supposed)
    for thing in (package, *inside):
        rules.check_holds(
            Thing(thing.thing), facts(before[thing.pk]), facts(after[thing.pk])
        )


def _amend(
    docket: Docket,
    event: CustodyEvent,
    change: Change,
    proposer: User | None = None,
    approvers: list[User] | None = None,
) -> CustodyEvent:
    _check_amendable(docket, event, change)
    stands = queries.stands(event)
    columns: dict[str, Any] = {}
    if _takes_seal(stands.root, change):
        kind = stands.root.seal.kind if stands.root.seal else ""
        columns["seal"] = use_seal(docket, change.new, kind)
    return _write(
        docket,
        Move.AMENDED,
        event,
        {
            "field": change.field.value,
            "old": queries.value_of(stands.now, change.field),
            "new": change.new,
            "words": change.words,
        },
        change.reason,
        proposer,
        approvers or [],
        columns,
    )


def _void(
    docket: Docket,
    event: CustodyEvent,
    payload: Mapping[str, Any],
    proposer: User,
    approvers: list[User],
) -> CustodyEvent:
    _check_voidable(docket, event)
    details = {"words": payload["words"]}
    reason = payload["reason"]
    written = _write(
        docket, Move.VOIDED, event, details, reason, proposer, approvers, {}
    )
    _mark_again(docket)
    return written


def _mark_again(docket: Docket) -> None:
    """What is under way again after a void is marked so again."""
    package = docket.package
    if docket.standing.transfer is not None and not docket.standing.is_in_kit:
        mark = InTransit.objects.filter(**{package.thing.value: package})
        if not mark.exists():
            InTransit.objects.create(
                transfer_id=docket.standing.transfer,
                kit=package if isinstance(package, Kit) else None,
                item=None if isinstance(package, Kit) else package,
            )


def _write(
    docket: Docket,
    move: Move,
    event: CustodyEvent,
    details: dict[str, Any],
    reason: str,
    proposer: User | None,
    approvers: list[User],
    columns: Mapping[str, Any],
) -> CustodyEvent:
    """One correcting event; who approved stands on it as the other side."""
    docket.told = Told()
    people = {
        "proposer": snapshot(proposer or docket.by, docket.centre),
        "approvers": [snapshot(person, docket.centre) for person in approvers],
    }
    other = next((p for p in approvers if p != docket.by), None) or (
        proposer if proposer != docket.by else None
    )
    return docket.write(
        move,
        about=event,
        reason_code=reason,
        counterpart=other,
        details={**details, **people},
        **columns,
    )


def _takes_seal(root: CustodyEvent, change: Change) -> bool:
    return change.field is Field.SEAL_AFTER and root.seal_id is not None


def _named(event: CustodyEvent) -> dict[str, str]:
    """The event in words an approver can look up."""
    return {
        "thing": str(event.thing),
        "act": f"{event.get_move_display()}, no. {event.number}",
        "event": str(event.pk),
    }


def _payload(event: CustodyEvent, change: Change) -> dict[str, str]:
    stands = queries.stands(event)
    old = queries.value_of(stands.now, change.field)
    return {
        **_named(event),
        "what": change.field.words,
        "from": queries.readable(event, change.field, old),
        "to": queries.readable(event, change.field, change.new),
        "field": change.field.value,
        "old": old,
        "new": change.new,
        "reason": change.reason,
        "words": change.words,
    }
