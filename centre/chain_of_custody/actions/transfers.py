"""Hand-overs: what leaves and what arrives are two events by two people.

These are called inside a decision on a request, which passes the ground of each line
as plain values. The consent behind a line is asked again at release and at receipt,
so that what was withdrawn in between stays in the store.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from centre.chain_of_custody.actions.docket import Docket, Told, snapshot, take
from centre.chain_of_custody.actions.seals import question_seal
from centre.chain_of_custody.models import InTransit, Item, Kit, Transfer
from centre.chain_of_custody.queries.entries import entry_of
from centre.chain_of_custody.queries.history import Package, contents, standings
from centre.chain_of_custody.queries.transfers import packages_of, releases_of
from centre.chain_of_custody.rules import checks, grounds
from centre.chain_of_custody.rules.checks import Basis, Seen
from centre.chain_of_custody.rules.codes import new_code
from centre.chain_of_custody.rules.fold import Reporting, reporting_of
from centre.chain_of_custody.rules.moves import Move
from centre.core import access, clock, consent, journal
from centre.core.errors import AccessError, RuleError
from centre.core.models import Case, Registration, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind

REPORT: Final = "C16"


@dataclass(frozen=True)
class Line:
    """One approved item and the request line it stands on."""

    item: Item
    request_line: UUID | None = None


@dataclass(frozen=True)
class Terms:
    """To whom, what for and on which ground; `recipient` as consent names it."""

    recipient: str
    organisation: str
    purpose: str
    basis: Basis
    basis_text: str
    expected_person: str = ""
    conveyance: str = ""
    conditions: str = ""
    expected_at: datetime | None = None


@dataclass(frozen=True)
class Outsider:
    """A receiver without an account, as her papers say."""

    name: str
    rank: str
    organisation: str
    identity_kind: str
    identity_last4: str
    contact: str = ""
    signature: str = ""


@transaction.atomic
def release_transfer(
    *,
    case: Case,
    lines: Sequence[Line],
    seals: Mapping[str, str],
    terms: Terms,
    by: User,
    receiver: User | None = None,
    note: str = "",
) -> Transfer:
    """Let approved items go to a named receiver; they travel until she signs.

    `seals` gives, by the code of each package that leaves, the seal number that the
    releaser read from it.
    """
    at = clock.now()
    access.require(by, Permission.ITEM_RELEASE, case)
    if not lines:
        raise RuleError("Choose what is to be released.")
    names = [by.name, receiver.name if receiver else terms.expected_person]
    checks.check_two_people(by.pk, receiver.pk if receiver else None, names)

    told = Told(note=note)
    dockets = _packages(case, lines, by=by, at=at, told=told)
    check_ground(case, terms, at=at)
    transfer = _open(case, terms, receiver=receiver, by=by, at=at)
    for docket in dockets:
        _release(docket, transfer, lines, seals, terms)
    return transfer


@transaction.atomic
def receive_transfer(
    *,
    transfer: Transfer,
    seen: Mapping[str, Seen],
    by: User,
    occurred_at: datetime | None = None,
    late_reason: str = "",
    note: str = "",
) -> Transfer:
    """Accept what was released to oneself, with each seal number as one sees it."""
    at = clock.now()
    access.require(by, Permission.ITEM_RECEIVE, transfer.case.centre)
    if transfer.receiver_id != by.pk:
        raise AccessError(by, Permission.ITEM_RECEIVE, transfer.case.centre)
    checks.check_two_people(transfer.released_by_id, by.pk)
    told = Told(occurred_at, late_reason, note)
    details = {"actor": _receiver_snapshot(by, transfer)}
    _end(
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
    note: str = "",
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
    _check_witness(witness, transfer.case)
    _check_papers(receiver)
    details = {
        "receiver": asdict(receiver),
        "witness": snapshot(witness, transfer.case.centre),
    }
    _end(
        transfer,
        Move.HANDED_OUT,
        seen,
        by=by,
        at=at,
        told=Told(note=note),
        counterpart=witness,
        details=details,
    )
    return transfer


@transaction.atomic
def cancel_transfer(
    *, transfer: Transfer, reason: str, seals: Mapping[str, str], by: User
) -> Transfer:
    """Take a release back before anybody received it; the seals are read again."""
    at = clock.now()
    access.require(by, Permission.ITEM_RELEASE, transfer.case)
    if transfer.released_by_id != by.pk:
        raise RuleError("Whoever released this cancels it.")
    checks.check_words(reason, "why the hand-over does not take place")
    for docket in _under_way(transfer, by=by, at=at, told=Told(note=reason)):
        stated = seals.get(docket.package.code, "")
        number = checks.check_seal_stated(stated, docket.standing)
        docket.write(
            Move.TRANSFER_CANCELLED,
            transfer=transfer,
            seal_before=number,
            seal_after=number,
        )
    transfer.under_way.all().delete()
    return transfer


def check_ground(case: Case, terms: Terms, *, at: datetime) -> None:
    """The ground of a hand-over holds at this moment (R12, R13)."""
    checks.check_basis(terms.basis, terms.basis_text)
    checks.check_reporting(reporting(case, terms.recipient, at=at), terms.basis)
    if terms.basis is Basis.CONSENT:
        item = grounds.consent_item("item", terms.purpose)
        consent.require(
            case, item, recipient=terms.recipient, purpose=terms.purpose, at=at
        )


def reporting(case: Case, recipient: str, *, at: datetime) -> Reporting:
    """What the survivor decided about telling this recipient."""
    told = consent.in_force(case, REPORT, recipient=recipient, at=at)
    return reporting_of(
        is_anonymous=case.registration == Registration.ANONYMOUS,
        has_reported=told is not None,
    )


def _packages(
    case: Case, lines: Sequence[Line], *, by: User, at: datetime, told: Told
) -> list[Docket]:
    """The packages these items travel in: the sealed kit around them, or each alone."""
    if any(line.item.case_id != case.pk for line in lines):
        raise RuleError("All items of one hand-over belong to one case.")
    items = {line.item.pk: line.item for line in lines}
    case_lock = next(iter(items.values()))
    take(case_lock, by=by, at=at, case=case)
    stand = standings(items.values())
    kits = Kit.objects.in_bulk([s.kit for s in stand.values() if s.kit])
    alone = [i for i in items.values() if stand[i.pk].kit is None]
    leaving = {i.pk for i in alone}
    for kit in kits.values():
        leaving |= {i.pk for i in contents(kit)}
    checks.check_released_set(items, leaving)
    packages: list[Package] = [*kits.values(), *alone]
    return [take(p, by=by, at=at, case=case, told=told) for p in packages]


def _open(
    case: Case, terms: Terms, *, receiver: User | None, by: User, at: datetime
) -> Transfer:
    transfer = Transfer.objects.create(
        code=new_code(),
        case=case,
        released_at=at,
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
        },
    )
    journal.record(
        Kind.TRANSFER_OPENED, by=by, on=case, at=at, row=transfer, stream=transfer.pk
    )
    return transfer


def _release(
    docket: Docket,
    transfer: Transfer,
    lines: Sequence[Line],
    seals: Mapping[str, str],
    terms: Terms,
) -> None:
    package = docket.package
    checks.check_no_open_transfer(docket.standing)
    checks.check_move(Move.RELEASED, docket.standing)
    checks.check_holder(docket.standing, docket.by.pk)
    checks.check_unquestioned(docket.standing)
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
    found = next(line for line in lines if line.item.pk == item.pk)
    return str(found.request_line) if found.request_line else ""


def _under_way(
    transfer: Transfer, *, by: User, at: datetime, told: Told
) -> list[Docket]:
    """The packages of a transfer, locked, if it is still open."""
    packages = packages_of(transfer)
    dockets = [take(p, by=by, at=at, case=transfer.case, told=told) for p in packages]
    if not dockets or any(d.standing.transfer != transfer.pk for d in dockets):
        raise RuleError(
            "This hand-over is not open. It was received or cancelled before, or "
            "nothing was released yet."
        )
    return dockets


def _end(
    transfer: Transfer,
    step: Move,
    seen: Mapping[str, Seen],
    *,
    by: User,
    at: datetime,
    told: Told,
    **columns: Any,
) -> None:
    """Write the receiving side of every package; what differs is put in question."""
    dockets = _under_way(transfer, by=by, at=at, told=told)
    _check_ground_still_holds(transfer, at)
    if set(seen) != {d.package.code for d in dockets}:
        raise RuleError(
            "Look at every package of this hand-over, and at no other: give the seal "
            "number of each."
        )
    released = releases_of(transfer)
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
    transfer.under_way.all().delete()


def _check_ground_still_holds(transfer: Transfer, at: datetime) -> None:
    details = transfer.details
    terms = Terms(
        recipient=transfer.recipient,
        organisation=details["organisation"],
        purpose=transfer.purpose,
        basis=Basis(transfer.basis),
        basis_text=details["basis_text"],
    )
    check_ground(transfer.case, terms, at=at)


def _check_witness(witness: User, case: Case) -> None:
    posts = witness.memberships.filter(centre=case.centre, ended_at__isnull=True)
    if not witness.is_active or not posts.exists():
        raise RuleError("The witness is a colleague of this centre.")


def _check_papers(receiver: Outsider) -> None:
    for text, what in (
        (receiver.name, "the receiver's name"),
        (receiver.organisation, "the receiver's organisation"),
        (receiver.identity_kind, "which identity paper the receiver showed"),
        (receiver.identity_last4, "the last four signs of that paper"),
    ):
        checks.check_words(text, what)


def _receiver_snapshot(by: User, transfer: Transfer) -> dict[str, str]:
    known = snapshot(by, transfer.case.centre)
    return {**known, "organisation": transfer.details["organisation"]}
