"""Papers of a request as PDF: the answer for either side, the pick list."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from centre.chain_of_custody import documents
from centre.chain_of_custody.actions import request_prints as actions
from centre.chain_of_custody.actions.request_returns import print_summary
from centre.chain_of_custody.views import doors
from centre.core import access
from centre.core.errors import RuleError
from centre.core.http import StaffRequest
from centre.core.permissions import Permission


@require_http_methods(["GET"])
def own_letter(request: StaffRequest, reference: str) -> HttpResponse:
    """The answer in the words its requester reads."""
    found = doors.own_request(request, reference)
    try:
        letter = actions.print_answer(request=found, by=request.user, is_inside=False)
    except RuleError as error:
        messages.error(request, str(error))
        return redirect("own_request", found.reference)
    return _pdf(documents.answer_letter(letter), f"answer-{found.reference}")


@require_http_methods(["GET"])
def letter(request: StaffRequest, reference: str) -> HttpResponse:
    """The answer with the reasons, for the centre's file."""
    found = doors.request_of_centre(request, reference)
    try:
        told = actions.print_answer(request=found, by=request.user, is_inside=True)
    except RuleError as error:
        messages.error(request, str(error))
        return redirect(found)
    return _pdf(documents.answer_letter(told), f"answer-{found.reference}")


@require_http_methods(["GET"])
def summary(request: StaffRequest, reference: str) -> HttpResponse:
    """The summary of a closed request."""
    found = doors.request_of_centre(request, reference)
    try:
        told = print_summary(request=found, by=request.user)
    except RuleError as error:
        messages.error(request, str(error))
        return redirect(found)
    return _pdf(documents.request_summary(told), f"summary-{found.reference}")


@require_http_methods(["GET"])
def pick_list(request: StaffRequest, reference: str) -> HttpResponse:
    """The pick list."""
    found = doors.request_of_centre(request, reference)
    access.require(request.user, Permission.HANDOVER_OFFER, found.centre)
    try:
        told = actions.print_pick_list(request=found, by=request.user)
    except RuleError as error:
        messages.error(request, str(error))
        return redirect(found)
    return _pdf(documents.pick_list(told), f"pick-list-{found.reference}")


def _pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )
