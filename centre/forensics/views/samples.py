"""Samples of an examination: each becomes an item of evidence when it is taken."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from centre.core import access, clock
from centre.core.http import StaffRequest
from centre.core.permissions import Permission
from centre.forensics import actions
from centre.forensics.forms import SampleForm
from centre.forensics.queries.lists import samples_of
from centre.forensics.views import doors
from centre.intake.queries import hours


@require_http_methods(["GET", "POST"])
def samples(request: StaffRequest, reference: str) -> HttpResponse:
    """What was taken, and taking another."""
    found = doors.examination(request, reference, Permission.EXAMINATION_OPEN)
    case = found.case
    now = clock.local(clock.now(), case.centre.timezone)
    initial = {"collected_at": now.replace(second=0, microsecond=0)}
    since = hours(case, clock.now())
    form = SampleForm(request.POST or None, initial=initial, hours=since)
    if form.perform(actions.take_sample, examination=found, by=request.user):
        messages.success(request, f"{form.result} is collected. Package and label it.")
        return redirect("samples", found.reference)
    page = doors.around(request, found) | {
        "form": form,
        "rows": samples_of(found),
        "kit": actions.open_kit(case),
        "may_take": not found.is_complete
        and access.holds(request.user, Permission.ITEM_COLLECT, case),
    }
    return render(request, "forensics/samples.html", page)
