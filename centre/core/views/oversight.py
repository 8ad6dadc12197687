"""Oversight: the access log, the people, and whether the records hold."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from centre.core import access, access_reviews, journal
from centre.core.actions import oversight as actions
from centre.core.actions.people import enrol_person
from centre.core.checks import serves_as_owner
from centre.core.forms import ActionForm
from centre.core.http import StaffRequest
from centre.core.middleware import require_step_up
from centre.core.models import (
    Anchor,
    Replay,
    Restoration,
    TimeStamp,
    VerificationRun,
)
from centre.core.passwords import MOST
from centre.core.permissions import Permission, Role
from centre.ledger.models import Checkpoint, Head

PAGE = 50
ANCHORS = 10
LOGS = {
    journal.CUSTODY: "The log of what was done",
    journal.ACCESS: "The log of who looked",
}


class EnrolForm(ActionForm):
    """A new person: name, role, and a first password to change at once."""

    username = forms.SlugField(label="Sign-in name", max_length=40)
    name = forms.CharField(label="Name", max_length=120)
    role = forms.ChoiceField(label="Role", choices=[(r.value, r.words) for r in Role])
    password = forms.CharField(
        label="First password",
        help_text="At least 15 characters. Hand it over in person.",
        max_length=MOST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


@require_http_methods(["GET"])
def access_log(request: StaffRequest) -> HttpResponse:
    """Who looked at what, without content."""
    centre = request.membership.centre
    _need(request, Permission.ACCESS_LOG_VIEW)
    notes = actions.open_access_log(
        centre=centre, reference=request.GET.get("case", ""), by=request.user
    )
    page = Paginator(notes, PAGE).get_page(request.GET.get("page"))
    return render(request, "core/access_log.html", {"notes": page})


@require_http_methods(["GET"])
def integrity(request: StaffRequest) -> HttpResponse:
    """Whether the records hold: last check, heads and checkpoints of every log."""
    centre = request.membership.centre
    _need(request, Permission.INTEGRITY_VIEW)
    titles = {journal.origin(centre, log): words for log, words in LOGS.items()}
    newest = {
        origin: Checkpoint.objects.filter(log=origin).order_by("-size").first()
        for origin in titles
    }
    heads = Head.objects.filter(log__in=titles).order_by("log")
    page = {
        "run": VerificationRun.objects.first(),
        "anchors": Anchor.objects.filter(centre=centre)[:ANCHORS],
        "stamps": TimeStamp.objects.filter(centre=centre)[:ANCHORS],
        "restorations": [
            *Restoration.objects.filter(centre=centre)[:PAGE],
            *Replay.objects.filter(centre=centre)[:PAGE],
        ],
        "serves_as_owner": serves_as_owner(),
        "logs": [
            {
                "title": titles[head.log],
                "head": head,
                "last_at": datetime.fromisoformat(head.last_at) if head.size else None,
                "checkpoint": newest[head.log],
            }
            for head in heads
        ],
    }
    return render(request, "core/integrity.html", page)


@require_http_methods(["GET", "POST"])
def people(request: StaffRequest) -> HttpResponse:
    """Who works here, in which role; enrol a new person."""
    centre = request.membership.centre
    _need(request, Permission.PERSON_VIEW)
    may_enrol = access.holds(request.user, Permission.PERSON_ENROL, centre)
    form = EnrolForm(request.POST or None)
    if request.method == "POST":
        require_step_up(request)
        if form.perform(enrol_person, centre=centre, by=request.user):
            messages.success(request, "Enrolled. The second factor comes at sign-in.")
            return redirect("people")
    listed = Paginator(access_reviews.posts(centre), PAGE)
    page = {
        "posts": listed.get_page(request.GET.get("page")),
        "form": form,
        "may_enrol": may_enrol,
        "may_review": access.holds(request.user, Permission.ACCESS_REVIEW, centre),
        "newest": access_reviews.newest(centre),
        "wrong": [
            {"post": post, "words": verdict.words.lower()}
            for post, verdict in access_reviews.to_end(centre)
        ],
    }
    return render(request, "core/people.html", page)


def _need(request: StaffRequest, permission: Permission) -> None:
    if not access.holds(request.user, permission, request.membership.centre):
        raise Http404
