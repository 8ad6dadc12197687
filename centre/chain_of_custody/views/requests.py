"""Requests for evidence: the investigator asks, the centre matches and decides."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from centre.chain_of_custody.actions import requests as actions
from centre.chain_of_custody.forms.requests import (
    DecisionForm,
    LineFormSet,
    MatchForm,
    RequestForm,
    asked_lines,
)
from centre.chain_of_custody.models import Item
from centre.chain_of_custody.models.requests import EvidenceRequest
from centre.chain_of_custody.queries import requests as queries
from centre.chain_of_custody.rules.checks import Basis
from centre.chain_of_custody.rules.codes import read_scan
from centre.chain_of_custody.rules.requests import (
    NOT_RELEASED,
    REASON_WORDS,
    STATE_WORDS,
    State,
)
from centre.core import access, references
from centre.core.access import within
from centre.core.errors import RuleError
from centre.core.http import StaffRequest
from centre.core.permissions import Permission

PAGE = 50
HIDDEN_TO_REQUESTER = {State.MATCHED: State.SUBMITTED}


@require_http_methods(["GET", "POST"])
def request_evidence(request: StaffRequest) -> HttpResponse:
    """The investigator asks."""
    centre = request.membership.centre
    if not access.holds(request.user, Permission.EVIDENCE_REQUEST, centre):
        raise Http404
    form = RequestForm(request.POST or None)
    lines = LineFormSet(request.POST or None, prefix="lines")
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        made = _ask(request, form, lines)
        if made is not None:
            messages.success(request, f"Your request {made} is received.")
            return redirect("own_request", made.reference)
    page = {"form": form, "lines": lines}
    return render(request, "chain_of_custody/request_evidence.html", page)


@require_http_methods(["GET"])
def own_requests(request: StaffRequest) -> HttpResponse:
    """What this investigator asked for, and where it stands."""
    if not access.holds(
        request.user, Permission.EVIDENCE_REQUEST, request.membership.centre
    ):
        raise Http404
    page = Paginator(queries.own(request.user), PAGE).get_page(request.GET.get("page"))
    rows = [(s.request, _for_requester(s.state)) for s in queries.standings(page)]
    context = {"page": page, "rows": rows}
    return render(request, "chain_of_custody/own_requests.html", context)


@require_http_methods(["GET"])
def own_request(request: StaffRequest, reference: str) -> HttpResponse:
    """One's own request; before a decision it tells nothing but that it came."""
    found = get_object_or_404(queries.own(request.user), reference=_code(reference))
    standing = queries.standing(found)
    is_open = standing in {State.SUBMITTED, State.MATCHED}
    lines = [
        {"line": line, "basis": Basis(line.basis).words, "answer": answer}
        for line in queries.lines_of(found)
        for answer in [_answer(line, is_open=is_open)]
    ]
    page = {
        "found": found,
        "state": _for_requester(standing),
        "lines": lines,
        "may_withdraw": is_open,
        "is_offered": standing is State.OFFERED,
        "is_handed_over": standing is State.HANDED_OVER,
    }
    return render(request, "chain_of_custody/own_request.html", page)


@require_POST
def withdraw(request: StaffRequest, reference: str) -> HttpResponse:
    """Take one's own request back."""
    found = get_object_or_404(queries.own(request.user), reference=_code(reference))
    try:
        actions.withdraw_request(request=found, by=request.user)
    except RuleError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The request is taken back.")
    return redirect("own_request", found.reference)


@require_http_methods(["GET"])
def listing(request: StaffRequest) -> HttpResponse:
    """The centre's requests by age."""
    if not access.holds(
        request.user, Permission.REQUEST_VIEW, request.membership.centre
    ):
        raise Http404
    rows = queries.of_centre(request.user)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    standings = [(s.request, STATE_WORDS[s.state]) for s in queries.standings(page)]
    context = {"page": page, "rows": standings}
    return render(request, "chain_of_custody/requests.html", context)


@require_http_methods(["GET"])
def detail(request: StaffRequest, reference: str) -> HttpResponse:
    """One request as the centre works on it."""
    found = _found(request, reference)
    standing = queries.standing(found)
    page = {
        "found": found,
        "state": STATE_WORDS[standing],
        "rows": [_row(line) for line in queries.lines_of(found)],
        "is_handed_over": standing is State.HANDED_OVER,
        "may_match": standing is State.SUBMITTED
        and access.holds(request.user, Permission.REQUEST_MATCH, found.centre),
        "may_decide": standing is State.MATCHED
        and access.holds(request.user, Permission.REQUEST_DECIDE, found.centre),
        "may_offer": standing is State.DECIDED
        and access.holds(request.user, Permission.HANDOVER_OFFER, found.centre),
    }
    return render(request, "chain_of_custody/request.html", page)


@require_http_methods(["GET", "POST"])
def match(request: StaffRequest, reference: str) -> HttpResponse:
    """The custodian says which item each line means."""
    found = _found(request, reference)
    if not access.holds(request.user, Permission.REQUEST_MATCH, found.centre):
        raise Http404
    lines = queries.lines_of(found)
    form = MatchForm(request.POST or None, lines=lines)
    if form.is_valid() and _matched(request, found, form):
        messages.success(request, "Matched. The coordinator decides now.")
        return redirect(found)
    page = {"found": found, "form": form}
    return render(request, "chain_of_custody/match.html", page)


@require_http_methods(["GET", "POST"])
def decide(request: StaffRequest, reference: str) -> HttpResponse:
    """The coordinator decides line by line."""
    found = _found(request, reference)
    if not access.holds(request.user, Permission.REQUEST_DECIDE, found.centre):
        raise Http404
    lines = queries.lines_of(found)
    form = DecisionForm(request.POST or None, lines=lines)
    if form.is_valid() and _decided(request, found, form):
        messages.success(request, "Decided.")
        return redirect(found)
    page = {
        "found": found,
        "form": form,
        "rows": [
            {**_row(line), "answer": form[f"{line.pk}-answer"],
             "reason": form[f"{line.pk}-reason"]}
            for line in lines
        ],
    }  # fmt: skip
    return render(request, "chain_of_custody/decide.html", page)


def _ask(
    request: StaffRequest, form: RequestForm, lines: Any
) -> EvidenceRequest | None:
    cleaned = form.cleaned_data
    asked = asked_lines(lines, cleaned["purpose"])

    def ask(**given: Any) -> EvidenceRequest:
        return actions.request_evidence(
            centre=given["centre"],
            lines=asked,
            details={k: given[k] for k in ("unit_case_no", "quoted", "collector")}
            | {"urgency": given["urgency"]},
            needed_by=given["needed_by"],
            by=given["by"],
        )

    if form.perform(ask, centre=request.membership.centre, by=request.user):
        made: EvidenceRequest = form.result
        return made
    return None


def _matched(request: StaffRequest, found: EvidenceRequest, form: MatchForm) -> bool:
    items: dict[Any, Item | None] = {}
    for line in form.lines:
        typed = read_scan(form.cleaned_data[str(line.pk)])
        items[line.pk] = _item(request, typed) if typed else None
        if typed and items[line.pk] is None:
            form.add_error(str(line.pk), "No item of the store has this code.")
    if form.errors:
        return False
    return _tried(form, actions.match_request, request=found, found=items, by=request)


def _decided(request: StaffRequest, found: EvidenceRequest, form: DecisionForm) -> bool:
    decisions = [
        actions.Decided(
            line,
            form.cleaned_data[f"{line.pk}-answer"] == "yes",
            form.cleaned_data[f"{line.pk}-reason"],
        )
        for line in form.lines
    ]
    return _tried(
        form, actions.decide_request, request=found, decisions=decisions, by=request
    )


def _tried(form: Any, action: Any, *, by: StaffRequest, **given: Any) -> bool:
    try:
        action(by=by.user, **given)
    except RuleError as error:
        form.add_error(None, str(error))
        return False
    return True


def _item(request: StaffRequest, code: str) -> Item | None:
    items = within(Item.objects.all(), request.user, Permission.ITEM_VIEW)
    return items.filter(code=code).select_related("case").first()


def _found(request: StaffRequest, reference: str) -> EvidenceRequest:
    return get_object_or_404(
        queries.of_centre(request.user), reference=_code(reference)
    )


def _row(line: Any) -> dict[str, Any]:
    match = getattr(line, "match", None)
    decision = getattr(line, "decision", None)
    return {
        "line": line,
        "basis": Basis(line.basis).words,
        "item": match.item if match else None,
        "is_matched": match is not None,
        "decision": decision,
        "why": REASON_WORDS.get(decision.reason, "") if decision else "",
    }


def _answer(line: Any, *, is_open: bool) -> str:
    decision = getattr(line, "decision", None)
    if is_open or decision is None:
        return "Waiting"
    if not decision.is_approved:
        return NOT_RELEASED
    return f"Released: {line.match.item}"


def _for_requester(standing: State) -> str:
    return STATE_WORDS[HIDDEN_TO_REQUESTER.get(standing, standing)]


def _code(typed: str) -> str:
    return references.normalise(typed)
