"""Between release and receipt: a courier, a cancellation, a refusal, a late mark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from django.db import transaction

from centre.chain_of_custody.actions.docket import Told
from centre.chain_of_custody.actions.seals import question_seal, raise_question
from centre.chain_of_custody.actions.transfers.arriving import (
    check_ground_still_holds,
    under_way,
)
from centre.chain_of_custody.actions.transfers.terms import Courier, Sign, keep_sign
from centre.chain_of_custody.models import OverdueMark, Transfer
from centre.chain_of_custody.queries.entries import entry_of
from centre.chain_of_custody.queries.transfers import (
    due_at,
    is_picked_up,
    is_refused,
    late_transfers,
    releases_of,
)
from centre.chain_of_custody.rules import checks, handover
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.discrepancies import Question
from centre.chain_of_custody.rules.moves import Move
from centre.core import access, clock, journal
from centre.core.actions.set_up import system_actor
from centre.core.errors import AccessError, RuleError
from centre.core.models import Centre, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind


@transaction.atomic
def pick_up(
    *,
    transfer: Transfer,
    courier: Courier,
    sign: Sign,
    by: User,
    note: str = "",
) -> Transfer:
    """Give released items to a courier; from then on the courier answers for them."""
    at = clock.now()
    _require_releaser(transfer, by)
    checks.check_two_people(by.pk, None, [by.name, courier.name])
    courier.check()
    dockets = under_way(transfer, by=by, at=at, told=Told(note=note))
    if is_picked_up(transfer) or is_refused(transfer):
        raise RuleError("A courier has carried this already.")
    if not transfer.details.get("is_back"):
        check_ground_still_holds(transfer, at)
    signed = keep_sign(transfer, sign, side="courier", name=courier.name, by=by, at=at)
    released = releases_of(transfer)
    for docket in dockets:
        docket.write(
            Move.PICKED_UP,
            refs=[entry_of(released[docket.package.pk])],
            transfer=transfer,
            seal_before=docket.standing.seal,
            seal_after=docket.standing.seal,
            details={"courier": {**asdict(courier), "signature": str(signed.pk)}},
        )
    return transfer


@transaction.atomic
def cancel_transfer(
    *, transfer: Transfer, reason: str, seen: Mapping[str, Seen], by: User
) -> Transfer:
    """Take a release back before anybody carried it away; the seals are read again."""
    at = clock.now()
    _require_releaser(transfer, by)
    checks.check_words(reason, "why the hand-over does not take place")
    dockets = under_way(transfer, by=by, at=at, told=Told(note=reason))
    handover.check_not_picked_up(
        is_picked_up=is_picked_up(transfer) or is_refused(transfer)
    )
    if set(seen) != {d.package.code for d in dockets}:
        raise RuleError("Read the seal of every package once more before you cancel.")
    for docket in dockets:
        sight = seen[docket.package.code]
        recorded = docket.standing.seal
        number, condition = checks.seal_seen(sight, recorded)
        event = docket.write(
            Move.TRANSFER_CANCELLED,
            transfer=transfer,
            seal_before=recorded,
            seal_after=number,
            seal_condition=condition,
            package_condition=sight.package,
        )
        question_seal(docket, condition, sight.package, about=event)
    transfer.under_way.all().delete()
    return transfer


@transaction.atomic
def refuse_receipt(
    *, transfer: Transfer, reason: str, words: str, by: User
) -> Transfer:
    """Do not accept what is brought; it goes back to who released it.

    A discrepancy is raised on every package, so that nothing leaves again before
    somebody else has looked into it.
    """
    at = clock.now()
    access.require(by, Permission.ITEM_RECEIVE, transfer.case.centre)
    if transfer.receiver_id != by.pk:
        raise AccessError(by, Permission.ITEM_RECEIVE, transfer.case.centre)
    code = handover.check_refusal(reason)
    checks.check_words(words, "what you see")
    dockets = under_way(transfer, by=by, at=at, told=Told(note=words))
    if is_refused(transfer):
        raise RuleError("You refused this already. It goes back to who released it.")
    released = releases_of(transfer)
    for docket in dockets:
        event = docket.write(
            Move.RECEIPT_REFUSED,
            refs=[entry_of(released[docket.package.pk])],
            transfer=transfer,
            counterpart=transfer.released_by,
            reason_code=code,
            details={"organisation": transfer.details["organisation"]},
        )
        question = Question.RECEIPT_REFUSED
        raise_question(docket, question, f"{code.words}. {words}", about=event)
    return transfer


def mark_overdue(centre: Centre) -> int:
    """Mark hand-overs nobody confirmed in time; custody stays where it is (R24)."""
    at = clock.now()
    system = system_actor()
    done = 0
    for transfer in late_transfers(centre, at):
        with transaction.atomic():
            mark = OverdueMark.objects.create(
                transfer=transfer, due_at=due_at(transfer), marked_at=at
            )
            journal.record(
                Kind.TRANSFER_OVERDUE,
                by=system,
                on=transfer.case,
                at=at,
                row=mark,
                stream=transfer.pk,
            )
        done += 1
    return done


def _require_releaser(transfer: Transfer, by: User) -> None:
    """Whoever released it, and still may: at the centre, or as an outside holder."""
    if transfer.details.get("is_back"):
        access.require(by, Permission.ITEM_RETURN, transfer.case.centre)
    else:
        access.require(by, Permission.ITEM_RELEASE, transfer.case)
    if transfer.released_by_id != by.pk:
        raise RuleError("Only whoever released this can do so.")
