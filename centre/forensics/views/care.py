"""Care advice: what the rules come to, why, and what was done about it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from centre.core.http import StaffRequest
from centre.core.permissions import Permission
from centre.forensics import actions
from centre.forensics.forms import AdviceForm
from centre.forensics.views import doors


@require_http_methods(["GET", "POST"])
def advice(request: StaffRequest, reference: str) -> HttpResponse:
    """Each advice with its reasons, and what is said to it."""
    found = doors.examination(request, reference, Permission.EXAMINATION_EDIT)
    posted = AdviceForm(request.POST or None)
    if posted.perform(actions.answer_advice, examination=found, by=request.user):
        messages.success(request, "It is written down what was done.")
        return redirect("advice", found.reference)
    opened = actions.open_examination(examination=found, by=request.user)
    page = doors.at_the_side(request, opened)
    page["answers"] = [
        (card, _form_for(card.advice.rule, posted)) for card in page["cards"]
    ]
    return render(request, "forensics/advice.html", page)


def _form_for(rule: str, posted: AdviceForm) -> AdviceForm:
    if posted.is_bound and posted.data.get("rule") == rule:
        return posted
    return AdviceForm(initial={"rule": rule}, auto_id=f"id_{rule}_%s")
