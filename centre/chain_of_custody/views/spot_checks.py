"""Spot checks: drawing one, its list as page and paper, and what was seen."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from centre.chain_of_custody.actions import spot_checks as actions
from centre.chain_of_custody.documents.spot_check import HOW_TO_DRAW_AGAIN, checklist
from centre.chain_of_custody.forms.spot_checks import DrawForm, SeenForm
from centre.chain_of_custody.models import SpotCheck, SpotCheckEnd
from centre.chain_of_custody.queries import inventory as queries
from centre.chain_of_custody.views import doors
from centre.core import access
from centre.core.http import StaffRequest
from centre.core.permissions import Permission

PAGE: Final = 50


@require_http_methods(["GET", "POST"])
def spot_checks(request: StaffRequest) -> HttpResponse:
    """Spot checks of this store, and drawing one."""
    centre = doors.centre(request, Permission.INVENTORY_TAKE)
    form = DrawForm(request.POST or None)
    if request.method == "POST" and form.perform(
        actions.draw_spot_check, centre=centre, by=request.user
    ):
        return redirect(form.result)
    rows = Paginator(queries.spot_checks_of(centre), PAGE)
    page = {"form": form, "spot_checks": rows.get_page(request.GET.get("page"))}
    return render(request, "chain_of_custody/spot_checks.html", page)


@require_http_methods(["GET", "POST"])
def spot_check(request: StaffRequest, number: str) -> HttpResponse:
    """What was drawn; what was seen of it, once that is told."""
    found = _found(request, number)
    end = SpotCheckEnd.objects.filter(spot_check=found).first()
    form = SeenForm(request.POST or None)
    if request.method == "POST" and form.perform(
        actions.end_spot_check, spot_check=found, by=request.user
    ):
        messages.success(request, "What was seen is written down.")
        return redirect(found)
    page = {
        "spot_check": found,
        "how": HOW_TO_DRAW_AGAIN,
        "form": form,
        "end": end,
        "things": [] if end else queries.drawn(found),
        "events": queries.differences(found.centre, end) if end else [],
        "may_view": access.holds(request.user, Permission.ITEM_VIEW, found.centre),
    }
    return render(request, "chain_of_custody/spot_check.html", page)


@require_POST
def spot_check_paper(request: StaffRequest, number: str) -> HttpResponse:
    """The checklist as PDF."""
    told = actions.print_checklist(spot_check=_found(request, number), by=request.user)
    return HttpResponse(
        checklist(told),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="spot-check-{number}.pdf"'
        },
    )


def _found(request: StaffRequest, number: str) -> SpotCheck:
    centres = access.centres(request.user, Permission.INVENTORY_TAKE)
    rows = SpotCheck.objects.filter(centre__in=centres)
    return get_object_or_404(rows.select_related("centre", "drawn_by"), number=number)
