"""The hand-over receipt: what one side stated and the other side saw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from centre.chain_of_custody.actions.papers import head_of
from centre.chain_of_custody.models import CustodyEvent, Transfer
from centre.chain_of_custody.models.requests import EvidenceRequest
from centre.chain_of_custody.queries import requests as queries
from centre.chain_of_custody.queries.history import Package, contents
from centre.chain_of_custody.queries.transfers import packages_of
from centre.chain_of_custody.rules.moves import Move, Thing
from centre.core import access, clock, journal
from centre.core.errors import AccessError, RuleError
from centre.core.models import Centre, User
from centre.core.paper import LedgerHead
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind


@dataclass(frozen=True)
class Handed:
    """One package: what the releaser stated, what the receiver saw."""

    package: Package
    inside: tuple[str, ...]
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


@dataclass(frozen=True)
class Receipt:
    """Everything a hand-over receipt tells."""

    request: EvidenceRequest
    centre: Centre
    legs: tuple[Leg, ...]
    made_at: datetime
    by: str
    head: LedgerHead


@transaction.atomic
def print_receipt(*, request: EvidenceRequest, by: User) -> Receipt:
    """Issue the receipt of what was handed over on a request, to either side."""
    at = clock.now()
    _check_side(request, by)
    transfers = [t for t in queries.transfers_of(request) if _is_received(t)]
    if not transfers:
        raise RuleError("Nothing was handed over on this request yet.")
    legs = tuple(_leg(transfer) for transfer in transfers)
    for transfer in transfers:
        journal.looked(
            Kind.PRINTED,
            by=by,
            on=transfer.case,
            at=at,
            what=f"Receipt of request {request}",
        )
    head = head_of(request.centre, at)
    return Receipt(request, request.centre, legs, at, by.name, head)


def _check_side(request: EvidenceRequest, by: User) -> None:
    if queries.own(by).filter(pk=request.pk).exists():
        access.require(by, Permission.EVIDENCE_REQUEST, request.centre)
    elif not access.holds(by, Permission.REQUEST_VIEW, request.centre):
        raise AccessError(by, Permission.REQUEST_VIEW, request.centre)


def _is_received(transfer: Transfer) -> bool:
    return transfer.events.filter(move__in=[Move.RECEIVED, Move.HANDED_OUT]).exists()


def _leg(transfer: Transfer) -> Leg:
    events = list(
        transfer.events.select_related("kit", "item", "actor").order_by("number")
    )
    released = [e for e in events if e.move == Move.RELEASED]
    received = [e for e in events if e.move in {Move.RECEIVED, Move.HANDED_OUT}]
    stated = {e.thing.pk: e for e in released}
    seen = {e.thing.pk: e for e in received}
    packages = tuple(
        _handed(p, stated[p.pk], seen[p.pk])
        for p in packages_of(transfer)
        if p.pk in seen
    )
    return Leg(transfer, released[0], received[0], packages)


def _handed(package: Package, stated: CustodyEvent, seen: CustodyEvent) -> Handed:
    inside = contents(package) if package.thing is Thing.KIT else []  # type: ignore[arg-type]
    return Handed(
        package=package,
        inside=tuple(f"{item}: {item.words}" for item in inside),
        stated=stated.seal_after,
        observed=seen.seal_after,
        condition=seen.get_seal_condition_display(),
        package_condition=seen.package_condition,
    )
