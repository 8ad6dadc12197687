"""Acts of two people: what waits, and the answer of the second person."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from centre.core import access, clock
from centre.core.actions import approvals
from centre.core.actions.confirming import prepare_answer
from centre.core.assurance import confirmed_rows
from centre.core.forms import ActionForm
from centre.core.http import StaffRequest
from centre.core.models import Proposal, User
from centre.core.permissions import Permission
from centre.core.two_person import TERMS, TwoPersonAct

PAGE = 50


class ApproveForm(ActionForm):
    """The code that signs the approval."""

    code = forms.CharField(
        label="Your one-time code",
        max_length=12,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}
        ),
    )


class RefuseForm(ActionForm):
    """Why not."""

    reason = forms.CharField(
        label="Why you refuse it",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_http_methods(["GET"])
def proposals(request: StaffRequest) -> HttpResponse:
    """What this person proposed or may approve; newest first."""
    rows = within_reach(request.user).select_related("centre", "case", "proposer")
    rows = rows.prefetch_related("answers").order_by("-proposed_at")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "core/proposals.html", {"page": page, "now": clock.now()})


@require_http_methods(["GET", "POST"])
def proposal(request: StaffRequest, key: str) -> HttpResponse:
    """One proposal with its content, and the two answers there are."""
    found = within_reach(request.user).filter(pk=key).first()
    if found is None:
        raise Http404
    by = request.user
    is_refusing = request.POST.get("answer") == "refuse"
    approve = ApproveForm(None if is_refusing else request.POST or None)
    refuse = RefuseForm(request.POST if is_refusing else None)
    act = approvals.refuse if is_refusing else approvals.approve
    form = refuse if is_refusing else approve
    if request.method == "POST" and form.perform(act, proposal=found, by=by):
        messages.success(request, "Your answer is kept.")
        back = found.get_absolute_url()
        waiting = prepare_answer(answer=form.result, back=back, by=by)
        return redirect(waiting or back)
    answers = list(found.answers.select_related("approver"))
    page = {
        "proposal": found,
        "content": approvals.open_proposal(proposal=found, by=by),
        "answers": answers,
        "confirmed": confirmed_rows(answers) | confirmed_rows([found]),
        "missing": approvals.missing(found),
        "may_answer": found.proposer_id != by.pk,
        "has_own_page": TERMS[TwoPersonAct(found.act)].has_own_page,
        "approve": approve,
        "refuse": refuse,
    }
    return render(request, "core/proposal.html", page)


def within_reach(by: User) -> QuerySet[Proposal]:
    """The proposals a person may read: her own, and those she may approve."""
    reach = Q(pk__in=[])
    for act in TwoPersonAct:
        terms = TERMS[act]
        reach |= Q(act=act, proposer=by) & _where(by, terms.propose)
        reach |= Q(act=act) & ~Q(proposer=by) & _where(by, terms.approve)
    return Proposal.objects.filter(reach)


def _where(by: User, permission: Permission) -> Q:
    on_cases = Q(case__in=access.cases(by, permission))
    on_centres = Q(case__isnull=True, centre__in=access.centres(by, permission))
    return on_cases | on_centres
