"""The store at a glance."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from centre.chain_of_custody.queries import dashboard as queries
from centre.chain_of_custody.queries import steering
from centre.chain_of_custody.queries.chasing import unfetched
from centre.chain_of_custody.views import doors
from centre.core import clock
from centre.core.http import StaffRequest
from centre.core.permissions import Permission


@require_http_methods(["GET"])
def dashboard(request: StaffRequest) -> HttpResponse:
    """Where everything is, what waits, how long it takes, and whether it holds."""
    centre = doors.centre(request, Permission.ITEM_VIEW)
    by, at = request.user, clock.now()
    legs = queries.legs(centre, by, at)
    page = {
        "mine": queries.my_custody(by),
        "states": queries.by_state(centre, by),
        "under_way": queries.under_way(centre, by, at),
        "unfetched": unfetched(centre, by, at)[: queries.MOST],
        "legs": legs,
        "medians": [(one.words, one.median) for one in legs if one.median is not None],
        "quality": queries.quality(centre, by),
        "cases": queries.cases_of(centre, by),
        "quiet": queries.seen(steering.quiet(centre, at), by),
        "unplaced": queries.seen(steering.unplaced(centre), by),
    }
    return render(request, "chain_of_custody/dashboard.html", page)
