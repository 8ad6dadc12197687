"""The laboratory: submitted by the centre, accepted or rejected, analysed, reported.

Each act writes one event for every package of the submission. No result value is ever
written here; a status, dates and numbers are all the custody record holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from centre.agencies import queries as agencies
from centre.chain_of_custody.actions.docket import Told, take
from centre.chain_of_custody.actions.grounds import (
    check_approved,
    check_may_be_analysed,
    write_release,
)
from centre.chain_of_custody.actions.handover import approved_lines, item_of
from centre.chain_of_custody.actions.request_log import lock
from centre.chain_of_custody.actions.transfers import (
    Line,
    Terms,
    receive_transfer,
    release_transfer,
)
from centre.chain_of_custody.models import CustodyEvent, Transfer
from centre.chain_of_custody.models.requests import (
    EvidenceRequest,
    LineTransfer,
    RequestLine,
)
from centre.chain_of_custody.queries.transfers import packages_of
from centre.chain_of_custody.rules import laboratory as rules
from centre.chain_of_custody.rules import requests as request_rules
from centre.chain_of_custody.rules.checks import Basis, Seen
from centre.chain_of_custody.rules.grounds import ANALYSIS
from centre.chain_of_custody.rules.moves import Move
from centre.core import access, clock, journal
from centre.core.actions.people import check_factor
from centre.core.errors import AccessError, RuleError
from centre.core.models import User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind


@dataclass(frozen=True)
class Submission:
    """What is asked of the laboratory."""

    number: str
    tests: str
    questions: str = ""


@transaction.atomic
def submit_to_lab(
    *,
    request: EvidenceRequest,
    lab: User,
    seals: Mapping[str, str],
    submission: Submission,
    conveyance: str,
    code: str,
    by: User,
) -> Transfer:
    """Release the approved items of a request straight to a laboratory (R12 to R15)."""
    at = clock.now()
    access.require(by, Permission.LAB_SUBMIT, request.centre)
    lock(request)
    rules.check_submission(submission.number, submission.tests)
    lines = approved_lines(request)
    if not lines:
        raise RuleError("No line of this request is approved and still here.")
    request_rules.check_releaser(by.pk, {x.decision.decided_by_id for x in lines})
    check_approved(lines, at)
    transfer = _release(request, lines, lab, seals, conveyance, by=by, at=at)
    details = asdict(submission)
    _write_all(transfer, Move.LAB_SUBMITTED, details=details, by=by, at=at)
    for line in lines:
        _link(line, transfer, by=by, at=at)
    _sign(by, code)
    return transfer


@transaction.atomic
def accept_submission(
    *,
    transfer: Transfer,
    seen: Mapping[str, Seen],
    lab_case_no: str,
    code: str,
    by: User,
) -> list[CustodyEvent]:
    """Take a submission in: each seal as one sees it, and the laboratory's number."""
    at = clock.now()
    access.require(by, Permission.LAB_WORK, transfer.case.centre)
    rules.check_given(lab_case_no, "the laboratory's case number")
    receive_transfer(transfer=transfer, seen=seen, by=by)
    details = {"lab_case_no": lab_case_no.strip()}
    events = _write_all(transfer, Move.LAB_ACCEPTED, details=details, by=by, at=at)
    _sign(by, code)
    return events


@transaction.atomic
def reject_submission(
    *,
    transfer: Transfer,
    seen: Mapping[str, Seen],
    reason: str,
    words: str,
    code: str,
    by: User,
) -> list[CustodyEvent]:
    """Reject a submission for a reason of the list; it is held until it goes back."""
    at = clock.now()
    access.require(by, Permission.LAB_WORK, transfer.case.centre)
    rules.check_rejection(reason)
    receive_transfer(transfer=transfer, seen=seen, by=by)
    events = _write_all(
        transfer,
        Move.LAB_REJECTED,
        details={"words": words},
        by=by,
        at=at,
        reason_code=reason,
    )
    _sign(by, code)
    return events


@transaction.atomic
def start_analysis(
    *, transfer: Transfer, by: User, words: str = ""
) -> list[CustodyEvent]:
    """Write down that the work has begun."""
    at = clock.now()
    _require_holder(transfer, by)
    details = {"words": words}
    return _write_all(transfer, Move.LAB_STARTED, details=details, by=by, at=at)


@transaction.atomic
def finish_analysis(
    *, transfer: Transfer, by: User, words: str = ""
) -> list[CustodyEvent]:
    """Write down that the work is done."""
    at = clock.now()
    _require_holder(transfer, by)
    details = {"words": words}
    return _write_all(transfer, Move.LAB_ANALYSED, details=details, by=by, at=at)


@transaction.atomic
def issue_result(
    *, transfer: Transfer, report_no: str, status: str, by: User
) -> list[CustodyEvent]:
    """Write down that a report went out: its number and its status, not its content."""
    at = clock.now()
    _require_holder(transfer, by)
    rules.check_result(report_no, status)
    return _write_all(
        transfer,
        Move.LAB_RESULT_ISSUED,
        details={"report_no": report_no.strip()},
        by=by,
        at=at,
        reason_code=status,
    )


def _release(
    request: EvidenceRequest,
    lines: list[RequestLine],
    lab: User,
    seals: Mapping[str, str],
    conveyance: str,
    *,
    by: User,
    at: datetime,
) -> Transfer:
    agency = agencies.agency_of(lab, centre=request.centre)
    if agency is None or agency.kind != "laboratory":
        raise RuleError("Choose somebody who acts for a laboratory listed here.")
    case, bases = item_of(lines[0]).case, {line.basis for line in lines}
    if len(bases) > 1 or any(item_of(line).case_id != case.pk for line in lines):
        raise RuleError(
            "These lines rest on different grounds or cases. Release them one by one."
        )
    basis = Basis(bases.pop())
    check_may_be_analysed(case, basis, at)
    words = lines[0].asked.get("basis_reference", "")
    return release_transfer(
        case=case,
        lines=[Line(item_of(line), line.pk) for line in lines],
        seals=seals,
        terms=Terms(
            recipient=agency.code,
            organisation=agency.name,
            purpose=ANALYSIS,
            basis=basis,
            basis_text=words or f"Approved on request {request}",
            conveyance=conveyance,
        ),
        receiver=lab,
        by=by,
    )


def _write_all(
    transfer: Transfer,
    move: Move,
    *,
    details: Mapping[str, Any],
    by: User,
    at: datetime,
    **columns: Any,
) -> list[CustodyEvent]:
    dockets = [
        take(package, by=by, at=at, case=transfer.case, told=Told())
        for package in packages_of(transfer)
    ]
    return [
        docket.write(move, details=details, transfer=transfer, **columns)
        for docket in dockets
    ]


def _link(line: RequestLine, transfer: Transfer, *, by: User, at: datetime) -> None:
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


def _require_holder(transfer: Transfer, by: User) -> None:
    """Only who took the submission in goes on with it."""
    centre = transfer.case.centre
    access.require(by, Permission.LAB_WORK, centre)
    if transfer.receiver_id != by.pk:
        raise AccessError(by, Permission.LAB_WORK, centre)
    if not transfer.events.filter(move=Move.LAB_ACCEPTED).exists():
        raise RuleError("This submission is not accepted, so no work is written down.")


def _sign(by: User, code: str) -> None:
    if not check_factor(by=by, code=code.replace(" ", "")):
        raise RuleError(
            "Your one-time code is not right or was used before. Wait for the next one "
            "and type it; everything else you typed is kept."
        )
