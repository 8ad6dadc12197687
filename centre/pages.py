"""The roof: the work list of each role, the case page, the search by exact code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from centre import lookup
from centre.chain_of_custody import queries as custody
from centre.chain_of_custody.queries import laboratory
from centre.chain_of_custody.queries import request_work as requests
from centre.core import access, access_reviews, anchors, clock, journal, references
from centre.core.actions.cases import join_care_team
from centre.core.http import StaffRequest, within_or_404
from centre.core.models import Case, User
from centre.core.permissions import Permission, Role
from centre.core.timeline import Row
from centre.core.work import Task, When
from centre.forensics import queries as forensics
from centre.intake import queries as intake
from centre.intake.cover import cover
from centre.ledger.kinds import Kind
from centre.portal import queries as portal
from centre.support import queries as support

ROOMS: Final = (intake, forensics, custody, support)
GROUPS: Final = (
    (When.NOW, "Now", "Nothing is late or running out."),
    (When.TODAY, "Today", "Nothing more is due today."),
    (When.WAITING, "Waiting for others", "Nobody owes you an answer."),
)
STARTS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    Role.NURSE: (("Open a case", "open_case"),),
    Role.CUSTODIAN: (
        ("Store", "store"),
        ("Keeping of evidence", "retention_list"),
        ("Requests for evidence", "requests"),
        ("Hand-overs", "transfers"),
        ("Integrity", "integrity"),
    ),
    Role.COORDINATOR: (
        ("Requests for evidence", "requests"),
        ("Agencies", "directory"),
        ("Supervisors", "supervisors"),
        ("People", "people"),
        ("Keeping of evidence", "retention_list"),
        ("Acts of two people", "proposals"),
        ("Integrity", "integrity"),
        ("Figures for others", "figures"),
        ("How examinations are documented", "documentation"),
    ),
    Role.INVESTIGATOR: (
        ("Ask for evidence", "request_evidence"),
        ("My requests", "own_requests"),
        ("Receive by code", "find_transfer"),
        ("What I hold", "held"),
    ),
    Role.LAB: (
        ("Submissions to us", "submissions"),
        ("Receive by code", "find_transfer"),
        ("What I hold", "held"),
    ),
    Role.COUNSELLOR: (("My caseload", "caseload"), ("Agencies", "directory")),
    Role.SHELTER: (("Referrals to us", "incoming"),),
    Role.LEGAL: (
        ("Referrals to us", "incoming"),
        ("Acts of two people", "proposals"),
    ),
    Role.AUDITOR: (
        ("Access log", "access_log"),
        ("Integrity", "integrity"),
        ("Inventories and spot checks", "inventories"),
        ("Figures for others", "figures"),
    ),
    Role.ADMINISTRATOR: (("People", "people"),),
}
LANES: Final = ("care", "consent", "evidence", "support")


@dataclass(frozen=True)
class Start:
    """A place to begin."""

    words: str
    href: str


@require_http_methods(["GET"])
def home(request: StaffRequest) -> HttpResponse:
    """What is late, due and waiting for this person."""
    at = clock.now()
    rooms = (*ROOMS, requests, laboratory, anchors, portal, access_reviews)
    tasks = [task for room in rooms for task in room.work(request.user, at)]
    page = {
        "groups": [
            {"title": title, "empty": empty, "tasks": _of(tasks, when)}
            for when, title, empty in GROUPS
        ],
        "starts": _starts(request),
        "cases": _recent_cases(request.user),
    }
    return render(request, "home.html", page)


@require_http_methods(["GET"])
def case(request: StaffRequest, reference: str) -> HttpResponse:
    """One case as this role may see it."""
    found = within_or_404(
        Case.objects.select_related("centre"),
        request,
        Permission.CASE_VIEW,
        path="pk",
        reference=references.normalise(reference),
    )
    page = _case_page(found, request.user, request.GET.get("lane", ""))
    return render(request, "case.html", page)


@require_POST
def join(request: StaffRequest, reference: str) -> HttpResponse:
    """Join the care team of a case one was told about, by its exact reference."""
    found = within_or_404(
        Case.objects.select_related("centre"),
        request,
        Permission.CARE_TEAM_JOIN,
        path="pk",
        reference=references.normalise(reference),
    )
    join_care_team(case=found, user=request.user, by=request.user)
    messages.success(request, f"You are on the care team of {found}.")
    return redirect(found)


@require_POST
def search(request: StaffRequest) -> HttpResponse:
    """Find a case, kit, item or request by its exact code; each search is noted."""
    code = references.normalise(request.POST.get("code", ""))[:40]
    with transaction.atomic():
        found = lookup.find(code, request.user)
        journal.looked(
            Kind.SEARCHED,
            by=request.user,
            on=request.membership.centre,
            at=clock.now(),
            what="exact code",
            outcome="found" if found else "nothing",
        )
    if found:
        return HttpResponseRedirect(found)
    if _may_join(code, request.user):
        return render(request, "join.html", {"reference": code})
    messages.warning(request, "Nothing within your reach has this code. Check it.")
    return redirect("home")


def _case_page(found: Case, by: User, lane: str) -> dict[str, Any]:
    at = clock.now()
    rows = [row for room in ROOMS for row in room.timeline(found, by)]
    shown = [r for r in rows if not lane or r.lane == lane]
    lanes = [name for name in LANES if any(r.lane == name for r in rows)]
    return {
        "case": found,
        "cover": cover(found, by, at),
        "rows": sorted(shown, key=_newest_first, reverse=True),
        "lanes": lanes,
        "lane": lane,
        "steps": _next_steps(found, by),
    }


def _newest_first(row: Row) -> datetime:
    return row.when


def _next_steps(found: Case, by: User) -> list[Start]:
    steps: list[Start] = []
    if access.holds(by, Permission.TRIAGE_DO, found):
        steps += [
            Start(
                p.title + (" (finished)" if p.is_done else ""),
                reverse("intake_form", args=[found.reference, str(p.form)]),
            )
            for p in intake.progress(found)
        ]
    if access.holds(by, Permission.CONSENT_VIEW, found):
        steps.append(Start("Consent", reverse("consents", args=[found.reference])))
    if access.holds(by, Permission.IDENTITY_OPEN, found):
        steps.append(Start("Who she is", reverse("identity", args=[found.reference])))
    if access.holds(by, Permission.CONTACT_OPEN, found):
        steps.append(Start("Safe contact", reverse("contact", args=[found.reference])))
    if access.holds(by, Permission.CASE_CLOSE, found):
        words = "Open the case again" if found.is_closed else "Close the case"
        steps.append(Start(words, reverse("close_case", args=[found.reference])))
    for room in (forensics, custody, support, portal):
        steps += [Start(words, href) for words, href in room.next_steps(found, by)]
    return steps


def _of(tasks: Iterable[Task], when: When) -> list[Task]:
    chosen = [t for t in tasks if t.when == when]
    return sorted(chosen, key=_soonest_first)


def _soonest_first(task: Task) -> tuple[bool, str]:
    return task.due is None, task.due.isoformat() if task.due else task.sentence


def _starts(request: StaffRequest) -> list[Start]:
    wanted = STARTS.get(request.membership.role, ())
    return [Start(words, reverse(name)) for words, name in wanted]


def _recent_cases(by: User) -> list[Case]:
    return list(access.cases(by, Permission.CASE_VIEW).order_by("-opened_at")[:20])


def _may_join(code: str, by: User) -> bool:
    reachable = access.cases(by, Permission.CARE_TEAM_JOIN)
    return reachable.filter(reference=code).exists()
