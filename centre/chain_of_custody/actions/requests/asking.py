"""Asking for evidence, by account or by letter, and taking a request back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from centre.agencies import queries as agencies
from centre.chain_of_custody.actions.request_log import lock, take_step
from centre.chain_of_custody.clock_pack import IN_FORCE
from centre.chain_of_custody.models.request_steps import RequestParty
from centre.chain_of_custody.models.requests import (
    EvidenceRequest,
    RequestEnd,
    RequestLine,
)
from centre.chain_of_custody.queries.requests import standing
from centre.chain_of_custody.rules import grounds
from centre.chain_of_custody.rules import requests as rules
from centre.chain_of_custody.rules.checks import Basis
from centre.chain_of_custody.rules.grounds import Requester
from centre.chain_of_custody.rules.request_steps import OPEN, TO_HAND_OVER, Step
from centre.core import access, clock, journal, references
from centre.core.errors import RuleError
from centre.core.models import Centre, Recipient, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind


@dataclass(frozen=True)
class Asked:
    """One line as the investigator typed it."""

    what: str
    basis: str
    basis_reference: str
    purpose: str
    scope: str = "item"
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def all_told(self) -> dict[str, Any]:
        """What is kept of the line beside its ground and purpose."""
        return {
            "what": self.what,
            "basis_reference": self.basis_reference,
            "scope": self.scope,
            **self.told,
        }


@dataclass(frozen=True)
class Letter:
    """Who asks by letter, as the desk keys it in."""

    kind: str
    agency: Recipient
    name: str
    rank: str
    contact: str
    letter_no: str


@transaction.atomic
def request_evidence(
    *,
    centre: Centre,
    lines: Sequence[Asked],
    details: Mapping[str, Any],
    needed_by: date | None,
    by: User,
) -> EvidenceRequest:
    """Ask for items, each on one legal basis; the receipt tells nothing else.

    Nothing is looked up here, so that a known and an unknown person, kit or code take
    the same path and the same time.
    """
    at = clock.now()
    access.require(by, Permission.EVIDENCE_REQUEST, centre)
    _check_asked(lines, Requester.INVESTIGATOR)
    agency = _agency_of(by, centre)
    return _write(centre, agency, lines, details, needed_by, by=by, at=at)


@transaction.atomic
def key_in_request(
    *,
    centre: Centre,
    letter: Letter,
    lines: Sequence[Asked],
    details: Mapping[str, Any],
    needed_by: date | None,
    by: User,
) -> EvidenceRequest:
    """Key in a request that came by letter: prosecutor, court, defence, centre."""
    at = clock.now()
    access.require(by, Permission.REQUEST_KEY_IN, centre)
    if letter.kind not in set(Requester):
        raise RuleError("Choose who asks.")
    if letter.agency.centre_id != centre.pk:
        raise RuleError("Choose the agency from this centre's directory.")
    _check_asked(lines, letter.kind)
    request = _write(centre, letter.agency, lines, details, needed_by, by=by, at=at)
    party = RequestParty.objects.create(
        request=request,
        kind=letter.kind,
        details={
            "name": letter.name,
            "rank": letter.rank,
            "contact": letter.contact,
            "letter_no": letter.letter_no,
        },
    )
    journal.record(
        Kind.EVIDENCE_REQUESTED,
        by=by,
        on=centre,
        at=at,
        row=party,
        stream=request.pk,
    )
    return request


@transaction.atomic
def withdraw_request(*, request: EvidenceRequest, by: User) -> RequestEnd:
    """Take one's own request back, as long as nothing was handed over on it."""
    at = clock.now()
    access.require(by, Permission.EVIDENCE_REQUEST, request.centre)
    lock(request)
    if request.requested_by_id != by.pk or hasattr(request, "end"):
        raise RuleError("Only an open request of your own can be taken back.")
    if standing(request) not in OPEN | TO_HAND_OVER:
        raise RuleError(
            "This request went too far to be taken back. Speak with the centre."
        )
    end = RequestEnd.objects.create(request=request, ended_by=by, ended_at=at)
    journal.record(
        Kind.REQUEST_WITHDRAWN,
        by=by,
        on=request.centre,
        at=at,
        row=end,
        stream=request.pk,
    )
    return end


def _agency_of(by: User, centre: Centre) -> Recipient:
    member = agencies.agency_of(by, centre=centre)
    if member is None:
        raise RuleError(
            "Your account belongs to no agency here. Ask the coordinator to attest it."
        )
    return member


def _check_asked(lines: Sequence[Asked], kind: str) -> None:
    rules.check_lines([(a.what, a.basis, a.basis_reference) for a in lines])
    for number, asked in enumerate(lines, 1):
        grounds.check_purpose(number, asked.purpose)
        grounds.check_line(number, Basis(asked.basis), asked.all_told)
    bases = {n: Basis(asked.basis) for n, asked in enumerate(lines, 1)}
    grounds.check_requester(kind, bases)


def _write(
    centre: Centre,
    agency: Recipient,
    lines: Sequence[Asked],
    details: Mapping[str, Any],
    needed_by: date | None,
    *,
    by: User,
    at: datetime,
) -> EvidenceRequest:
    request = EvidenceRequest.objects.create(
        reference=references.new(),
        centre=centre,
        agency=agency,
        requested_by=by,
        submitted_at=at,
        needed_by=needed_by,
        asked=dict(details),
    )
    journal.record(
        Kind.EVIDENCE_REQUESTED, by=by, on=centre, at=at, row=request, stream=request.pk
    )
    for number, line in enumerate(lines, 1):
        _write_line(request, number, line, by=by, at=at)
    take_step(request, Step.PINNED, by=by, at=at, code=IN_FORCE)
    return request


def _write_line(
    request: EvidenceRequest, number: int, asked: Asked, *, by: User, at: datetime
) -> None:
    line = RequestLine.objects.create(
        request=request,
        number=number,
        basis=asked.basis,
        purpose=asked.purpose,
        asked=asked.all_told,
    )
    journal.record(
        Kind.EVIDENCE_REQUESTED,
        by=by,
        on=request.centre,
        at=at,
        row=line,
        stream=request.pk,
    )
