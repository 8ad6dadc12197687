"""Correcting an event: what it says, one field of it, or the whole of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from centre.chain_of_custody.actions import amendments
from centre.chain_of_custody.forms.corrections import AmendForm, VoidForm
from centre.chain_of_custody.models import CustodyEvent
from centre.chain_of_custody.queries import corrections as queries
from centre.chain_of_custody.rules.corrections import GRAVE, Field
from centre.chain_of_custody.views.confirming import after_act
from centre.core import clock
from centre.core.actions import approvals
from centre.core.errors import RuleError
from centre.core.http import StaffRequest, within_or_404
from centre.core.models import Proposal
from centre.core.permissions import Permission


@require_http_methods(["GET"])
def correct(request: StaffRequest, event: UUID) -> HttpResponse:
    """What an event says, what of it can be amended, and what waits for approval."""
    found = _found(request, event)
    stands = amendments.look_at_event(event=found, by=request.user)
    said = [
        (field, _say(stands, field), field in GRAVE)
        for field in stands.borne
        if not stands.is_void
    ]
    waiting = [(p, approvals.missing(p)) for p in queries.waiting(found, clock.now())]
    page = {"event": found, "stands": stands, "said": said, "waiting": waiting}
    return render(request, "chain_of_custody/correct.html", page)


@require_http_methods(["GET", "POST"])
def amend(request: StaffRequest, event: UUID, field: str) -> HttpResponse:
    """Say what one field should have said."""
    found = _found(request, event)
    if field not in set(Field):
        raise Http404
    wanted = Field(field)
    form = AmendForm(request.POST or None, event=found, field=wanted)
    given = {"event": found, "field": field, "by": request.user}
    if wanted in GRAVE:
        given["link"] = _address(found)
        done = form.perform(amendments.propose_amendment, **given)
        said = "It is proposed. Another person approves it, then it is carried out."
    else:
        done = form.perform(amendments.amend_event, **given)
        said = "It is amended. What stood there before stays readable."
    if done:
        messages.success(request, said)
        back = _address(found)
        return redirect(after_act(form.result, back=back, by=request.user))
    stands = amendments.look_at_event(event=found, by=request.user)
    now = _say(stands, wanted)
    page = {"event": found, "form": form, "field": wanted, "now": now}
    return render(request, "chain_of_custody/amend.html", page)


@require_http_methods(["GET", "POST"])
def void(request: StaffRequest, event: UUID) -> HttpResponse:
    """Propose that an event was entered in error."""
    found = _found(request, event)
    form = VoidForm(request.POST or None)
    given = {"event": found, "by": request.user, "link": _address(found)}
    if form.perform(amendments.propose_void, **given):
        messages.success(request, "It is proposed. Another person approves it.")
        back = _address(found)
        return redirect(after_act(form.result, back=back, by=request.user))
    page = {"event": found, "form": form}
    return render(request, "chain_of_custody/void.html", page)


@require_POST
def carry_out(request: StaffRequest, key: UUID) -> HttpResponse:
    """Write an approved correction."""
    rows = Proposal.objects.filter(act__in=amendments.ACTS)
    proposal = within_or_404(rows, request, Permission.CUSTODY_AMEND, pk=key)
    try:
        written = amendments.carry_out_correction(proposal=proposal, by=request.user)
    except RuleError as error:
        messages.error(request, str(error))
        return redirect(proposal)
    messages.success(request, "It is written. What stood there before stays readable.")
    return redirect(written.thing)


def _found(request: StaffRequest, event: UUID) -> CustodyEvent:
    rows = CustodyEvent.objects.select_related(
        "item__case__centre", "kit", "case__centre", "centre", "actor", "seal", "about"
    )
    return within_or_404(rows, request, Permission.CUSTODY_AMEND, pk=event)


def _say(stands: queries.Stands, field: Field) -> str:
    return queries.readable(stands.root, field, queries.value_of(stands.now, field))


def _address(event: CustodyEvent) -> str:
    return reverse("correct_event", args=[event.pk])
