"""The plan of collection: what is worth taking now, in order, with its reasons."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from centre.chain_of_custody.catalogue import catalogue
from centre.chain_of_custody.forms.plan import PlanForm
from centre.chain_of_custody.queries.plan import plan, protocol
from centre.chain_of_custody.views import doors
from centre.core.http import StaffRequest
from centre.core.permissions import Permission


@require_http_methods(["GET", "POST"])
def collection_plan(request: StaffRequest, reference: str) -> HttpResponse:
    """Ask what happened and show what is worth taking; nothing typed is kept."""
    case = doors.case(request, reference, Permission.ITEM_COLLECT)
    form = PlanForm(request.POST or None)
    rows = None
    if request.method == "POST" and form.is_valid():
        rows = plan(case, **form.asked())
    page = {
        "case": case,
        "form": form,
        "rows": rows,
        "order": catalogue().orders[protocol()],
        "overall": catalogue().overall,
        "edition": catalogue().version,
    }
    return render(request, "chain_of_custody/plan.html", page)
