"""Referrals as the centre sends and follows them, and as the agency answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from centre.agencies import queries as agencies
from centre.agencies.rules import FAMILY_WORDS, Family
from centre.core import access, clock
from centre.core.http import StaffRequest, within_or_404
from centre.core.models import Case, Recipient
from centre.core.permissions import Permission
from centre.support.actions import referrals as actions
from centre.support.actions.plans import today
from centre.support.forms.referrals import AnswerForm, MoveForm, SendForm
from centre.support.models import Referral
from centre.support.queries import plans
from centre.support.queries import referrals as queries
from centre.support.rules.plans import families, is_parent
from centre.support.rules.referrals import (
    ACT_WORDS,
    ANSWERS,
    BY_AGENCY,
    ENDS,
    Move,
    State,
    moves_from,
)
from centre.support.views.plans import case_or_404


@require_http_methods(["GET", "POST"])
def send_referral(request: StaffRequest, reference: str) -> HttpResponse:
    """Send a need to an agency."""
    case = case_or_404(request, Permission.REFERRAL_SEND, reference)
    earlier = _earlier(request, case)
    form = SendForm(
        request.POST or None,
        families=_families(case),
        agencies=agencies.recipients(case.centre),
        initial={"family": request.GET.get("family", ""), "urgency": "usual"},
    )
    done = form.perform(
        actions.send_referral, case=case, instead_of=earlier, by=request.user
    )
    if done:
        messages.success(request, "The referral is sent. Now wait for the answer.")
        return redirect(form.result)
    page = {"case": case, "form": form, "earlier": earlier}
    return render(request, "support/send_referral.html", page)


@require_http_methods(["GET"])
def referral(request: StaffRequest, reference: str) -> HttpResponse:
    """One referral with its path."""
    found = _referral(request, Permission.REFERRAL_VIEW, reference)
    actions.open_referral(referral=found, by=request.user)
    at = clock.now()
    listed = agencies.listed(found.agency)
    page = {
        "case": found.case,
        "referral": found,
        "card": queries.card(found, at),
        "told": listed.told if listed else None,
        "is_allowed": found.state in ENDS or actions.still_allowed(found, at),
        "answers": _answers(found),
        "moves": _moves(request, found),
        "others": _others(found),
        "may_try_next": found.state is State.DECLINED
        and access.holds(request.user, Permission.REFERRAL_SEND, found.case),
    }
    return render(request, "support/referral.html", page)


@require_http_methods(["GET", "POST"])
def move_referral(request: StaffRequest, reference: str, move: str) -> HttpResponse:
    """Note one move of a referral."""
    if move not in set(Move):
        raise Http404
    act = Move(move)
    permission = Permission.REFERRAL_CLOSE
    if act in ANSWERS:
        permission = Permission.REFERRAL_ANSWER
    found = _referral(request, permission, reference)
    day = today(found.case, clock.now())
    form = MoveForm(request.POST or None, move=act, initial={"happened_on": day})
    done = form.perform(
        actions.move_referral, referral=found, move=act, by=request.user
    )
    if done:
        messages.success(request, "Noted.")
        return redirect(found)
    page = {"case": found.case, "referral": found, "form": form}
    page["act"] = ACT_WORDS[act]
    return render(request, "support/move_referral.html", page)


@require_http_methods(["GET"])
def incoming(request: StaffRequest) -> HttpResponse:
    """What was sent to my agency."""
    post = agencies.post_of(request.user, centre=request.membership.centre)
    if post is None or not _may_answer(request):
        raise Http404
    rows = queries.cards(queries.incoming(request.user).defer("needs"), clock.now())
    page = {"agency": post.agency.recipient, "cards": rows}
    return render(request, "support/incoming.html", page)


@require_http_methods(["GET", "POST"])
def incoming_referral(request: StaffRequest, reference: str) -> HttpResponse:
    """One referral as the agency reads it."""
    found = _incoming(request, reference)
    actions.open_incoming(referral=found, by=request.user)
    page = {
        "referral": found,
        "card": queries.card(found, clock.now()),
        "moves": [
            (str(move), ACT_WORDS[move])
            for move in moves_from(found.state)
            if move in BY_AGENCY
        ],
    }
    return render(request, "support/incoming_referral.html", page)


@require_http_methods(["GET", "POST"])
def answer_incoming(request: StaffRequest, reference: str, move: str) -> HttpResponse:
    """Accept or decline a referral as the agency."""
    found = _incoming(request, reference)
    if move not in {str(m) for m in BY_AGENCY}:
        raise Http404
    form = AnswerForm(request.POST or None, move=Move(move))
    done = form.perform(
        actions.answer_incoming, referral=found, move=Move(move), by=request.user
    )
    if done:
        messages.success(request, "Your answer is with the centre.")
        return redirect("incoming")
    page = {"referral": found, "form": form, "act": ACT_WORDS[Move(move)]}
    return render(request, "support/answer_incoming.html", page)


def _referral(
    request: StaffRequest, permission: Permission, reference: str
) -> Referral:
    return within_or_404(queries.referrals(), request, permission, reference=reference)


def _incoming(request: StaffRequest, reference: str) -> Referral:
    if not _may_answer(request):
        raise Http404
    return get_object_or_404(queries.incoming(request.user), reference=reference)


def _may_answer(request: StaffRequest) -> bool:
    centre = request.membership.centre
    return access.holds(request.user, Permission.REFERRAL_ANSWER, centre)


def _moves(request: StaffRequest, found: Referral) -> list[tuple[str, str]]:
    may_answer = access.holds(request.user, Permission.REFERRAL_ANSWER, found.case)
    may_close = access.holds(request.user, Permission.REFERRAL_CLOSE, found.case)
    return [
        (str(move), ACT_WORDS[move])
        for move in moves_from(found.state)
        if (may_answer if move in ANSWERS else may_close)
    ]


def _answers(found: Referral) -> list[dict[str, Any]]:
    """What was told at each move, to be read with the path."""
    events = sorted(found.events.all(), key=lambda event: event.number)
    return [{"event": event, **event.details} for event in events]


def _others(found: Referral) -> list[Recipient]:
    """After a decline, who else offers this help."""
    if found.state is not State.DECLINED:
        return []
    offered = agencies.offering(found.case.centre, found.family)
    return [agency for agency in offered if agency != found.agency]


def _families(case: Case) -> list[tuple[str, str]]:
    plan = plans.current(case)
    has_children = plan is not None and is_parent(plan.content)
    shown = families(is_child=case.is_child, has_children=has_children)
    return [(str(f), FAMILY_WORDS[Family(f)]) for f in shown]


def _earlier(request: StaffRequest, case: Case) -> Referral | None:
    code = request.GET.get("instead_of", "")
    if not code:
        return None
    return within_or_404(
        queries.referrals().filter(case=case),
        request,
        Permission.REFERRAL_VIEW,
        reference=code,
    )
