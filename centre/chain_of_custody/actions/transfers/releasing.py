"""Letting evidence go: the exact approved set, on its ground, to a named receiver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from centre.chain_of_custody.actions.docket import Docket, Told, lock, take
from centre.chain_of_custody.actions.grounds import check_leaving
from centre.chain_of_custody.actions.transfers.terms import Line, Terms, check_ground
from centre.chain_of_custody.models import InTransit, Item, Kit, Transfer
from centre.chain_of_custody.queries.history import Package, contents, standings
from centre.chain_of_custody.rules import checks
from centre.chain_of_custody.rules.codes import new_code
from centre.chain_of_custody.rules.moves import Move
from centre.core import access, clock, journal
from centre.core.errors import RuleError
from centre.core.models import Case, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind


@transaction.atomic
def release_transfer(
    *,
    case: Case,
    lines: Sequence[Line],
    seals: Mapping[str, str],
    terms: Terms,
    by: User,
    receiver: User | None = None,
    told: Told | None = None,
) -> Transfer:
    """Let approved items go to a named receiver; they travel until she signs.

    `seals` gives, by the code of each package that leaves, the seal number that the
    releaser read from it. Whoever calls this, the ground of each line is asked here
    anew: an approval whose consent or order has ended since releases nothing.
    """
    at = clock.now()
    access.require(by, Permission.ITEM_RELEASE, case)
    if not lines:
        raise RuleError("Choose what is to be released.")
    names = [by.name, receiver.name if receiver else terms.expected_person]
    checks.check_two_people(by.pk, receiver.pk if receiver else None, names)

    told = told or Told()
    left_at = told.occurred_at or at
    dockets = _packages(case, lines, by=by, at=at, told=told)
    check_leaving([x.item for x in lines], [x.request_line for x in lines], left_at)
    check_ground(case, terms, at=left_at)
    transfer = open_transfer(
        case, terms, receiver=receiver, by=by, at=at, left_at=left_at
    )
    for docket in dockets:
        checks.check_unquestioned(docket.standing)
        let_go(docket, transfer, seals, terms, lines=lines)
    return transfer


def _packages(
    case: Case, lines: Sequence[Line], *, by: User, at: datetime, told: Told
) -> list[Docket]:
    """The packages these items travel in: the sealed kit around them, or each alone."""
    if any(line.item.case_id != case.pk for line in lines):
        raise RuleError("All items of one hand-over belong to one case.")
    items = {line.item.pk: line.item for line in lines}
    lock(case)
    stand = standings(items.values())
    kits = Kit.objects.in_bulk([s.kit for s in stand.values() if s.kit])
    alone = [i for i in items.values() if stand[i.pk].kit is None]
    leaving = {i.pk for i in alone}
    for kit in kits.values():
        leaving |= {i.pk for i in contents(kit)}
    checks.check_released_set(items, leaving)
    packages: list[Package] = [*kits.values(), *alone]
    return [take(p, by=by, at=at, case=case, told=told) for p in packages]


def open_transfer(
    case: Case,
    terms: Terms,
    *,
    receiver: User | None,
    by: User,
    at: datetime,
    left_at: datetime,
    is_back: bool = False,
) -> Transfer:
    """Write the agreed facts of one hand-over, with their entry."""
    transfer = Transfer.objects.create(
        code=new_code(),
        case=case,
        released_at=left_at,
        released_by=by,
        receiver=receiver,
        recipient=terms.recipient,
        purpose=terms.purpose,
        basis=terms.basis,
        expected_at=terms.expected_at,
        details={
            "organisation": terms.organisation,
            "basis_text": terms.basis_text.strip(),
            "receiver": receiver.name if receiver else terms.expected_person,
            "conveyance": terms.conveyance,
            "conditions": terms.conditions,
            "temperature": terms.temperature,
            "order": dict(terms.order),
            "is_back": is_back,
        },
    )
    journal.record(
        Kind.TRANSFER_OPENED, by=by, on=case, at=at, row=transfer, stream=transfer.pk
    )
    return transfer


def let_go(
    docket: Docket,
    transfer: Transfer,
    seals: Mapping[str, str],
    terms: Terms,
    *,
    lines: Sequence[Line] = (),
) -> None:
    """Write that one package left, with its seal as the releaser read it."""
    package = docket.package
    checks.check_no_open_transfer(docket.standing)
    checks.check_move(Move.RELEASED, docket.standing)
    checks.check_holder(docket.standing, docket.by.pk)
    stated = seals.get(package.code, "")
    number = checks.check_seal_stated(stated, docket.standing)
    inside = contents(package) if isinstance(package, Kit) else [package]
    grounds = {str(i.pk): _line_of(i, lines) for i in inside}
    only = grounds[str(package.pk)] if isinstance(package, Item) else ""
    docket.write(
        Move.RELEASED,
        transfer=transfer,
        counterpart=transfer.receiver,
        place_from_id=docket.standing.place,
        seal_before=number,
        seal_after=number,
        request_line=UUID(only) if only else None,
        details={
            "purpose": terms.purpose,
            "basis": terms.basis.value,
            "basis_text": terms.basis_text.strip(),
            "lines": grounds,
            "receiver": transfer.details["receiver"],
            "organisation": terms.organisation,
            "conveyance": terms.conveyance,
            "temperature": terms.temperature,
        },
    )
    _mark(transfer, package, inside)


def _mark(transfer: Transfer, package: Package, inside: Sequence[Item]) -> None:
    """Let the database hold that nothing here is in a second open transfer (R4)."""
    if isinstance(package, Kit):
        InTransit.objects.create(transfer=transfer, kit=package)
    for item in inside:
        InTransit.objects.create(transfer=transfer, item=item)


def _line_of(item: Item, lines: Sequence[Line]) -> str:
    found = next((line for line in lines if line.item.pk == item.pk), None)
    return str(found.request_line) if found and found.request_line else ""
