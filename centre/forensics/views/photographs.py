"""Photographs of an examination: listed without pictures, opened one by one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from centre.core import access
from centre.core.http import StaffRequest, within_or_404
from centre.core.middleware import require_step_up
from centre.core.permissions import Permission
from centre.forensics import actions
from centre.forensics.forms import PhotographForm
from centre.forensics.models import Photograph
from centre.forensics.queries.lists import photograph_lines
from centre.forensics.views import doors


@require_http_methods(["GET", "POST"])
def photographs(request: StaffRequest, reference: str) -> HttpResponse:
    """The photographs in their order, and taking in another."""
    found = doors.examination(request, reference, Permission.PHOTO_OPEN)
    form = PhotographForm(request.POST or None, request.FILES or None)
    if form.perform(actions.add_photograph, examination=found, by=request.user):
        messages.success(request, f"Photograph {form.result.number} is kept.")
        return redirect("photographs", found.reference)
    opened = actions.open_examination(examination=found, by=request.user)
    page = doors.around(request, found) | {
        "form": form,
        "rows": photograph_lines(found),
        "may_add": not opened.is_complete
        and access.holds(request.user, Permission.PHOTO_ADD, found.case),
    }
    return render(request, "forensics/photographs.html", page)


@require_http_methods(["GET"])
def photograph(request: StaffRequest, reference: str, number: int) -> HttpResponse:
    """The copy for the screen; private areas need a fresh second factor."""
    found = _photograph(request, reference, number)
    if found.is_intimate:
        require_step_up(request)
    content = actions.open_photograph(photograph=found, by=request.user)
    return _answer(content, "image/jpeg", f'inline; filename="{number}.jpg"')


@require_http_methods(["GET"])
def original(request: StaffRequest, reference: str, number: int) -> HttpResponse:
    """The untouched original, only to be saved, never to be shown."""
    found = _photograph(request, reference, number)
    require_step_up(request)
    content = actions.open_original(photograph=found, by=request.user)
    kept = f'attachment; filename="{number}.bin"'
    return _answer(content, "application/octet-stream", kept)


def _photograph(request: StaffRequest, reference: str, number: int) -> Photograph:
    return within_or_404(
        Photograph.objects.select_related("case__centre"),
        request,
        Permission.PHOTO_OPEN,
        examination__reference=reference,
        number=number,
    )


def _answer(content: bytes, kind: str, disposition: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = disposition
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
