"""The receiving side: with an account, before a witness, or back at the centre.

What the receiver saw is taken as fact. A seal number that is not the one on record
never counts as intact, and it never stops the receipt: it raises a discrepancy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from centre.chain_of_custody.actions.docket import Docket, Told, snapshot, take
from centre.chain_of_custody.actions.grounds import check_still_approved
from centre.chain_of_custody.actions.seals import question_seal
from centre.chain_of_custody.actions.transfers.terms import (
    Outsider,
    Sign,
    Terms,
    check_ground,
    check_witness,
    keep_sign,
)
from centre.chain_of_custody.models import CustodyEvent, Transfer
from centre.chain_of_custody.queries.entries import entry_of
from centre.chain_of_custody.queries.transfers import (
    is_refused,
    packages_of,
    releases_of,
)
from centre.chain_of_custody.rules import checks, handover
from centre.chain_of_custody.rules.checks import Basis, Seen
from centre.chain_of_custody.rules.codes import new_code
from centre.chain_of_custody.rules.moves import Move
from centre.core import access, clock
from centre.core.errors import AccessError, RuleError
from centre.core.models import User
from centre.core.permissions import Permission


@transaction.atomic
def receive_transfer(
    *,
    transfer: Transfer,
    seen: Mapping[str, Seen],
    by: User,
    told: Told | None = None,
    temperature: str = "",
) -> Transfer:
    """Accept what was released to oneself, with each seal number as one sees it."""
    at = clock.now()
    access.require(by, Permission.ITEM_RECEIVE, transfer.case.centre)
    _check_receiver(transfer, by)
    checks.check_two_people(transfer.released_by_id, by.pk)
    if is_refused(transfer):
        raise RuleError("You refused this. Whoever released it receives it back.")
    check_ground_still_holds(transfer, told.occurred_at or at if told else at)
    details = {"actor": _receiver_snapshot(by, transfer), "temperature": temperature}
    arrive(
        transfer,
        Move.RECEIVED,
        seen,
        by=by,
        at=at,
        told=told,
        counterpart=transfer.released_by,
        details=details,
    )
    return transfer


@transaction.atomic
def hand_out(
    *,
    transfer: Transfer,
    seen: Mapping[str, Seen],
    receiver: Outsider,
    witness: User,
    by: User,
    sign: Sign | None = None,
    told: Told | None = None,
) -> Transfer:
    """Give released items to somebody without an account, before a witness.

    The witness types the seal numbers that were read aloud.
    """
    at = clock.now()
    access.require(by, Permission.ITEM_RELEASE, transfer.case)
    if transfer.receiver_id is not None:
        raise RuleError("The receiver has an account and accepts with it herself.")
    if transfer.released_by_id != by.pk:
        raise RuleError("Whoever released this hands it out.")
    checks.check_two_people(by.pk, witness.pk, [by.name, witness.name, receiver.name])
    check_witness(witness, transfer.case)
    receiver.check()
    dockets = under_way(transfer, by=by, at=at, told=told)
    check_ground_still_holds(transfer, told.occurred_at or at if told else at)
    signed = keep_sign(
        transfer,
        sign or Sign(),
        side="receiver",
        name=receiver.name,
        by=by,
        at=at,
        witness=witness,
    )
    details = {
        "receiver": {**asdict(receiver), "signature": str(signed.pk)},
        "witness": snapshot(witness, transfer.case.centre),
    }
    _write_sides(
        transfer,
        dockets,
        Move.HANDED_OUT,
        seen,
        counterpart=witness,
        details=details,
    )
    return transfer


@transaction.atomic
def take_back(
    *, transfer: Transfer, seen: Mapping[str, Seen], by: User, note: str = ""
) -> Transfer:
    """Receive at the centre what a receiver refused or an outside holder sent back."""
    at = clock.now()
    access.require(by, Permission.ITEM_RECEIVE, transfer.case.centre)
    access.require(by, Permission.ITEM_STORE, transfer.case)
    is_back = bool(transfer.details.get("is_back"))
    if not is_back and not is_refused(transfer):
        raise RuleError("Nobody refused this. Cancel it, or let the receiver sign.")
    giver = transfer.released_by if is_back else transfer.receiver
    if giver is not None:
        checks.check_two_people(giver.pk, by.pk)
    details = {"is_back": True}
    arrive(
        transfer,
        Move.RECEIVED,
        seen,
        by=by,
        at=at,
        told=Told(note=note),
        counterpart=giver,
        details=details,
    )
    return transfer


def under_way(
    transfer: Transfer, *, by: User, at: datetime, told: Told | None
) -> list[Docket]:
    """The packages of a transfer that still travel, locked; none is a refusal."""
    packages = packages_of(transfer)
    dockets = [take(p, by=by, at=at, case=transfer.case, told=told) for p in packages]
    travelling = [d for d in dockets if d.standing.transfer == transfer.pk]
    if not travelling:
        raise RuleError(
            "This hand-over is not open. It was received or cancelled before, or "
            "nothing was released yet."
        )
    return travelling


def arrive(
    transfer: Transfer,
    step: Move,
    seen: Mapping[str, Seen],
    *,
    by: User,
    at: datetime,
    told: Told | None,
    **columns: Any,
) -> list[CustodyEvent]:
    """Write the receiving side of every package; what differs is put in question."""
    dockets = under_way(transfer, by=by, at=at, told=told)
    return _write_sides(transfer, dockets, step, seen, **columns)


def _write_sides(
    transfer: Transfer,
    dockets: list[Docket],
    step: Move,
    seen: Mapping[str, Seen],
    **columns: Any,
) -> list[CustodyEvent]:
    if set(seen) != {d.package.code for d in dockets}:
        raise RuleError(
            "Look at every package of this hand-over, and at no other: give the seal "
            "number of each."
        )
    released = releases_of(transfer)
    for event in released.values():
        giver = (event.details or {}).get("session", "")
        handover.check_same_session(giver, _session(step, dockets[0].by))
    columns["details"] = {**columns.get("details", {}), "receipt": new_code()}
    events = []
    for docket in dockets:
        sight = seen[docket.package.code]
        recorded = docket.standing.seal
        number, condition = checks.seal_seen(sight, recorded)
        event = docket.write(
            step,
            refs=[entry_of(released[docket.package.pk])],
            transfer=transfer,
            seal_before=recorded,
            seal_after=number,
            seal_condition=condition,
            package_condition=sight.package,
            **columns,
        )
        question_seal(docket, condition, sight.package, about=event)
        events.append(event)
    transfer.under_way.all().delete()
    return events


def _session(step: Move, by: User) -> str:
    """The session of the receiving side; handing out is done in the releaser's own."""
    return "" if step is Move.HANDED_OUT else by.seat


def _check_receiver(transfer: Transfer, by: User) -> None:
    if transfer.receiver_id != by.pk:
        raise AccessError(by, Permission.ITEM_RECEIVE, transfer.case.centre)


def check_ground_still_holds(transfer: Transfer, at: datetime) -> None:
    """Nothing on which this travels has ended since it was released (R12, R13)."""
    details = transfer.details
    terms = Terms(
        recipient=transfer.recipient,
        organisation=details["organisation"],
        purpose=transfer.purpose,
        basis=Basis(transfer.basis),
        basis_text=details["basis_text"],
        order=details.get("order", {}),
    )
    check_ground(transfer.case, terms, at=at)
    check_still_approved(transfer, at)


def _receiver_snapshot(by: User, transfer: Transfer) -> dict[str, str]:
    known = snapshot(by, transfer.case.centre)
    return {**known, "organisation": transfer.details["organisation"]}
