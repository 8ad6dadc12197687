"""Drying before packing, and the exceptional way of what cannot be sealed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from centre.chain_of_custody.actions.docket import Told, snapshot, take
from centre.chain_of_custody.actions.seals import counterpart_of
from centre.chain_of_custody.models import CustodyEvent, Item, Location
from centre.chain_of_custody.rules import checks, opening
from centre.chain_of_custody.rules.moves import Move
from centre.core import access, clock
from centre.core.actions import approvals
from centre.core.errors import RuleError
from centre.core.models import Proposal, User
from centre.core.permissions import Permission
from centre.core.two_person import TwoPersonAct

DRYING_CABINET = "DRYCAB"


@transaction.atomic
def start_drying(
    *,
    item: Item,
    place: Location,
    is_locked: bool,
    by: User,
    occurred_at: datetime | None = None,
    late_reason: str = "",
    note: str = "",
) -> CustodyEvent:
    """Put a sample to dry; it stays in the examiner's custody, attended or locked."""
    at = clock.now()
    access.require(by, Permission.ITEM_COLLECT, item.case)
    if place.centre_id != item.case.centre_id:
        raise RuleError("That place belongs to another centre.")
    if place.storage_class != DRYING_CABINET:
        checks.check_words(note, "why it dries elsewhere than in a drying cabinet")
    docket = take(item, by=by, at=at, told=Told(occurred_at, late_reason, note))
    return docket.write(
        Move.DRYING_STARTED,
        place=place,
        storage_class=place.storage_class,
        counterpart=counterpart_of(docket),
        details={"is_locked": is_locked},
    )


@transaction.atomic
def end_drying(
    *,
    item: Item,
    is_dry: bool,
    by: User,
    occurred_at: datetime | None = None,
    late_reason: str = "",
    note: str = "",
) -> CustodyEvent:
    """Take a sample out of drying, and say whether it is dry."""
    at = clock.now()
    access.require(by, Permission.ITEM_COLLECT, item.case)
    docket = take(item, by=by, at=at, told=Told(occurred_at, late_reason, note))
    return docket.write(
        Move.DRYING_ENDED,
        place_from_id=docket.standing.place,
        counterpart=counterpart_of(docket),
        details={"is_dry": is_dry},
    )


@transaction.atomic
def propose_unsealed(
    *, item: Item, words: str, by: User, code: str, link: str
) -> Proposal:
    """Propose that something is stored although it cannot be sealed now (R7)."""
    at = clock.now()
    access.require(by, Permission.UNSEALED_PROPOSE, item.case)
    docket = take(item, by=by, at=at)
    opening.check_unsealed(docket.standing)
    return approvals.propose(
        act=TwoPersonAct.UNSEALED_ROUTE,
        on=item.case,
        payload={"item": item.code},
        words=words,
        by=by,
        code=code,
        link=link,
    )


@transaction.atomic
def store_unsealed(
    *,
    item: Item,
    place: Location,
    witness: User,
    reason: str,
    by: User,
    temperature: str = "",
) -> CustodyEvent:
    """Store something unsealed, before a witness, as the coordinator approved (R7)."""
    at = clock.now()
    access.require(by, Permission.UNSEALED_PROPOSE, item.case)
    checks.check_words(reason, "why it cannot be sealed now")
    checks.check_two_people(by.pk, witness.pk)
    docket = take(item, by=by, at=at, told=Told(note=reason))
    opening.check_unsealed(docket.standing)
    if place.centre_id != item.case.centre_id:
        raise RuleError("That place belongs to another centre.")
    proposal = open_unsealed(item)
    if proposal is None:
        raise RuleError(
            "Nobody has approved that this is stored unsealed. Propose it, and let the "
            "coordinator approve."
        )
    approvals.execute(proposal=proposal, payload={"item": item.code}, by=by, at=at)
    details: dict[str, Any] = {
        "temperature": temperature.strip(),
        "witness": snapshot(witness, docket.centre),
        "proposal": str(proposal.pk),
    }
    return docket.write(
        Move.STORED,
        place=place,
        storage_class=place.storage_class,
        counterpart=witness,
        reason_code="unsealed_route",
        details=details,
    )


def open_unsealed(item: Item) -> Proposal | None:
    """The proposal to store this item unsealed that is alive, if there is one."""
    rows = Proposal.objects.filter(
        case=item.case,
        act=TwoPersonAct.UNSEALED_ROUTE,
        expires_at__gt=clock.now(),
        execution__isnull=True,
    )
    for proposal in rows:
        if proposal.content["payload"]["item"] == item.code:
            return proposal
    return None
