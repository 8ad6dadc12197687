"""The hand-over receipt: what one side stated and the other side saw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from centre.chain_of_custody.actions.papers import head_of
from centre.chain_of_custody.catalogue import catalogue
from centre.chain_of_custody.models import (
    CustodyEvent,
    HandSignature,
    Item,
    Kit,
    Transfer,
)
from centre.chain_of_custody.models.requests import EvidenceRequest
from centre.chain_of_custody.queries import requests as queries
from centre.chain_of_custody.queries.history import Package, contents
from centre.chain_of_custody.queries.receipts import duties_of, request_of, signers_of
from centre.chain_of_custody.queries.transfers import packages_of, within_reach
from centre.chain_of_custody.rules.moves import Move
from centre.core import access, clock, journal
from centre.core.errors import AccessError, RuleError
from centre.core.models import Centre, User
from centre.core.paper import LedgerHead
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind

_ENDS = (Move.RECEIVED, Move.HANDED_OUT)


@dataclass(frozen=True)
class Handed:
    """One package: what the releaser stated, what the receiver saw."""

    package: Package
    inside: tuple[str, ...]
    storage: str
    stated: str
    observed: str
    condition: str
    package_condition: str


@dataclass(frozen=True)
class Leg:
    """One transfer with its two sides."""

    transfer: Transfer
    released: CustodyEvent
    received: CustodyEvent
    packages: tuple[Handed, ...]
    picked_up: CustodyEvent | None = None
    signs: tuple[HandSignature, ...] = ()
    signers: tuple[tuple[str, str, str], ...] = ()
    """Role, person and how she signed, in the order of the acts."""
    duties: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """The receipt's own number, given when the receiver signed."""
        return str((self.received.details or {}).get("receipt", self.transfer.code))


@dataclass(frozen=True)
class Receipt:
    """Everything a hand-over receipt tells."""

    centre: Centre
    legs: tuple[Leg, ...]
    made_at: datetime
    by: str
    head: LedgerHead
    request: EvidenceRequest | None = None
    others: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def print_receipt(*, request: EvidenceRequest, by: User) -> Receipt:
    """Issue the receipt of what was handed over on a request, to either side."""
    at = clock.now()
    _check_side(request, by)
    transfers = [t for t in queries.transfers_of(request) if _is_received(t)]
    if not transfers:
        raise RuleError("Nothing was handed over on this request yet.")
    what = f"Receipt of request {request}"
    return _issue(request.centre, transfers, request, what, by=by, at=at)


@transaction.atomic
def print_transfer_receipt(*, transfer: Transfer, by: User) -> Receipt:
    """Issue the receipt of one hand-over, to either side or the store."""
    at = clock.now()
    centre = transfer.case.centre
    if not within_reach(by).filter(pk=transfer.pk).exists():
        raise AccessError(by, Permission.ITEM_RECEIVE, centre)
    if not _is_received(transfer):
        raise RuleError("Nobody signed for this yet, so there is no receipt.")
    what = f"Receipt of {transfer}"
    return _issue(centre, [transfer], request_of(transfer), what, by=by, at=at)


@transaction.atomic
def look_at_transfer(*, transfer: Transfer, by: User) -> Transfer:
    """Open the page of a hand-over; that somebody looked is written down."""
    at = clock.now()
    if not within_reach(by).filter(pk=transfer.pk).exists():
        raise AccessError(by, Permission.ITEM_RECEIVE, transfer.case.centre)
    journal.looked(Kind.READ, by=by, on=transfer.case, at=at, what=str(transfer))
    return transfer


def _issue(
    centre: Centre,
    transfers: Iterable[Transfer],
    request: EvidenceRequest | None,
    what: str,
    *,
    by: User,
    at: datetime,
) -> Receipt:
    legs = tuple(_leg(transfer, request, at) for transfer in transfers)
    for leg in legs:
        case = leg.transfer.case
        journal.looked(Kind.PRINTED, by=by, on=case, at=at, what=what)
    head = head_of(centre, at)
    return Receipt(centre, legs, at, by.name, head, request)


def _check_side(request: EvidenceRequest, by: User) -> None:
    if queries.own(by).filter(pk=request.pk).exists():
        access.require(by, Permission.EVIDENCE_REQUEST, request.centre)
    elif not access.holds(by, Permission.REQUEST_VIEW, request.centre):
        raise AccessError(by, Permission.REQUEST_VIEW, request.centre)


def _is_received(transfer: Transfer) -> bool:
    events = transfer.events
    refused = events.filter(move=Move.RECEIPT_REFUSED).exists()
    return events.filter(move__in=_ENDS).exists() and not refused


def _leg(transfer: Transfer, request: EvidenceRequest | None, at: datetime) -> Leg:
    rows = transfer.events.select_related("kit", "item", "actor", "counterpart")
    events = list(rows.order_by("number"))
    released = [e for e in events if e.move == Move.RELEASED]
    received = [e for e in events if e.move in _ENDS]
    stated = {e.thing.pk: e for e in released}
    seen = {e.thing.pk: e for e in received}
    picked = next((e for e in events if e.move == Move.PICKED_UP), None)
    signs = tuple(transfer.hand_signatures.select_related("witness"))
    packages = tuple(
        _handed(p, stated[p.pk], seen[p.pk])
        for p in packages_of(transfer)
        if p.pk in seen
    )
    return Leg(
        transfer,
        released[0],
        received[0],
        packages,
        picked,
        signs,
        tuple(signers_of(released[0], picked, received[0], signs)),
        tuple(duties_of(transfer, request, at)),
    )


def _handed(package: Package, stated: CustodyEvent, seen: CustodyEvent) -> Handed:
    inside = contents(package) if isinstance(package, Kit) else [package]
    told = [f"{item}: {item.words}" for item in inside]
    return Handed(
        package=package,
        inside=tuple(told if isinstance(package, Kit) else [inside[0].words]),
        storage=_storage(inside),
        stated=stated.seal_after,
        observed=seen.seal_after,
        condition=seen.get_seal_condition_display(),
        package_condition=seen.package_condition,
    )


def _storage(items: Sequence[Item]) -> str:
    """How it has to be kept: the need of each item, each told once."""
    needs = {
        catalogue(item.catalogue).words_of_class(item.kind.storage[0])
        for item in items
        if item.kind.storage
    }
    return "; ".join(sorted(needs))
