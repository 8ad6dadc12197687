"""The hand-over receipt for either side."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from centre.chain_of_custody.actions.handover import approved_lines, item_of
from centre.chain_of_custody.actions.paper_handover import (
    enter_paper_handover,
    open_paper_form,
    print_blank_form,
)
from centre.chain_of_custody.actions.receipts import (
    Receipt,
    print_receipt,
    print_transfer_receipt,
)
from centre.chain_of_custody.documents import blank_handover_form, handover_receipt
from centre.chain_of_custody.forms.handover_people import PaperForm
from centre.chain_of_custody.models.requests import EvidenceRequest
from centre.chain_of_custody.queries.history import packages_around
from centre.chain_of_custody.rules.scans import media_type
from centre.chain_of_custody.views import doors
from centre.chain_of_custody.views.transfers import find
from centre.core import access
from centre.core.http import StaffRequest
from centre.core.permissions import Permission


@require_http_methods(["GET"])
def receipt(request: StaffRequest, reference: str) -> HttpResponse:
    """The requester's copy."""
    found = doors.own_request(request, reference)
    return _paper(request, found)


@require_http_methods(["GET"])
def centre_receipt(request: StaffRequest, reference: str) -> HttpResponse:
    """The centre's copy."""
    found = doors.request_of_centre(request, reference)
    return _paper(request, found)


@require_POST
def blank_form(request: StaffRequest) -> HttpResponse:
    """A numbered form for paper, in two copies; each print has its own number."""
    centre = request.membership.centre
    made = print_blank_form(centre=centre, by=request.user)
    return HttpResponse(
        blank_handover_form(made),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="form-{made.number}.pdf"'},
    )


@require_http_methods(["GET", "POST"])
def enter_paper(request: StaffRequest, reference: str) -> HttpResponse:
    """Enter a hand-over that was signed on paper."""
    found = doors.request_of_centre(request, reference)
    access.require(request.user, Permission.HANDOVER_OFFER, found.centre)
    packages = packages_around([item_of(line) for line in approved_lines(found)])
    form = PaperForm(
        request.POST or None,
        request.FILES or None,
        packages=packages,
        by=request.user,
        centre=found.centre,
    )
    if form.perform(enter_paper_handover, request=found, by=request.user):
        messages.success(request, "Entered as it stands on the form, as a late entry.")
        return redirect(found)
    page = {"found": found, "form": form, "packages": packages}
    return render(request, "chain_of_custody/enter_paper.html", page)


@require_http_methods(["GET"])
def paper_form(request: StaffRequest, code: str) -> HttpResponse:
    """The scan of the form a hand-over was signed on."""
    found = find(request, code)
    scan = getattr(found, "paper_form", None)
    if scan is None:
        raise Http404
    content = open_paper_form(form=scan, by=request.user)
    return HttpResponse(
        content,
        content_type=media_type(content) or "application/octet-stream",
        headers={"Content-Disposition": f'inline; filename="form-{scan.number}"'},
    )


@require_http_methods(["GET"])
def transfer_receipt(request: StaffRequest, code: str) -> HttpResponse:
    """The receipt of one hand-over, for whoever has a side of it."""
    found = find(request, code)
    made = print_transfer_receipt(transfer=found, by=request.user)
    return _pdf(made, found.code)


def _paper(request: StaffRequest, found: EvidenceRequest) -> HttpResponse:
    return _pdf(print_receipt(request=found, by=request.user), found.reference)


def _pdf(made: Receipt, name: str) -> HttpResponse:
    return HttpResponse(
        handover_receipt(made),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="receipt-{name}.pdf"'},
    )
