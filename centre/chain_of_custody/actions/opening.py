"""Opening a seal outside a laboratory, taking parts, sealing again, using up.

Outside a laboratory a seal is opened on authority alone: one proposes, the coordinator
approves, and a witness sees it (R11).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from centre.chain_of_custody.actions.docket import (
    Docket,
    Told,
    case_of,
    snapshot,
    take,
)
from centre.chain_of_custody.actions.seals import question_seal, use_seal
from centre.chain_of_custody.catalogue import catalogue
from centre.chain_of_custody.models import CustodyEvent, Item
from centre.chain_of_custody.queries.history import Package, history
from centre.chain_of_custody.rules import checks, opening
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.codes import new_code
from centre.chain_of_custody.rules.moves import Move
from centre.core import access, clock, journal
from centre.core.actions import approvals
from centre.core.errors import RuleError
from centre.core.models import Proposal, User
from centre.core.permissions import Permission
from centre.core.two_person import TwoPersonAct
from centre.ledger.kinds import Kind


@dataclass(frozen=True)
class Part:
    """A part that is taken as an item of its own."""

    taken: str
    unit: str
    what: str


@transaction.atomic
def propose_opening(
    *, package: Package, words: str, authority: str, by: User, code: str, link: str
) -> Proposal:
    """Propose that a seal is opened here, on which authority and why (R11)."""
    at = clock.now()
    case = case_of(package)
    access.require(by, Permission.SEAL_OPEN, case)
    checks.check_words(authority, "on whose authority the seal is to be opened")
    docket = take(package, by=by, at=at)
    checks.check_move(Move.SEAL_BROKEN, docket.standing)
    return approvals.propose(
        act=TwoPersonAct.SEAL_OPENING,
        on=case,
        payload=_payload(docket),
        words=f"{words.strip()}\n{authority.strip()}",
        by=by,
        code=code,
        link=link,
    )


@transaction.atomic
def open_seal(
    *,
    package: Package,
    seen: Seen,
    authority: str,
    reason: str,
    witness: User,
    by: User,
    code: str,
    witness_code: str,
) -> CustodyEvent:
    """Open a seal before a witness, as it was approved; its state is written first."""
    at = clock.now()
    case = case_of(package)
    access.require(by, Permission.SEAL_OPEN, case)
    checks.check_words(reason, "why the seal is opened")
    checks.check_words(authority, "on whose authority the seal is opened")
    checks.check_two_people(by.pk, witness.pk, [by.name, witness.name])
    docket = take(package, by=by, at=at, told=Told(note=reason))
    checks.check_move(Move.SEAL_BROKEN, docket.standing)
    proposal = _proposal(docket)
    approvals.execute(proposal=proposal, payload=_payload(docket), by=by, at=at)
    number, condition = checks.seal_seen(seen, docket.standing.seal)
    approvals.sign(by, code)
    approvals.sign(witness, witness_code)
    event = docket.write(
        Move.SEAL_BROKEN,
        counterpart=witness,
        place_from_id=docket.standing.place,
        seal_before=docket.standing.seal,
        seal_after=number,
        seal_condition=condition,
        package_condition=seen.package,
        details={
            "authority": authority.strip(),
            "witness": snapshot(witness, docket.centre),
            "proposal": str(proposal.pk),
        },
    )
    question_seal(docket, condition, seen.package, about=event)
    return event


@transaction.atomic
def take_part(*, item: Item, part: Part, by: User, note: str = "") -> Item:
    """Take a part of an opened item as an item of its own, under its own code (R21)."""
    at = clock.now()
    access.require(by, Permission.SEAL_OPEN, item.case)
    checks.check_words(part.what, "what the part is")
    opening.check_unit(part.unit)
    docket = take(item, by=by, at=at, told=Told(note=note))
    opening.check_parent(docket.standing)
    left = opening.part(left_of(item), part.taken)
    child = _child(item, part, by)
    docket.write(
        Move.SUBSAMPLED,
        details={
            "child": child.code,
            "taken": part.taken.strip(),
            "unit": part.unit,
            "left": left,
        },
    )
    own = take(child, by=by, at=at, case=docket.case, told=Told(note=note))
    own.write(
        Move.COLLECTED,
        details={
            "method": "part",
            "of": item.code,
            "count": part.taken.strip(),
            "unit": part.unit,
            "description": part.what.strip(),
        },
    )
    return child


@transaction.atomic
def seal_again(
    *, item: Item, seal: str, kind: str, done: str, left: str, witness: User, by: User
) -> CustodyEvent:
    """Close an opened item with a new seal; what was done and is left is written."""
    at = clock.now()
    access.require(by, Permission.SEAL_OPEN, item.case)
    checks.check_words(done, "what was done with it")
    checks.check_words(left, "what is left in it")
    checks.check_two_people(by.pk, witness.pk, [by.name, witness.name])
    docket = take(item, by=by, at=at, told=Told(note=done))
    checks.check_move(Move.RESEALED, docket.standing)
    used = use_seal(docket, seal, kind)
    return docket.write(
        Move.RESEALED,
        seal=used,
        seal_after=used.number,
        counterpart=witness,
        details={"left": left.strip(), "witness": snapshot(witness, docket.centre)},
    )


@transaction.atomic
def use_up(
    *, item: Item, reason: str, authority: str, supervisor: User, by: User, code: str
) -> CustodyEvent:
    """Write that nothing is left of an opened item, on authority, under supervision."""
    at = clock.now()
    access.require(by, Permission.SEAL_OPEN, item.case)
    checks.check_words(reason, "why it was used up")
    checks.check_words(authority, "on whose authority all of it was used")
    checks.check_two_people(by.pk, supervisor.pk, [by.name, supervisor.name])
    docket = take(item, by=by, at=at, told=Told(note=reason))
    checks.check_move(Move.CONSUMED, docket.standing)
    approvals.sign(by, code)
    return docket.write(
        Move.CONSUMED,
        counterpart=supervisor,
        details={
            "authority": authority.strip(),
            "supervisor": snapshot(supervisor, docket.centre),
        },
    )


def left_of(item: Item) -> str:
    """How much of an item is left, as its own events tell."""
    left = "1"
    for line in history(item):
        if line.is_void:
            continue
        details: dict[str, Any] = line.now.details or {}
        if line.event.move == Move.COLLECTED:
            left = str(details.get("count") or "1")
        if line.event.move == Move.SUBSAMPLED:
            left = str(details["left"])
    return left


def open_proposal(package: Package) -> Proposal | None:
    """The proposal to open this seal that is alive, if there is one."""
    rows = Proposal.objects.filter(
        case=case_of(package),
        act=TwoPersonAct.SEAL_OPENING,
        expires_at__gt=clock.now(),
        execution__isnull=True,
    )
    for proposal in rows:
        if proposal.content["payload"]["package"] == package.code:
            return proposal
    return None


def _payload(docket: Docket) -> dict[str, str]:
    return {"package": docket.package.code, "seal": docket.standing.seal}


def _proposal(docket: Docket) -> Proposal:
    found = open_proposal(docket.package)
    if found is None:
        raise RuleError(
            "Outside a laboratory a seal is opened only on authority and approval. "
            "Propose it, and let the coordinator approve; or hand it to a laboratory."
        )
    return found


def _child(item: Item, part: Part, by: User) -> Item:
    same = Item.objects.filter(
        case=item.case, specimen=item.specimen, site=item.site, side=item.side
    )
    last: int = same.aggregate(last=Max("index"))["last"] or 0
    child = Item.objects.create(
        code=new_code(),
        case=item.case,
        parent=item,
        specimen=item.specimen,
        site=item.site,
        side=item.side,
        index=last + 1,
        catalogue=catalogue().version,
        registered_at=clock.now(),
        details={"description": part.what.strip()},
    )
    journal.record(
        Kind.ITEM_REGISTERED,
        by=by,
        on=item.case,
        at=child.registered_at,
        row=child,
        stream=child.pk,
    )
    return child
