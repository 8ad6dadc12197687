"""An examination: begun, filled in section by section, looked over, completed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from centre.core.filling import Filling, section_page
from centre.core.http import StaffRequest, within_or_404
from centre.core.models import Case, Draft
from centre.core.permissions import Permission
from centre.forensics import actions
from centre.forensics.actions import Opened
from centre.forensics.forms import BeginForm, CompleteForm
from centre.forensics.models import Injury
from centre.forensics.queries import injuries
from centre.forensics.queries.documentation import documentation
from centre.forensics.rules.complete import suggested
from centre.forensics.rules.documentation import Look, Point, Room
from centre.forensics.rules.injuries import disagreements, lacking
from centre.forensics.views import completed, doors
from centre.packs.faults import faults as faults_of

MOST_PLACES: Final = 4
"""How many ways to what is missing one line of the index offers."""


@require_http_methods(["GET", "POST"])
def begin(request: StaffRequest, reference: str) -> HttpResponse:
    """Choose the form and begin."""
    case = within_or_404(
        Case.objects.select_related("centre"),
        request,
        Permission.EXAMINATION_BEGIN,
        path="pk",
        reference=reference,
    )
    offered = actions.packs()
    usual = suggested([pack.name for pack in offered], is_child=case.is_child)
    initial = {"pack_name": usual}
    form = BeginForm(request.POST or None, packs=offered, initial=initial)
    if form.perform(actions.begin_examination, case=case, by=request.user):
        return redirect(form.result)
    page = {"case": case, "form": form}
    return render(request, "forensics/begin_examination.html", page)


@require_http_methods(["GET"])
def examination(request: StaffRequest, reference: str) -> HttpResponse:
    """Go on where something is lacking; or read what was completed."""
    found = doors.examination(request, reference, Permission.EXAMINATION_OPEN)
    if found.is_complete:
        return completed.show(request, found)
    opened = actions.open_examination(examination=found, by=request.user)
    return redirect(doors.filling(opened).first_open())


@require_http_methods(["GET", "POST"])
def section(request: StaffRequest, reference: str, section: str) -> HttpResponse:
    """One section: kept by the page while it is typed, or by its button."""
    opened = doors.opened(request, reference, Permission.EXAMINATION_EDIT)
    if opened.is_complete and request.method == "GET":
        return redirect(opened.examination)
    long_form = doors.filling(opened)
    here = long_form.section(section)
    if here is None:
        raise Http404

    def keep(content: Mapping[str, Any], revision: int) -> Draft:
        return actions.keep_section(
            examination=opened.examination,
            section=here.code,
            content=content,
            revision=revision,
            by=request.user,
        )

    return section_page(
        request,
        long_form,
        here,
        keep,
        template="forensics/section.html",
        extra=doors.at_the_side(request, opened),
    )


@require_http_methods(["GET", "POST"])
def review(request: StaffRequest, reference: str) -> HttpResponse:
    """What still lacks a value or a reason; then complete."""
    found = doors.examination(request, reference, Permission.EXAMINATION_COMPLETE)
    form = CompleteForm(request.POST or None)
    if form.perform(actions.complete_examination, examination=found, by=request.user):
        messages.success(request, "The examination is complete.")
        return redirect(found)
    opened = actions.open_examination(examination=found, by=request.user)
    if opened.is_complete:
        return redirect(found)
    page = doors.at_the_side(request, opened) | _what_is_open(opened)
    return render(request, "forensics/review.html", page | {"form": form})


def _what_is_open(opened: Opened) -> dict[str, Any]:
    long_form: Filling = doors.filling(opened)
    found = injuries.current(opened.examination)
    broken = faults_of(opened.pack, opened.answers, opened.facts)
    score = documentation(
        opened.examination, opened.pack, opened.answers, opened.facts, found
    )
    soft = [fault.message for fault in broken if not fault.is_hard]
    return {
        "title": "Examination",
        "sections": long_form.tasks(),
        "lacking": [*long_form.lacking(), *_injuries_lacking(opened, found)],
        "faults": [fault.message for fault in broken if fault.is_hard],
        "warnings": [*soft, *disagreements(opened.answers, injuries=len(found))],
        "score": score,
        "raises": [_raises(opened, long_form, point) for point in score.open_points],
    }


def _raises(opened: Opened, long_form: Filling, point: Point) -> dict[str, Any]:
    """One line of what would raise the index, with the ways to it."""
    places = _places(opened, long_form, point.found)
    return {
        "topic": point.topic,
        "places": places[:MOST_PLACES],
        "more": max(0, len(places) - MOST_PLACES),
    }


def _places(opened: Opened, long_form: Filling, look: Look) -> list[dict[str, str]]:
    by_code, reference = opened.pack.by_code, opened.examination.reference
    asked = [long_form.place(by_code[code]) for code in look.codes]
    injured = [
        {"title": f"Injury {row}", "href": reverse("injury", args=[reference, row])}
        for row in look.injuries
    ]
    room = [_room(opened, look.room)] if look.room else []
    return asked + injured + room


def _room(opened: Opened, room: Room) -> dict[str, str]:
    if room is Room.CONSENT:
        href = reverse("consents", args=[opened.case.reference])
        return {"title": "Consent", "href": href}
    ways = {way["title"]: way for way in doors.ways(opened.examination)}
    return ways[room.words]


def _injuries_lacking(opened: Opened, found: list[Injury]) -> list[dict[str, str]]:
    reference = opened.examination.reference
    return [
        {
            "title": f"Injury {row.number}: {words}",
            "href": reverse("injury", args=[reference, row.number]),
        }
        for row in found
        for words in lacking(row.details)
    ]
