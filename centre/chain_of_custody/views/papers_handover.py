"""The hand-over receipt for either side."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from centre.chain_of_custody.actions.receipts import (
    Receipt,
    print_receipt,
    print_transfer_receipt,
)
from centre.chain_of_custody.documents import handover_receipt
from centre.chain_of_custody.models.requests import EvidenceRequest
from centre.chain_of_custody.queries import requests as queries
from centre.chain_of_custody.views.transfers import find
from centre.core import references
from centre.core.http import StaffRequest


@require_http_methods(["GET"])
def receipt(request: StaffRequest, reference: str) -> HttpResponse:
    """The requester's copy."""
    found = get_object_or_404(
        queries.own(request.user), reference=references.normalise(reference)
    )
    return _paper(request, found)


@require_http_methods(["GET"])
def centre_receipt(request: StaffRequest, reference: str) -> HttpResponse:
    """The centre's copy."""
    found = get_object_or_404(
        queries.of_centre(request.user), reference=references.normalise(reference)
    )
    return _paper(request, found)


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
