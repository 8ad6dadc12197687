"""The hand-over on a request: the custodian offers, the investigator accepts.

Each side signs with a fresh one-time code, spent only if the hand-over is written.
Whether the ground still holds is asked once more under each signature.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from centre.chain_of_custody.actions.grounds import (
    check_approved,
    check_still_approved,
    write_release,
)
from centre.chain_of_custody.actions.transfers import (
    Line,
    Terms,
    receive_transfer,
    release_transfer,
)
from centre.chain_of_custody.models import CustodyEvent, Item, Transfer
from centre.chain_of_custody.models.requests import (
    EvidenceRequest,
    LineTransfer,
    RequestLine,
)
from centre.chain_of_custody.queries import requests as queries
from centre.chain_of_custody.queries.history import packages_around
from centre.chain_of_custody.queries.transfers import (
    is_open,
    names_of,
    travelling_packages,
)
from centre.chain_of_custody.rules import requests as rules
from centre.chain_of_custody.rules.checks import Basis, Seen
from centre.chain_of_custody.rules.handover import check_scan_set
from centre.chain_of_custody.rules.moves import Move
from centre.core import access, clock, journal
from centre.core.actions.people import check_factor
from centre.core.errors import AccessError, RuleError
from centre.core.models import Case, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind

Group = tuple[Case, str, str, str]


@dataclass(frozen=True)
class Carried:
    """How it travels: by what, until when, at which temperature, to which person."""

    conveyance: str
    conditions: str = ""
    temperature: str = ""
    expected_person: str = ""
    expected_at: datetime | None = None


@transaction.atomic
def offer_handover(
    *,
    request: EvidenceRequest,
    seals: Mapping[str, str],
    scanned: Iterable[str],
    carried: Carried,
    code: str,
    by: User,
) -> list[Transfer]:
    """Release the approved items of a request to whoever asked for them.

    What was scanned is exactly the approved set, or nothing leaves (R14).
    """
    at = clock.now()
    access.require(by, Permission.HANDOVER_OFFER, request.centre)
    EvidenceRequest.objects.select_for_update().get(pk=request.pk)
    lines = approved_lines(request)
    if not lines:
        raise RuleError("No line of this request is approved and still here.")
    rules.check_releaser(by.pk, {line.decision.decided_by_id for line in lines})
    check_approved(lines, at)
    packages = packages_around([item_of(line) for line in lines])
    check_scan_set(names_of(packages), scanned)

    transfers = []
    for group, members in _grouped(lines).items():
        transfer = _release(request, group, members, seals, carried, by)
        _link(members, transfer, by=by, at=at)
        transfers.append(transfer)
    _sign(by, code)
    check_approved(lines, clock.now())
    return transfers


@transaction.atomic
def accept_handover(
    *,
    request: EvidenceRequest,
    seen: Mapping[str, Seen],
    scanned: Iterable[str],
    code: str,
    by: User,
    temperature: str = "",
) -> list[Transfer]:
    """Accept what was released on one's own request, each seal as one sees it."""
    access.require(by, Permission.HANDOVER_ACCEPT, request.centre)
    if queries.receiver_of(request) != by:
        raise AccessError(by, Permission.HANDOVER_ACCEPT, request.centre)
    EvidenceRequest.objects.select_for_update().get(pk=request.pk)
    offered = [t for t in queries.transfers_of(request) if is_open(t)]
    if not offered:
        raise RuleError("Nothing is released to you on this request at present.")
    coming = {t.pk: names_of(travelling_packages(t)) for t in offered}
    whole = {code: name for names in coming.values() for code, name in names.items()}
    check_scan_set(whole, scanned)
    for transfer in offered:
        codes = coming[transfer.pk]
        own = {key: value for key, value in seen.items() if key in codes}
        receive_transfer(transfer=transfer, seen=own, temperature=temperature, by=by)
    _sign(by, code)
    for transfer in offered:
        check_still_approved(transfer, clock.now())
    return offered


def approved_lines(request: EvidenceRequest) -> list[RequestLine]:
    """The approved lines that are neither under way nor handed over."""
    links = LineTransfer.objects.filter(line__request=request)
    ended = CustodyEvent.objects.filter(
        move__in=[Move.TRANSFER_CANCELLED, Move.RECEIPT_REFUSED]
    )
    back = links.filter(
        transfer__in=ended.values("transfer"), transfer__under_way__isnull=True
    )
    busy = set(links.exclude(pk__in=back).values_list("line", flat=True))
    return [
        line
        for line in queries.lines_of(request)
        if line.pk not in busy and _is_approved(line)
    ]


def item_of(line: RequestLine) -> Item:
    """The item of an approved line; only a matched line is ever approved."""
    item = line.match.item
    if item is None:
        raise RuleError(f"Line {line.number} was matched to no item.")
    return item


def _is_approved(line: RequestLine) -> bool:
    decision = getattr(line, "decision", None)
    return decision is not None and decision.is_approved


def _grouped(lines: Iterable[RequestLine]) -> dict[Group, list[RequestLine]]:
    groups: dict[Group, list[RequestLine]] = defaultdict(list)
    for line in lines:
        words = str(line.asked.get("basis_reference", ""))
        case = item_of(line).case
        groups[case, line.basis, line.purpose, words].append(line)
    return groups


def _release(
    request: EvidenceRequest,
    group: Group,
    lines: list[RequestLine],
    seals: Mapping[str, str],
    carried: Carried,
    by: User,
) -> Transfer:
    case, basis, purpose, words = group
    receiver = queries.receiver_of(request)
    terms = Terms(
        recipient=request.agency.code,
        organisation=request.agency.name,
        purpose=purpose,
        basis=Basis(basis),
        basis_text=words or f"Approved on request {request}",
        expected_person=carried.expected_person or _collector(request),
        conveyance=carried.conveyance,
        conditions=carried.conditions,
        temperature=carried.temperature,
        expected_at=carried.expected_at,
    )
    return release_transfer(
        case=case,
        lines=[Line(item_of(line), line.pk) for line in lines],
        seals=seals,
        terms=terms,
        receiver=receiver,
        by=by,
    )


def _collector(request: EvidenceRequest) -> str:
    return str(request.asked.get("collector", ""))


def _link(
    lines: Iterable[RequestLine], transfer: Transfer, *, by: User, at: datetime
) -> None:
    for line in lines:
        row = LineTransfer.objects.create(line=line, transfer=transfer, offered_at=at)
        journal.record(
            Kind.REQUEST_OFFERED,
            by=by,
            on=transfer.case,
            at=at,
            row=row,
            stream=line.request_id,
        )
        write_release(row, by=by, at=at)


def _sign(by: User, code: str) -> None:
    if not check_factor(by=by, code=code.replace(" ", "")):
        raise RuleError(
            "Your one-time code is not right or was used before. Wait for the next one "
            "and type it; everything else you typed is kept."
        )
