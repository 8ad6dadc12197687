"""The hand-over: two people, two screens, two signatures, one receipt."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from centre.chain_of_custody.actions import handover as actions
from centre.chain_of_custody.forms.handover import OfferForm, ReceiveForm
from centre.chain_of_custody.models.requests import EvidenceRequest
from centre.chain_of_custody.queries import requests as queries
from centre.chain_of_custody.queries.history import Package, packages_around
from centre.chain_of_custody.queries.transfers import is_open, travelling_packages
from centre.chain_of_custody.views import doors
from centre.chain_of_custody.views.confirming import after_transfer, say_done
from centre.core import access
from centre.core.http import StaffRequest
from centre.core.permissions import Permission


@require_http_methods(["GET", "POST"])
def offer(request: StaffRequest, reference: str) -> HttpResponse:
    """The custodian releases the approved items."""
    found = doors.request_of_centre(request, reference)
    access.require(request.user, Permission.HANDOVER_OFFER, found.centre)
    lines = actions.approved_lines(found)
    packages = packages_around([actions.item_of(line) for line in lines])
    receiver = queries.receiver_of(found)
    form = OfferForm(
        request.POST or None, packages=packages, has_account=receiver is not None
    )
    if form.perform(actions.offer_handover, request=found, by=request.user):
        messages.success(request, "Released. It travels until the receiver signs.")
        going = [t for t in queries.transfers_of(found) if is_open(t)]
        here = found.get_absolute_url()
        if len(going) == 1:
            here = reverse("transfer", args=[going[0].code])
        return redirect(after_transfer(going, back=here, by=request.user))
    page = {
        "found": found,
        "form": form,
        "lines": lines,
        "packages": packages,
        "receiver": receiver,
    }
    return render(request, "chain_of_custody/offer.html", page)


@require_http_methods(["GET", "POST"])
def accept(request: StaffRequest, reference: str) -> HttpResponse:
    """The investigator receives: each seal as seen, then signed."""
    found = doors.own_request(request, reference)
    packages = offered_packages(found)
    if not packages:
        messages.info(request, "Nothing is released to you on this request now.")
        return redirect("own_request", found.reference)
    going = [t for t in queries.transfers_of(found) if is_open(t)]
    form = ReceiveForm(request.POST or None, packages=packages)
    if form.perform(actions.accept_handover, request=found, by=request.user):
        say_done(request, "Received and signed. The receipt is ready.", going)
        here = reverse("own_request", args=[found.reference])
        return redirect(after_transfer(going, back=here, by=request.user))
    page = {
        "found": found,
        "form": form,
        "packages": packages,
        "transfers": going,
    }
    return render(request, "chain_of_custody/accept.html", page)


def offered_packages(found: EvidenceRequest) -> list[Package]:
    """What travels to the requester at present."""
    offered = [t for t in queries.transfers_of(found) if is_open(t)]
    return [package for t in offered for package in travelling_packages(t)]
