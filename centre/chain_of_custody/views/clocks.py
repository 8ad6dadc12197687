"""Clocks that are due soon or overdue: of requests, things, holds, cases, places."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from centre.chain_of_custody.queries import clock_work
from centre.core import access, clock
from centre.core.http import StaffRequest
from centre.core.permissions import Permission

PAGE = 50


@require_http_methods(["GET"])
def request_clocks(request: StaffRequest) -> HttpResponse:
    """The list, the most overdue first."""
    centre = request.membership.centre
    access.require(request.user, Permission.REQUEST_VIEW, centre)
    found = clock_work.pressing(request.user, clock.now())
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "chain_of_custody/clocks.html", {"page": page})
