"""Filling in a long form, section by section: what every room that has one shares.

Kept by the page while somebody types, or by the button of the page; two people on one
section see both versions; nothing typed is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render

from centre.core import clock, drafts
from centre.core.errors import RuleError
from centre.core.http import StaffRequest
from centre.core.models import Case, Draft
from centre.packs import answers as pack_answers
from centre.packs.model import Pack, Question, Section
from centre.packs.render import SectionForm, section_form

Keep = Callable[[Mapping[str, Any], int], Draft]
_MOST_DIGITS: Final = 8


@dataclass(frozen=True)
class Filling:
    """One long form of one case, opened by somebody who may."""

    case: Case
    title: str
    pack: Pack
    kept: Mapping[str, Draft]
    facts: Mapping[str, Any]
    address: Callable[[str], str]
    review: str
    answers: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sections(self) -> list[Section]:
        """The sections that ask anything now, in order."""
        return [
            s
            for s in self.pack.sections
            if pack_answers.asked(s, self.answers, self.facts)
        ]

    def section(self, code: str) -> Section | None:
        """The section of this code, if it is asked."""
        return next((s for s in self.sections if s.code == code), None)

    def open_count(self, section: Section) -> int:
        """How many questions of a section lack a value or a reason."""
        return len(pack_answers.open_questions(section, self.answers, self.facts))

    def first_open(self) -> str:
        """The page to begin with: the first section that lacks something."""
        for section in self.sections:
            if self.open_count(section):
                return self.address(section.code)
        return self.review

    def after(self, section: Section) -> str:
        """The page that follows a section."""
        codes = [s.code for s in self.sections]
        place = codes.index(section.code) + 1 if section.code in codes else len(codes)
        return self.address(codes[place]) if place < len(codes) else self.review

    def tasks(self) -> list[dict[str, str]]:
        """The list of sections with their state."""
        return [self._task(section) for section in self.sections]

    def lacking(self) -> list[dict[str, str]]:
        """Every question that still lacks a value or a reason, with its place."""
        return [
            self.place(question)
            for section in self.sections
            for question in pack_answers.open_questions(
                section, self.answers, self.facts
            )
        ]

    def place(self, question: Question) -> dict[str, str]:
        """A question in words, and where it stands."""
        href = f"{self.address(question.section)}#id_{question.code}_field"
        return {"title": question.label(), "href": href}

    def _task(self, section: Section) -> dict[str, str]:
        count = self.open_count(section)
        state, word = ("open", f"{count} open") if count else ("done", "Complete")
        if section.code not in self.kept:
            state, word = "waiting", "Not begun"
        return {
            "title": section.title(),
            "href": self.address(section.code),
            "state": state,
            "word": word,
        }


def section_page(
    request: StaffRequest,
    filling: Filling,
    here: Section,
    keep: Keep,
    *,
    template: str,
    extra: Mapping[str, Any],
) -> HttpResponse:
    """Show a section, or keep what was posted and go on."""
    data = request.POST if request.method == "POST" else None
    form = section_form(
        filling.pack, here, data=data, answers=filling.answers, facts=filling.facts
    )
    page = _Page(request, filling, here, form, template, extra)
    if data is None:
        return page.show()
    form.is_valid()
    try:
        draft = keep({"answers": form.answers}, seen_revision(request))
    except drafts.ConflictError as conflict:
        return page.conflict(conflict)
    except RuleError as error:
        return page.refused(error)
    return page.kept(draft)


@dataclass(frozen=True)
class _Page:
    """One section on its way back to the person."""

    request: StaffRequest
    filling: Filling
    here: Section
    form: SectionForm
    template: str
    extra: Mapping[str, Any]

    @property
    def is_kept_by_page(self) -> bool:
        return self.request.headers.get("X-Kept-By") == "page"

    def show(self, *, revision: int | None = None, status: int = 200) -> HttpResponse:
        draft = self.filling.kept.get(self.here.code)
        seen = draft.revision if draft else 0
        context = {
            "case": self.filling.case,
            "title": self.filling.title,
            "section": self.here,
            "section_title": self.here.title(),
            "section_intro": self.here.intro(),
            "form": self.form,
            "sections": self.filling.tasks(),
            "here": self.filling.address(self.here.code),
            "version": seen if revision is None else revision,
            "open_count": self.filling.open_count(self.here),
            **self.extra,
        }
        return render(self.request, self.template, context, status=status)

    def kept(self, draft: Draft) -> HttpResponse:
        if self.is_kept_by_page:
            return JsonResponse(self._said(draft))
        wants_row = bool(self.form.add_requested)
        if self.form.errors or wants_row or self.form.revealed:
            return self._again(draft)
        told = replace(self.filling, answers=self.form.all_answers)
        return HttpResponseRedirect(told.after(self.here))

    def conflict(self, conflict: drafts.ConflictError) -> HttpResponse:
        if self.is_kept_by_page:
            return JsonResponse({"sentence": str(conflict)}, status=409)
        kept = conflict.theirs.content.get("answers", {})
        theirs = section_form(
            self.filling.pack,
            self.here,
            answers={**self.filling.answers, **kept},
            facts=self.filling.facts,
        )
        context = {
            "case": self.filling.case,
            "title": self.filling.title,
            "form": self.form,
            "theirs": theirs,
            "who": conflict.theirs.kept_by.name,
            "version": conflict.theirs.revision,
            "sentence": str(conflict),
        }
        return render(self.request, "filling/conflict.html", context, status=409)

    def refused(self, error: RuleError) -> HttpResponse:
        if self.is_kept_by_page:
            return JsonResponse({"sentence": f"Not kept: {error}"}, status=422)
        self.form.add_error(None, str(error))
        return self.show(revision=seen_revision(self.request), status=409)

    def _again(self, draft: Draft) -> HttpResponse:
        if self.form.errors:
            return self.show(revision=draft.revision)
        return HttpResponseRedirect(
            f"{self.filling.address(self.here.code)}#{self.form.add_requested}"
        )

    def _said(self, draft: Draft) -> dict[str, Any]:
        zone = self.filling.case.centre.timezone
        answers = {**self.filling.answers, **self.form.answers}
        lacking = pack_answers.open_questions(self.here, answers, self.filling.facts)
        said: dict[str, Any] = {
            "kept": clock.local(draft.kept_at, zone).strftime("%H:%M:%S"),
            "version": draft.revision,
            "open": len(lacking),
        }
        return said


def seen_revision(request: StaffRequest) -> int:
    """The revision of the section that the person had before her."""
    version = request.POST.get("version", "0")
    return int(version) if version.isdigit() and len(version) <= _MOST_DIGITS else 0
