"""The evidence of one case: kits, samples, and how they begin."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from centre.chain_of_custody import actions
from centre.chain_of_custody.catalogue import catalogue
from centre.chain_of_custody.forms.begin import (
    CollectForm,
    IssueKitForm,
    NotTakenForm,
)
from centre.chain_of_custody.models import Kit
from centre.chain_of_custody.queries.history import standings, things_of
from centre.chain_of_custody.rules.moves import State, Thing
from centre.chain_of_custody.views import doors
from centre.core import access
from centre.core.http import StaffRequest
from centre.core.models import Case
from centre.core.permissions import Permission


@require_http_methods(["GET"])
def evidence(request: StaffRequest, reference: str) -> HttpResponse:
    """Every kit and item of a case."""
    case = doors.case(request, reference, Permission.ITEM_VIEW)
    things = things_of(case)
    stand = standings(things)
    rows = [(t, stand[t.pk]) for t in things]
    page = {
        "case": case,
        "kits": [row for row in rows if row[0].thing is Thing.KIT],
        "items": [row for row in rows if row[0].thing is Thing.ITEM],
        "may_see_case": access.holds(request.user, Permission.CASE_VIEW, case),
        "may_issue": access.holds(request.user, Permission.KIT_ISSUE, case),
        "may_report": access.holds(request.user, Permission.REPORTING_CHANGE, case),
        "may_collect": access.holds(request.user, Permission.ITEM_COLLECT, case),
    }
    return render(request, "chain_of_custody/evidence.html", page)


@require_http_methods(["GET", "POST"])
def issue_kit(request: StaffRequest, reference: str) -> HttpResponse:
    """Give a kit from stock to this case."""
    case = doors.case(request, reference, Permission.KIT_ISSUE)
    form = IssueKitForm(request.POST or None, centre=case.centre)
    if form.perform(actions.issue_kit, case=case, by=request.user):
        messages.success(request, "The kit is issued to this case.")
        return redirect("case_evidence", case.reference)
    page = {"case": case, "form": form}
    return render(request, "chain_of_custody/issue_kit.html", page)


@require_http_methods(["GET", "POST"])
def collect_item(request: StaffRequest, reference: str) -> HttpResponse:
    """Take a sample into custody."""
    case = doors.case(request, reference, Permission.ITEM_COLLECT)
    form = CollectForm(**_begun(request), kits=_open_kits(case))
    if form.perform(actions.collect_item, case=case, by=request.user):
        messages.success(request, f"{form.result} is collected.")
        return redirect(form.result)
    page = {"case": case, "form": form}
    return render(request, "chain_of_custody/collect_item.html", page)


@require_http_methods(["GET", "POST"])
def note_not_taken(request: StaffRequest, reference: str) -> HttpResponse:
    """Note that a sample was not taken, and why."""
    case = doors.case(request, reference, Permission.ITEM_COLLECT)
    form = NotTakenForm(**_begun(request), kits=_open_kits(case))
    if form.perform(actions.note_not_taken, case=case, by=request.user):
        messages.success(request, "It is noted that this was not taken.")
        return redirect("case_evidence", case.reference)
    page = {"case": case, "form": form}
    return render(request, "chain_of_custody/note_not_taken.html", page)


def _begun(request: StaffRequest) -> dict[str, Any]:
    """A form as it was filled in, or begun with the sample chosen in the plan."""
    chosen = request.POST.get("begin")
    if chosen is None:
        return {"data": request.POST or None}
    known = catalogue().specimens.get(chosen)
    sites = known.sites if known else ()
    site = sites[0] if len(sites) == 1 else ""
    return {"data": None, "initial": {"specimen": chosen, "site": site}}


def _open_kits(case: Case) -> list[Kit]:
    """The kits of a case that are open for collection."""
    kits = [t for t in things_of(case) if isinstance(t, Kit)]
    stand = standings(kits)
    return [k for k in kits if stand[k.pk].state is State.OPENED]
