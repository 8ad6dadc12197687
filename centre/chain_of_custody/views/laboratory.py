"""Pages of the laboratory, and the centre's page that submits to one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from centre.agencies.queries import laboratory_people
from centre.chain_of_custody.actions import laboratory as actions
from centre.chain_of_custody.actions.handover import approved_lines, item_of
from centre.chain_of_custody.forms import laboratory as forms
from centre.chain_of_custody.models import Transfer
from centre.chain_of_custody.queries import laboratory as queries
from centre.chain_of_custody.queries.history import packages_around
from centre.chain_of_custody.queries.transfers import packages_of
from centre.chain_of_custody.rules.moves import Move
from centre.chain_of_custody.views import doors
from centre.core import access, references
from centre.core.errors import RuleError
from centre.core.http import StaffRequest, one_or_404
from centre.core.permissions import Permission

PAGE = 50
STAGES: Final[dict[str, tuple[str, type[Any], Callable[..., Any], set[Move]]]] = {
    "start": (
        "Begin the analysis",
        forms.WorkForm,
        actions.start_analysis,
        {Move.LAB_ACCEPTED},
    ),
    "analysed": (
        "The analysis is done",
        forms.WorkForm,
        actions.finish_analysis,
        {Move.LAB_STARTED},
    ),
    "result": (
        "The result is issued",
        forms.ResultForm,
        actions.issue_result,
        {Move.LAB_ANALYSED},
    ),
}


@require_http_methods(["GET"])
def submissions(request: StaffRequest) -> HttpResponse:
    """What comes to this laboratory, newest first."""
    _require_lab(request)
    page = Paginator(queries.submissions(request.user), PAGE)
    found = page.get_page(request.GET.get("page"))
    context = {"page": found, "rows": queries.staged(list(found))}
    return render(request, "chain_of_custody/submissions.html", context)


@require_http_methods(["GET"])
def submission(request: StaffRequest, code: str) -> HttpResponse:
    """One submission: its packages, what is asked, and where it stands."""
    found = _found(request, code)
    stage = queries.staged([found])[0]
    acts = [(word, row[0]) for word, row in STAGES.items() if stage.stage in row[3]]
    page = {
        "found": found,
        "state": stage.words,
        "may_take_in": stage.stage is Move.LAB_SUBMITTED,
        "acts": acts,
        "packages": packages_of(found),
        "told": queries.told_of(found),
    }
    return render(request, "chain_of_custody/submission.html", page)


@require_http_methods(["GET", "POST"])
def take_in(request: StaffRequest, code: str) -> HttpResponse:
    """Accept or reject a submission, each seal as seen."""
    found = _found(request, code)
    form = forms.TakeInForm(request.POST or None, packages=packages_of(found))
    if form.is_valid() and _taken_in(request, found, form):
        messages.success(request, "Written down and signed.")
        return redirect("submission", found.code)
    page = {"found": found, "form": form, "title": "Take the submission in"}
    return render(request, "chain_of_custody/submission_act.html", page)


@require_http_methods(["GET", "POST"])
def stage(request: StaffRequest, code: str, *, word: str) -> HttpResponse:
    """Write down the next stage of the work."""
    found = _found(request, code)
    title, form_class, action, _ = STAGES[word]
    form = form_class(request.POST or None)
    if form.perform(action, transfer=found, by=request.user):
        messages.success(request, f"{title}: written down.")
        return redirect("submission", found.code)
    page = {"found": found, "form": form, "title": title}
    return render(request, "chain_of_custody/submission_act.html", page)


@require_http_methods(["GET", "POST"])
def submit(request: StaffRequest, reference: str) -> HttpResponse:
    """The custodian submits the approved items of a request to a laboratory."""
    found = doors.request_of_centre(request, reference)
    access.require(request.user, Permission.LAB_SUBMIT, found.centre)
    packages = packages_around(item_of(line) for line in approved_lines(found))
    form = forms.SubmitForm(
        request.POST or None, packages=packages, people=laboratory_people(found.centre)
    )
    if form.is_valid() and _submitted(request, found, form):
        messages.success(request, "Submitted. It travels until the laboratory signs.")
        return redirect(found)
    page = {"found": found, "form": form, "packages": packages}
    return render(request, "chain_of_custody/submit.html", page)


def _submitted(request: StaffRequest, found: Any, form: forms.SubmitForm) -> bool:
    told = form.cleaned_data
    return _tried(
        form,
        actions.submit_to_lab,
        request=found,
        lab=form.people[told["lab"]],
        seals=form.seals(),
        submission=form.submission(),
        conveyance=told["conveyance"],
        code=told["code"],
        by=request.user,
    )


def _taken_in(request: StaffRequest, found: Transfer, form: forms.TakeInForm) -> bool:
    told = form.cleaned_data
    given = {
        "transfer": found,
        "seen": form.seen(),
        "code": told["code"],
        "by": request.user,
    }
    if told["verdict"] == "accept":
        number = told["lab_case_no"]
        return _tried(form, actions.accept_submission, lab_case_no=number, **given)
    words = {"reason": told["reason"], "words": told["words"]}
    return _tried(form, actions.reject_submission, **words, **given)


def _tried(form: Any, action: Callable[..., Any], **given: Any) -> bool:
    try:
        action(**given)
    except RuleError as error:
        form.add_error(None, str(error))
        return False
    return True


def _found(request: StaffRequest, code: str) -> Transfer:
    wanted = references.normalise(code)
    return one_or_404(
        queries.submissions(request.user).filter(code=wanted),
        Transfer.objects.filter(code=wanted),
        request,
        Permission.LAB_WORK,
    )


def _require_lab(request: StaffRequest) -> None:
    access.require(request.user, Permission.LAB_WORK, request.membership.centre)
