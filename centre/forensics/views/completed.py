"""A completed examination: read as it was frozen, and added to."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from centre.core import access
from centre.core.http import StaffRequest
from centre.core.permissions import Permission
from centre.forensics import actions
from centre.forensics.forms import AddendumForm
from centre.forensics.frozen import FrozenExamination
from centre.forensics.models import Examination
from centre.forensics.queries.injuries import regions_of, words_of
from centre.forensics.rules.injuries import SPOKEN_BY
from centre.forensics.views import doors
from centre.packs.answers import lines


def show(request: StaffRequest, examination: Examination) -> HttpResponse:
    """The frozen content in its own version of the form, and what was added."""
    frozen = actions.open_frozen(examination=examination, by=request.user)
    by, case = request.user, examination.case
    page = doors.around(request, examination) | {
        "frozen": frozen,
        "sections": _sections(frozen),
        "injuries": [_injury(details) for details in frozen.injuries],
        "may_add": access.holds(by, Permission.ADDENDUM_ADD, case),
        "may_print": access.holds(by, Permission.REPORT_PRINT, case),
    }
    return render(request, "forensics/completed.html", page)


@require_http_methods(["GET", "POST"])
def addendum(request: StaffRequest, reference: str) -> HttpResponse:
    """Add to a completed examination."""
    found = doors.examination(request, reference, Permission.ADDENDUM_ADD)
    form = AddendumForm(request.POST or None)
    if form.perform(actions.add_addendum, examination=found, by=request.user):
        messages.success(request, "The addendum is kept.")
        return redirect(found)
    page = doors.around(request, found) | {"form": form}
    return render(request, "forensics/addendum.html", page)


def _sections(frozen: FrozenExamination) -> list[dict[str, Any]]:
    said = list(lines(frozen.pack, frozen.answers, frozen.facts))
    sections = []
    for section in frozen.pack.sections:
        rows = [
            {"question": line.label, "answer": line.words}
            for line in said
            if line.section == section.code
        ]
        sections.append({"title": section.title(), "rows": rows})
    return [section for section in sections if section["rows"]]


def _injury(details: Any) -> dict[str, Any]:
    return {
        "number": details["number"],
        "words": words_of(details),
        "regions": regions_of(details),
        "pattern": details.get("pattern", ""),
        "cause": details.get("cause", ""),
        "cause_by": SPOKEN_BY.get(details.get("cause_by", ""), ""),
        "note": details.get("note", ""),
    }
