"""The directory of partner agencies."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from centre.agencies import actions, queries
from centre.agencies.forms import EndForm, ListForm, MemberForm, OfferForm
from centre.agencies.models import Agency
from centre.core import access
from centre.core.http import StaffRequest
from centre.core.permissions import Permission


@require_http_methods(["GET"])
def directory(request: StaffRequest) -> HttpResponse:
    """Every agency, by kind."""
    centre = request.membership.centre
    if not access.holds(request.user, Permission.AGENCY_VIEW, centre):
        raise Http404
    page = {
        "rows": queries.directory(request.user),
        "may_list": access.holds(request.user, Permission.AGENCY_LIST, centre),
    }
    return render(request, "agencies/directory.html", page)


@require_http_methods(["GET", "POST"])
def list_agency(request: StaffRequest) -> HttpResponse:
    """Put an agency into the directory."""
    centre = request.membership.centre
    if not access.holds(request.user, Permission.AGENCY_LIST, centre):
        raise Http404
    form = ListForm(request.POST or None)
    if form.perform(actions.list_agency, centre=centre, by=request.user):
        messages.success(request, "The agency is in the directory.")
        return redirect(form.result)
    return render(request, "agencies/list_agency.html", {"form": form})


@require_http_methods(["GET"])
def agency(request: StaffRequest, reference: str) -> HttpResponse:
    """One agency: what it offers, and who acts for it."""
    found = _agency(request, reference)
    may_attest = access.holds(request.user, Permission.AGENCY_ATTEST, found.centre)
    page = {
        "found": found,
        "told": queries.newest(found).told,
        "members": queries.members(found) if may_attest else [],
        "may_attest": may_attest,
        "may_list": access.holds(request.user, Permission.AGENCY_LIST, found.centre),
    }
    return render(request, "agencies/agency.html", page)


@require_http_methods(["GET", "POST"])
def describe_agency(request: StaffRequest, reference: str) -> HttpResponse:
    """Tell anew what an agency offers."""
    found = _agency(request, reference, Permission.AGENCY_LIST)
    told = queries.newest(found).told
    initial = {n: getattr(told, n) for n in OfferForm.base_fields if n != "token"}
    form = OfferForm(request.POST or None, initial=initial)
    if form.perform(actions.describe_agency, agency=found, by=request.user):
        messages.success(request, "Kept. The former version stays on record.")
        return redirect(found)
    page = {"found": found, "form": form}
    return render(request, "agencies/describe_agency.html", page)


@require_http_methods(["GET", "POST"])
def add_member(request: StaffRequest, reference: str) -> HttpResponse:
    """Attest that a person acts for an agency."""
    found = _agency(request, reference, Permission.AGENCY_ATTEST)
    people = queries.possible_members(found.centre)
    form = MemberForm(request.POST or None, people=people)
    if form.perform(actions.add_member, agency=found, by=request.user):
        messages.success(request, "Attested. The person acts for this agency now.")
        return redirect(found)
    page = {"found": found, "form": form}
    return render(request, "agencies/add_member.html", page)


@require_POST
def end_member(request: StaffRequest, reference: str, username: str) -> HttpResponse:
    """End somebody's time at an agency."""
    found = _agency(request, reference, Permission.AGENCY_ATTEST)
    member = get_object_or_404(
        found.members.filter(end__isnull=True), user__username=username
    )
    form = EndForm(request.POST)
    if form.perform(actions.end_member, member=member, by=request.user):
        messages.success(request, "Ended. The person acts for this agency no more.")
    return redirect(found)


def _agency(
    request: StaffRequest,
    reference: str,
    permission: Permission = Permission.AGENCY_VIEW,
) -> Agency:
    found = get_object_or_404(queries.agencies(request.user), reference=reference)
    if not access.holds(request.user, permission, found.centre):
        raise Http404
    return found
