"""The seal log on the screen: rolls, gaps, seals, and taking in another roll."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from centre.chain_of_custody.actions import rolls as actions
from centre.chain_of_custody.documents.seal_log import seal_log as paper_of
from centre.chain_of_custody.forms.parts import CODE, choice
from centre.chain_of_custody.queries import seal_log as queries
from centre.chain_of_custody.rules.samples import SEAL_KINDS
from centre.chain_of_custody.rules.seal_log import SPOILT
from centre.chain_of_custody.views import doors
from centre.core.forms import ActionForm
from centre.core.http import StaffRequest
from centre.core.permissions import Permission

PAGE = 50


class RollForm(ActionForm):
    """The numbers at both ends of a roll."""

    first = forms.CharField(
        label="First number", max_length=60, widget=forms.TextInput(attrs=CODE)
    )
    last = forms.CharField(
        label="Last number", max_length=60, widget=forms.TextInput(attrs=CODE)
    )
    kind = choice("Kind", SEAL_KINDS)


class SpoiltForm(ActionForm):
    """A seal that was never used."""

    number = forms.CharField(
        label="Seal number", max_length=60, widget=forms.TextInput(attrs=CODE)
    )
    reason = choice("What happened to it", SPOILT)


@require_http_methods(["GET", "POST"])
def seal_log(request: StaffRequest) -> HttpResponse:
    """What became of every seal, and taking in rolls."""
    centre = doors.centre(request, Permission.KIT_STOCK)
    is_spoilt = request.POST.get("which") == "spoilt"
    roll = RollForm(None if is_spoilt else request.POST or None, prefix="roll")
    spoilt = SpoiltForm(request.POST if is_spoilt else None, prefix="spoilt")
    form = spoilt if is_spoilt else roll
    act = actions.note_spoilt if is_spoilt else actions.take_in_roll
    if request.method == "POST" and form.perform(act, centre=centre, by=request.user):
        messages.success(request, f"{form.result} is kept.")
        return redirect("seal_log")
    found = Paginator(queries.seals(centre), PAGE).get_page(request.GET.get("page"))
    page = {
        "rolls": queries.rolls(centre),
        "seals": found,
        "lines": queries.lines(found),
        "spoilt_seals": queries.spoilt(centre),
        "roll": roll,
        "spoilt": spoilt,
    }
    return render(request, "chain_of_custody/seal_log.html", page)


@require_POST
def print_seal_log(request: StaffRequest) -> HttpResponse:
    """The seal log on paper."""
    centre = doors.centre(request, Permission.KIT_STOCK)
    told = actions.print_seal_log(centre=centre, by=request.user)
    return HttpResponse(
        paper_of(told),
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="seal-log.pdf"'},
    )
