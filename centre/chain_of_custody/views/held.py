"""Ways back and unannounced: what an outside holder has, and what simply arrived."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from centre.chain_of_custody.actions import signed
from centre.chain_of_custody.forms import handover as forms
from centre.chain_of_custody.forms.handover_people import ReturnForm
from centre.chain_of_custody.queries import transfers as queries
from centre.chain_of_custody.queries.history import Package
from centre.chain_of_custody.rules.codes import read_scan
from centre.chain_of_custody.rules.moves import Thing
from centre.chain_of_custody.views import doors
from centre.chain_of_custody.views.confirming import after_transfer
from centre.core import access
from centre.core.http import StaffRequest
from centre.core.permissions import Permission

PAGE = 50


@require_http_methods(["GET"])
def held(request: StaffRequest) -> HttpResponse:
    """What one holds for another organisation, with the way back."""
    _require(request, Permission.ITEM_RETURN)
    found = Paginator(queries.held_by(request.user), PAGE)
    page = {"page": found.get_page(request.GET.get("page"))}
    return render(request, "chain_of_custody/held.html", page)


@require_http_methods(["GET", "POST"])
def send_back(request: StaffRequest, code: str) -> HttpResponse:
    """Release to the centre one package that one holds."""
    _require(request, Permission.ITEM_RETURN)
    package = _held(request, code)
    form = forms.SendBackForm(request.POST or None)
    if form.perform(signed.send_back, package=package, by=request.user):
        messages.success(request, "Released. It travels until the centre signs.")
        if form.result is None:
            return redirect("held")
        here = reverse("transfer", args=[form.result.code])
        return redirect(after_transfer([form.result], back=here, by=request.user))
    page = {"package": package, "form": form}
    return render(request, "chain_of_custody/send_back.html", page)


@require_http_methods(["GET", "POST"])
def receive_return(request: StaffRequest, code: str, *, thing: Thing) -> HttpResponse:
    """The custodian receives back what was handed out."""
    package = doors.package(request, thing, code, Permission.ITEM_STORE)
    form = ReturnForm(request.POST or None)
    if form.perform(signed.receive_return, package=package, by=request.user):
        messages.success(request, f"{package}: received back. Put it away now.")
        return redirect(package)
    page = {"package": package, "form": form}
    return render(request, "chain_of_custody/receive_return.html", page)


@require_http_methods(["GET", "POST"])
def receive_unexpected(request: StaffRequest) -> HttpResponse:
    """Something lies in one's hands and no release is on file."""
    _require(request, Permission.ITEM_RECEIVE)
    form = forms.UnexpectedForm(request.POST or None)
    if form.is_valid():
        typed = form.cleaned_data.pop("scanned")
        package = queries.package_of_code(read_scan(typed), request.membership.centre)
        if package is None:
            form.add_error(
                "scanned",
                "No package of this centre bears this code. Read it once more from "
                "the label; if it stays so, ring the centre.",
            )
        elif form.perform(signed.receive_unexpected, package=package, by=request.user):
            messages.success(
                request, "Written down. Whoever held it before is told, and asked."
            )
            return redirect("home")
    page = {"form": form}
    return render(request, "chain_of_custody/receive_unexpected.html", page)


def _held(request: StaffRequest, code: str) -> Package:
    wanted = read_scan(code)
    for package in queries.held_by(request.user):
        if package.code == wanted:
            return package
    raise Http404


def _require(request: StaffRequest, permission: Permission) -> None:
    access.require(request.user, permission, request.membership.centre)
