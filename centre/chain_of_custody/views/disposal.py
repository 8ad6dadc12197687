"""Keeping and ending: the retention list, and each step on a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from centre.chain_of_custody.actions import disposal, reporting, retention
from centre.chain_of_custody.actions.docket import case_of
from centre.chain_of_custody.documents import certificates
from centre.chain_of_custody.forms import disposal as forms
from centre.chain_of_custody.forms.parts import PackageForm
from centre.chain_of_custody.queries import disposal as queries
from centre.chain_of_custody.queries.history import Package, centre_of
from centre.chain_of_custody.rules.moves import State, Thing
from centre.chain_of_custody.rules.retention import REVIEW
from centre.chain_of_custody.views import doors
from centre.chain_of_custody.views.confirming import after_act
from centre.core import access, clock
from centre.core.http import StaffRequest
from centre.core.models import User
from centre.core.permissions import Permission

PAGE: Final = 50


@dataclass(frozen=True)
class Step:
    """One step towards an end: its word in the address, who may, form and action."""

    word: str
    permission: Permission
    form: type[PackageForm]
    action: Callable[..., Any]
    title: str
    why: str
    links: bool = False


STEPS: Final = (
    Step(
        "set-retention",
        Permission.RETENTION_SET,
        forms.SetRetentionForm,
        retention.set_retention,
        "Set the date by policy",
        "The latest date of every policy that fits. A date never moves forward.",
    ),
    Step(
        "extend-retention",
        Permission.RETENTION_EXTEND,
        forms.ExtendForm,
        retention.extend_retention,
        "Keep it longer",
        "On the survivor's wish, a court's order or the centre's own decision.",
    ),
    Step(
        "propose-destruction",
        Permission.DESTRUCTION_PROPOSE,
        forms.ProposeForm,
        disposal.propose_destruction,
        "Propose to destroy it",
        "Once its retention has ended and nothing stands against it.",
    ),
    Step(
        "give-notice",
        Permission.DESTRUCTION_NOTICE,
        forms.NoticeForm,
        disposal.give_notice,
        "Give notice",
        "In the way the policy asks. Some laws and some survivors want silence.",
    ),
    Step(
        "answer-notice",
        Permission.DESTRUCTION_ANSWER,
        forms.AnswerForm,
        disposal.answer_notice,
        "Write down an objection, or none",
        "The survivor, police, prosecutor or a court may object until it is destroyed.",
    ),
    Step(
        "ask-to-destroy",
        Permission.DESTRUCTION_PROPOSE,
        forms.ProposeForm,
        disposal.ask_to_destroy,
        "Ask for authorisation",
        "Coordinator and legal officer both authorise; it is destroyed within a day.",
        links=True,
    ),
    Step(
        "authorise",
        Permission.DESTRUCTION_AUTHORISE,
        forms.AuthoriseForm,
        disposal.authorise_destruction,
        "Authorise its destruction",
        "Look at everything on this page first. Nothing brings it back.",
    ),
    Step(
        "destroy",
        Permission.DESTRUCTION_CARRY_OUT,
        forms.DestroyForm,
        disposal.destroy,
        "Destroy it before a witness",
        "Scan each thing where it is destroyed. The record of it stays.",
    ),
    Step(
        "propose-return",
        Permission.DESTRUCTION_PROPOSE,
        forms.ProposeForm,
        disposal.propose_return,
        "Propose to give it back",
        "To its owner, on her wish; the coordinator approves.",
        links=True,
    ),
    Step(
        "return",
        Permission.DESTRUCTION_CARRY_OUT,
        forms.ReturnForm,
        disposal.return_to_owner,
        "Give it back to its owner",
        "Look at her papers, and tell her how to handle it.",
    ),
)


@dataclass(frozen=True)
class Way:
    """A step this person may take, or who takes it."""

    title: str
    href: str


@require_http_methods(["GET"])
def retention_list(request: StaffRequest) -> HttpResponse:
    """What ends within half a year, and what has no date yet."""
    centre = doors.centre(request, Permission.DISPOSAL_VIEW)
    by = request.user
    today = clock.local(clock.now(), centre.timezone).date()
    due = Paginator(queries.due(centre, by, before=today + REVIEW), PAGE)
    page = {
        "due": due.get_page(request.GET.get("page")),
        "undated": len(queries.undated(centre, by)),
        "may_set": access.holds(by, Permission.RETENTION_SET, centre),
        "today": today,
    }
    return render(request, "chain_of_custody/retention.html", page)


@require_POST
def set_by_policy(request: StaffRequest) -> HttpResponse:
    """Give everything in store that has no date its date."""
    centre = doors.centre(request, Permission.RETENTION_SET)
    count = retention.set_by_policy(centre=centre, by=request.user)
    messages.success(request, f"{count} things have their date now.")
    return redirect("retention_list")


@require_http_methods(["GET"])
def disposal_page(request: StaffRequest, code: str, *, thing: Thing) -> HttpResponse:
    """How long one thing is kept, what stands against its end, and what comes next."""
    package = doors.package(request, thing, code, Permission.DISPOSAL_VIEW)
    return render(request, "chain_of_custody/disposal.html", _told(package, request))


@require_http_methods(["GET", "POST"])
def step(
    request: StaffRequest, code: str, *, doing: Step, thing: Thing
) -> HttpResponse:
    """Take one step on one kit or item."""
    package = doors.package(request, thing, code, doing.permission)
    by = request.user
    form = doing.form(
        request.POST or None, package=package, by=by, centre=centre_of(package)
    )
    where = _address(package)
    given: dict[str, Any] = {"package": package, "by": by}
    if doing.links:
        given["link"] = where
    if form.perform(doing.action, **given):
        messages.success(request, f"{package}: {doing.title.lower()}, done.")
        seen = access.holds(by, Permission.DISPOSAL_VIEW, case_of(package))
        back = where if seen else package.get_absolute_url()
        return redirect(after_act(form.result, back=back, by=by))
    page = {"package": package, "form": form, "act": doing}
    return render(request, "chain_of_custody/act.html", page)


@require_http_methods(["GET", "POST"])
def change_reporting(request: StaffRequest, reference: str) -> HttpResponse:
    """From kept without report to reported, or back."""
    case = doors.case(request, reference, Permission.REPORTING_CHANGE)
    form = forms.ReportingForm(request.POST or None)
    if form.perform(reporting.change_reporting, case=case, by=request.user):
        messages.success(request, "The change is written on everything of this case.")
        return redirect("case_evidence", case.reference)
    held = queries.reporting_of(case, clock.now())
    page = {"case": case, "form": form, "held": held}
    return render(request, "chain_of_custody/reporting.html", page)


@require_POST
def certificate(request: StaffRequest, code: str, *, thing: Thing) -> HttpResponse:
    """The certificate of a destruction, or the receipt of a return."""
    package = doors.package(request, thing, code, Permission.DISPOSAL_VIEW)
    told = disposal.print_certificate(package=package, by=request.user)
    return HttpResponse(
        certificates.of_the_end(told),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="end-{code}.pdf"'},
    )


def _told(package: Package, request: StaffRequest) -> dict[str, Any]:
    case, by, at = case_of(package), request.user, clock.now()
    proposal = queries.open_proposal(package, case, at)
    gate = queries.gate_of(package, case, at)
    return {
        "package": package,
        "case": case,
        "gate": gate,
        "held": queries.retention_of(package),
        "proposal": proposal,
        "bars": queries.bars(gate),
        "ways": _ways(package, by),
        "is_ended": gate.standing.state in {State.DESTROYED, State.RETURNED_OWNER},
    }


def _ways(package: Package, by: User) -> list[Way]:
    case = case_of(package)
    held = {p: access.holds(by, p, case) for p in {s.permission for s in STEPS}}
    return [
        Way(s.title, reverse(_name(s, package), args=[package.code]))
        for s in STEPS
        if held[s.permission]
    ]


def _name(step: Step, package: Package) -> str:
    return f"{step.word.replace('-', '_')}_{package.thing}"


def _address(package: Package) -> str:
    return reverse(f"disposal_{package.thing}", args=[package.code])
