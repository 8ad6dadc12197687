"""The desk's pages of a request: list, page, match, decide, key in, pick, each step."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from centre.chain_of_custody.actions import requests as actions
from centre.chain_of_custody.actions.request_papers import keep_paper, open_paper
from centre.chain_of_custody.forms.request_desk import (
    DecisionForm,
    LetterForm,
    MatchForm,
)
from centre.chain_of_custody.forms.requests import LineFormSet, asked_lines
from centre.chain_of_custody.models import Item
from centre.chain_of_custody.models.requests import EvidenceRequest
from centre.chain_of_custody.queries import request_clocks as clocks
from centre.chain_of_custody.queries import request_pages as pages
from centre.chain_of_custody.queries import requests as queries
from centre.chain_of_custody.rules.codes import read_scan
from centre.chain_of_custody.rules.request_steps import (
    STATE_WORDS,
    TO_HAND_OVER,
    State,
)
from centre.chain_of_custody.rules.scans import media_type
from centre.chain_of_custody.views import doors
from centre.chain_of_custody.views.request_acts import possible_steps
from centre.core import access, clock
from centre.core.access import within
from centre.core.errors import RuleError
from centre.core.http import StaffRequest
from centre.core.permissions import Permission

PAGE = 50
DECIDABLE = {State.TRIAGE, State.AWAITING_SURVIVOR}


@require_http_methods(["GET"])
def listing(request: StaffRequest) -> HttpResponse:
    """The centre's requests by age."""
    centre = request.membership.centre
    access.require(request.user, Permission.REQUEST_VIEW, centre)
    rows = queries.of_centre(request.user)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    standings = [(s.request, STATE_WORDS[s.state]) for s in queries.standings(page)]
    may_key_in = access.holds(request.user, Permission.REQUEST_KEY_IN, centre)
    context = {"page": page, "rows": standings, "may_key_in": may_key_in}
    return render(request, "chain_of_custody/requests.html", context)


@require_http_methods(["GET"])
def detail(request: StaffRequest, reference: str) -> HttpResponse:
    """One request as the centre works on it."""
    found = _found(request, reference)
    standing = queries.standing(found)
    page = pages.for_centre(found) | {
        "clocks": clocks.of_request(found, clock.now()),
        "may_match": standing in {State.SUBMITTED, State.NEEDS_INFO}
        and access.holds(request.user, Permission.REQUEST_MATCH, found.centre),
        "may_decide": standing in DECIDABLE
        and access.holds(request.user, Permission.REQUEST_DECIDE, found.centre),
        "may_offer": standing in TO_HAND_OVER
        and access.holds(request.user, Permission.HANDOVER_OFFER, found.centre),
        "acts": possible_steps(found, standing, request.user),
    }
    return render(request, "chain_of_custody/request.html", page)


@require_http_methods(["GET", "POST"])
def match(request: StaffRequest, reference: str) -> HttpResponse:
    """The custodian says which item each line means."""
    found = _found(request, reference)
    _require(request, found, Permission.REQUEST_MATCH)
    lines = queries.lines_of(found)
    form = MatchForm(request.POST or None, lines=lines)
    if form.is_valid() and _matched(request, found, form):
        messages.success(request, "Matched. The coordinator decides now.")
        return redirect(found)
    duplicates = queries.duplicates_of(found)
    page = {"found": found, "form": form, "duplicates": duplicates}
    return render(request, "chain_of_custody/match.html", page)


@require_http_methods(["GET", "POST"])
def decide(request: StaffRequest, reference: str) -> HttpResponse:
    """The coordinator decides line by line."""
    found = _found(request, reference)
    _require(request, found, Permission.REQUEST_DECIDE)
    lines = queries.lines_of(found)
    form = DecisionForm(request.POST or None, lines=lines)
    if form.is_valid() and _decided(request, found, form):
        messages.success(request, "Decided.")
        return redirect(found)
    rows = [pages.row(line) | {"fields": form.fields_of(line)} for line in lines]
    page = {"found": found, "form": form, "rows": rows}
    return render(request, "chain_of_custody/decide.html", page)


@require_http_methods(["GET", "POST"])
def key_in(request: StaffRequest) -> HttpResponse:
    """Key in a request that came by letter."""
    centre = request.membership.centre
    access.require(request.user, Permission.REQUEST_KEY_IN, centre)
    form = LetterForm(request.POST or None, request.FILES or None, centre=centre)
    lines = LineFormSet(request.POST or None, prefix="lines")
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        asked = asked_lines(lines, form.cleaned_data["purpose"])

        def ask(**given: Any) -> EvidenceRequest:
            made = actions.key_in_request(
                centre=centre,
                letter=form.letter(),
                lines=asked,
                details={name: given[name] for name in pages.DETAILS},
                needed_by=given["needed_by"],
                by=given["by"],
            )
            content = given["paper"].read()
            keep_paper(request=made, content=content, kind="letter", by=given["by"])
            return made

        if form.perform(ask, by=request.user):
            messages.success(request, f"Request {form.result} is keyed in.")
            return redirect(form.result)
    page = {"form": form, "lines": lines, "is_letter": True}
    return render(request, "chain_of_custody/request_evidence.html", page)


@require_http_methods(["GET"])
def pick_list(request: StaffRequest, reference: str) -> HttpResponse:
    """Exactly what leaves on a request: where it lies and how it has to travel."""
    found = _found(request, reference)
    _require(request, found, Permission.HANDOVER_OFFER)
    page = {"found": found, "rows": pages.to_pick(found)}
    return render(request, "chain_of_custody/pick_list.html", page)


@require_http_methods(["GET"])
def paper(request: StaffRequest, reference: str, key: UUID) -> HttpResponse:
    """The scan of a letter or an order; looking is written down."""
    found = _found(request, reference)
    row = get_object_or_404(queries.papers_of(found), pk=key)
    content = open_paper(paper=row, by=request.user)
    name = f"scan-{found.reference}"
    return HttpResponse(
        content,
        content_type=media_type(content) or "application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _matched(request: StaffRequest, found: EvidenceRequest, form: MatchForm) -> bool:
    items: dict[Any, list[Item]] = {}
    for line in form.lines:
        typed = [read_scan(word) for word in form.codes(line)]
        known = [_item(request, code) for code in typed]
        items[line.pk] = [item for item in known if item is not None]
        if None in known:
            form.add_error(str(line.pk), "No item of the store has this code.")
    if form.errors:
        return False
    return _tried(form, actions.match_request, request=found, found=items, by=request)


def _decided(request: StaffRequest, found: EvidenceRequest, form: DecisionForm) -> bool:
    decisions = [form.decided(line) for line in form.lines]
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
    return doors.request_of_centre(request, reference)


def _require(
    request: StaffRequest, found: EvidenceRequest, permission: Permission
) -> None:
    access.require(request.user, permission, found.centre)
