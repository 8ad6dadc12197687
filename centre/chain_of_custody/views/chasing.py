"""Reported and not fetched: the list, and the letters that ask for it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from centre.chain_of_custody.actions.chasing import print_chase_letter
from centre.chain_of_custody.documents.chase_letter import chase_letter
from centre.chain_of_custody.queries import chasing as queries
from centre.chain_of_custody.rules.moves import Thing
from centre.chain_of_custody.views import doors
from centre.core import clock
from centre.core.errors import RuleError
from centre.core.http import StaffRequest
from centre.core.permissions import Permission

PAGE = 50


@require_http_methods(["GET"])
def unfetched(request: StaffRequest) -> HttpResponse:
    """What nobody fetches, the longest wait first."""
    centre = doors.centre(request, Permission.ITEM_RELEASE)
    at = clock.now()
    found = queries.unfetched(centre, request.user, at)
    rows = Paginator(found, PAGE).get_page(request.GET.get("page"))
    page = {
        "page": rows,
        "due": {one.package.pk for one in rows if one.is_due(at)},
        "agencies": queries.police(centre),
        "alone": queries.without_unit(centre, request.user, at)[:PAGE],
    }
    return render(request, "chain_of_custody/unfetched.html", page)


@require_http_methods(["POST"])
def chase(request: StaffRequest, code: str, *, thing: Thing) -> HttpResponse:
    """Print the next letter about one kit or item."""
    package = doors.package(request, thing, code, Permission.ITEM_RELEASE)
    units = queries.police(request.membership.centre)
    agency = units.filter(code=request.POST.get("agency", "")).first()
    if agency is None:
        messages.error(request, "Choose the police unit the letter goes to.")
        return redirect("unfetched")
    try:
        letter = print_chase_letter(package=package, agency=agency, by=request.user)
    except RuleError as error:
        messages.error(request, str(error))
        return redirect("unfetched")
    name = f'inline; filename="letter-{letter.row.number}.pdf"'
    return HttpResponse(
        chase_letter(letter),
        content_type="application/pdf",
        headers={"Content-Disposition": name},
    )
