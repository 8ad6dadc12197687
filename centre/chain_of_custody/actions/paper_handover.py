"""A hand-over that was done on paper, because the network or the power was down.

The form is printed beforehand, in two copies with one number. What was signed on it is
entered later as late entries, with the scan and its digest. A number is entered once:
sending the same form again finds the first entry and writes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from centre.chain_of_custody.actions import signed
from centre.chain_of_custody.actions.docket import Told
from centre.chain_of_custody.actions.grounds import check_approved, write_release
from centre.chain_of_custody.actions.handover import approved_lines, item_of
from centre.chain_of_custody.actions.papers import head_of
from centre.chain_of_custody.actions.transfers import (
    Line,
    Outsider,
    Sign,
    Terms,
    hand_out,
    release_transfer,
)
from centre.chain_of_custody.models import PaperForm, Transfer
from centre.chain_of_custody.models.requests import (
    EvidenceRequest,
    LineTransfer,
    RequestLine,
)
from centre.chain_of_custody.queries.history import packages_around
from centre.chain_of_custody.queries.transfers import names_of
from centre.chain_of_custody.rules import requests as request_rules
from centre.chain_of_custody.rules.checks import Basis, Seen
from centre.chain_of_custody.rules.codes import is_whole, new_code
from centre.chain_of_custody.rules.handover import Method, check_scan_set
from centre.chain_of_custody.rules.scans import check_scan
from centre.core import access, clock, journal, references
from centre.core.errors import RuleError
from centre.core.models import Centre, User
from centre.core.paper import LedgerHead
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind
from centre.vault import files


@dataclass(frozen=True)
class BlankForm:
    """A numbered form to be filled in by hand."""

    centre: Centre
    number: str
    made_at: datetime
    by: str
    head: LedgerHead


@dataclass(frozen=True)
class OnPaper:
    """What was written on the form by hand."""

    number: str
    content: bytes
    happened_at: datetime
    late_reason: str
    conveyance: str
    receiver: Outsider
    witness: User


@transaction.atomic
def print_blank_form(*, centre: Centre, by: User) -> BlankForm:
    """Print one numbered form in two copies, for when nothing else works."""
    at = clock.now()
    access.require(by, Permission.HANDOVER_OFFER, centre)
    number = new_code()
    what = f"Blank hand-over form {references.grouped(number)}"
    journal.looked(Kind.PRINTED, by=by, on=centre, at=at, what=what)
    return BlankForm(centre, number, at, by.name, head_of(centre, at))


@transaction.atomic
def enter_paper_handover(
    *,
    request: EvidenceRequest,
    scanned: Iterable[str],
    seen: Mapping[str, Seen],
    on_paper: OnPaper,
    code: str,
    by: User,
) -> Transfer:
    """Enter a hand-over that was signed on paper; both events are late entries."""
    at = clock.now()
    access.require(by, Permission.HANDOVER_OFFER, request.centre)
    EvidenceRequest.objects.select_for_update().get(pk=request.pk)
    number = references.normalise(on_paper.number)
    digest = hashlib.sha256(on_paper.content).hexdigest()
    earlier = PaperForm.objects.filter(number=number).select_related("transfer").first()
    if earlier is not None:
        return _entered_before(earlier, digest, request)
    _check_form(number, on_paper)
    lines = approved_lines(request)
    if not lines:
        raise RuleError("No line of this request is approved and still here.")
    request_rules.check_releaser(by.pk, {x.decision.decided_by_id for x in lines})
    check_approved(lines, on_paper.happened_at)
    check_scan_set(names_of(packages_around([item_of(x) for x in lines])), scanned)
    transfer = _hand_over(request, lines, seen, on_paper, by=by, at=at)
    _keep_form(transfer, number, on_paper.content, by=by, at=at)
    signed.sign(by, code)
    return transfer


@transaction.atomic
def open_paper_form(*, form: PaperForm, by: User) -> bytes:
    """Read the scan of a form; the reading is written down."""
    at = clock.now()
    access.require(by, Permission.ITEM_RELEASE, form.case)
    journal.looked(Kind.READ, by=by, on=form.case, at=at, what=str(form))
    return b"".join(files.read(form.blob_id, form.case_id))


def _entered_before(
    earlier: PaperForm, digest: str, request: EvidenceRequest
) -> Transfer:
    """The same form again is the same hand-over; another one needs its own number."""
    links = LineTransfer.objects.filter(
        transfer=earlier.transfer_id, line__request=request
    )
    if earlier.sha256 != digest or not links.exists():
        raise RuleError(
            "A form with this number was entered before, with another scan. Check the "
            "number; if two forms bear it, raise a discrepancy."
        )
    return earlier.transfer


def _check_form(number: str, on_paper: OnPaper) -> None:
    if not is_whole(number):
        raise RuleError(
            "This is not the number of a form. Scan the code at its head once more."
        )
    check_scan(on_paper.content)
    if not on_paper.late_reason.strip():
        raise RuleError("Say why it was done on paper, such as: no power.")


def _hand_over(
    request: EvidenceRequest,
    lines: list[RequestLine],
    seen: Mapping[str, Seen],
    on_paper: OnPaper,
    *,
    by: User,
    at: datetime,
) -> Transfer:
    """Release and hand out at the hour that stands on the form."""
    grounds = {(item_of(x).case, x.basis, x.purpose) for x in lines}
    if len(grounds) > 1:
        raise RuleError("One form is for one case and one ground. Use another form.")
    ((case, basis, purpose),) = grounds
    told = Told(on_paper.happened_at, on_paper.late_reason)
    terms = Terms(
        recipient=request.agency.code,
        organisation=request.agency.name,
        purpose=purpose,
        basis=Basis(basis),
        basis_text=str(lines[0].asked.get("basis_reference", ""))
        or f"Approved on request {request}",
        expected_person=on_paper.receiver.name,
        conveyance=on_paper.conveyance,
        conditions=f"On paper, form {references.grouped(on_paper.number)}",
    )
    transfer = release_transfer(
        case=case,
        lines=[Line(item_of(x), x.pk) for x in lines],
        seals={code: sight.seal for code, sight in seen.items()},
        terms=terms,
        told=told,
        by=by,
    )
    for line in lines:
        link = LineTransfer.objects.create(line=line, transfer=transfer, offered_at=at)
        journal.record(
            Kind.REQUEST_OFFERED, by=by, on=case, at=at, row=link, stream=request.pk
        )
        write_release(link, by=by, at=at)
    return hand_out(
        transfer=transfer,
        seen=seen,
        receiver=on_paper.receiver,
        witness=on_paper.witness,
        sign=Sign(Method.PAPER),
        told=told,
        by=by,
    )


def _keep_form(
    transfer: Transfer, number: str, content: bytes, *, by: User, at: datetime
) -> PaperForm:
    blob = uuid4()
    with files.kept_with(blob):
        stored = files.write([content], blob_id=blob, case_id=transfer.case_id)
        row = PaperForm.objects.create(
            number=number,
            transfer=transfer,
            case=transfer.case,
            blob_id=blob,
            size=stored.size,
            sha256=stored.sha256,
            cipher_sha256=stored.cipher_sha256,
            kept_at=at,
            kept_by=by,
        )
        journal.record(
            Kind.PAPER_FORM_KEPT,
            by=by,
            on=transfer.case,
            at=at,
            row=row,
            stream=transfer.pk,
            blob_sha256=stored.cipher_sha256,
        )
    return row
