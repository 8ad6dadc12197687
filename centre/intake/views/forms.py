"""Triage and intake, section by section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from centre.core import clock, drafts
from centre.core.errors import RuleError
from centre.core.http import StaffRequest, within_or_404
from centre.core.models import Case, Draft
from centre.core.permissions import Permission
from centre.intake import queries
from centre.intake.actions import forms as actions
from centre.intake.rules.forms import PACK_OF, TITLES, Form
from centre.packs import answers as pack_answers
from centre.packs.model import Pack, Section
from centre.packs.read import load
from centre.packs.render import section_form


@dataclass(frozen=True)
class Open:
    """One short form of one case, opened."""

    case: Case
    form: Form
    pack: Pack
    kept: dict[str, Draft]
    answers: dict[str, Any]
    facts: dict[str, Any]

    @property
    def sections(self) -> list[Section]:
        """The sections asked, in order."""
        return [
            s
            for s in self.pack.sections
            if pack_answers.asked(s, self.answers, self.facts)
        ]

    def href(self, section: Section) -> str:
        """The page of a section."""
        names = [self.case.reference, str(self.form), section.code]
        return reverse("intake_section", args=names)


@require_http_methods(["GET"])
def begin(request: StaffRequest, reference: str, form: str) -> HttpResponse:
    """Go to the first section that still lacks something."""
    opened = _open(request, reference, form)
    for section in opened.sections:
        if _open_count(opened, section):
            return redirect(opened.href(section))
    return redirect("intake_review", reference, form)


@require_http_methods(["GET", "POST"])
def section(
    request: StaffRequest, reference: str, form: str, section: str
) -> HttpResponse:
    """One section: kept by the page while it is typed, or by its button."""
    opened = _open(request, reference, form)
    here = next((s for s in opened.sections if s.code == section), None)
    if here is None:
        raise Http404
    page = _form(request, opened, here)
    if request.method != "POST":
        return _page(request, opened, here, page)
    return _keep(request, opened, here, page)


@require_http_methods(["GET", "POST"])
def review(request: StaffRequest, reference: str, form: str) -> HttpResponse:
    """What still lacks a value or a reason; then finish."""
    opened = _open(request, reference, form)
    error = ""
    if request.method == "POST":
        try:
            actions.complete_form(case=opened.case, form=opened.form, by=request.user)
        except RuleError as stopped:
            error = str(stopped)
        else:
            messages.success(request, f"{TITLES[opened.form]} is finished.")
            return redirect(opened.case)
    page = {
        "case": opened.case,
        "title": TITLES[opened.form],
        "sections": _tasks(opened),
        "lacking": _lacking(opened),
        "error": error,
        "hours": queries.hours(opened.case, clock.now()),
    }
    return render(request, "intake/review.html", page)


def _open(request: StaffRequest, reference: str, name: str) -> Open:
    if name not in set(Form):
        raise Http404
    permission = (
        Permission.TRIAGE_OPEN if name == Form.TRIAGE else Permission.INTAKE_OPEN
    )
    case = within_or_404(
        Case.objects.select_related("centre"),
        request,
        permission,
        path="pk",
        reference=reference,
    )
    form = Form(name)
    kept = actions.open_form(case=case, form=form, by=request.user)
    answers = drafts.answers_of(kept)
    facts = {**actions.facts_of(case), "now": clock.now().isoformat()}
    return Open(case, form, load(PACK_OF[form]), kept, answers, facts)


def _form(request: StaffRequest, opened: Open, here: Section) -> Any:
    data = request.POST if request.method == "POST" else None
    return section_form(
        opened.pack, here, data=data, answers=opened.answers, facts=opened.facts
    )


def _keep(
    request: StaffRequest, opened: Open, here: Section, page: Any
) -> HttpResponse:
    page.is_valid()
    by_page = request.headers.get("X-Kept-By") == "page"
    try:
        draft = actions.keep_section(
            case=opened.case,
            form=opened.form,
            section=here.code,
            content={"answers": page.answers},
            revision=_seen(request),
            by=request.user,
        )
    except drafts.ConflictError as conflict:
        return _conflict(request, opened, here, page, conflict, by_page=by_page)
    if by_page:
        return _kept_by_page(draft, page)
    if page.errors:
        return _page(request, opened, here, page, revision=draft.revision)
    return redirect(_next(opened, here))


def _kept_by_page(draft: Draft, page: Any) -> JsonResponse:
    answer = {
        "kept": clock.local(draft.kept_at, draft.case.centre.timezone).strftime("%T"),
        "version": draft.revision,
    }
    if page.errors:
        answer["sentence"] = "Kept, but one answer cannot be read yet."
    return JsonResponse(answer)


def _conflict(
    request: StaffRequest,
    opened: Open,
    here: Section,
    page: Any,
    conflict: drafts.ConflictError,
    *,
    by_page: bool,
) -> HttpResponse:
    if by_page:
        return JsonResponse({"sentence": str(conflict)}, status=409)
    theirs = section_form(
        opened.pack,
        here,
        data=None,
        answers={**opened.answers, **conflict.theirs.content.get("answers", {})},
        facts=opened.facts,
    )
    context = {
        "case": opened.case,
        "title": TITLES[opened.form],
        "form": page,
        "theirs": theirs,
        "who": conflict.theirs.kept_by.name,
        "version": conflict.theirs.revision,
        "sentence": str(conflict),
    }
    return render(request, "intake/conflict.html", context, status=409)


def _page(
    request: StaffRequest,
    opened: Open,
    here: Section,
    page: Any,
    *,
    revision: int | None = None,
) -> HttpResponse:
    kept = opened.kept.get(here.code)
    context = {
        "case": opened.case,
        "title": TITLES[opened.form],
        "section": here,
        "form": page,
        "sections": _tasks(opened),
        "here": opened.href(here),
        "version": revision if revision is not None else (kept.revision if kept else 0),
        "open_count": _open_count(opened, here),
        "hours": queries.hours(opened.case, clock.now()),
    }
    return render(request, "intake/section.html", context)


def _tasks(opened: Open) -> list[dict[str, str]]:
    tasks = []
    for part in opened.sections:
        lacking = _open_count(opened, part)
        state = "done" if not lacking else "open"
        word = "Complete" if not lacking else f"{lacking} open"
        if part.code not in opened.kept:
            state, word = "waiting", "Not begun"
        tasks.append(
            {"title": part.title(), "href": opened.href(part),
             "state": state, "word": word}
        )  # fmt: skip
    return tasks


def _lacking(opened: Open) -> list[dict[str, str]]:
    lacking = pack_answers.open_questions(opened.pack, opened.answers, opened.facts)
    parts = {s.code: s for s in opened.sections}
    return [
        {
            "title": q.label(),
            "href": f"{opened.href(parts[q.section])}#id_{q.code}_field",
        }
        for q in lacking
        if q.section in parts
    ]


def _open_count(opened: Open, part: Section) -> int:
    return len(pack_answers.open_questions(part, opened.answers, opened.facts))


def _next(opened: Open, here: Section) -> str:
    codes = [s.code for s in opened.sections]
    after = codes.index(here.code) + 1
    if after < len(codes):
        return opened.href(opened.sections[after])
    return reverse("intake_review", args=[opened.case.reference, str(opened.form)])


def _seen(request: StaffRequest) -> int:
    version = request.POST.get("version", "0")
    return int(version) if version.isdigit() and len(version) < 9 else 0
