"""How examinations are documented: one examiner at a time, never beside another."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from centre.core import access
from centre.core.http import StaffRequest
from centre.core.models import Centre
from centre.core.permissions import Permission
from centre.forensics import actions
from centre.forensics.queries.documentation import MOST_LOOKED_AT, examiners


@require_http_methods(["GET"])
def documentation(request: StaffRequest) -> HttpResponse:
    """Who examines here; no figure stands beside a name."""
    page = {"people": examiners(_centre(request))}
    return render(request, "forensics/documentation.html", page)


@require_http_methods(["GET"])
def documentation_of(request: StaffRequest, person: UUID) -> HttpResponse:
    """One examiner's year."""
    centre = _centre(request)
    found = next((who for who in examiners(centre) if who.pk == person), None)
    if found is None:
        raise Http404
    seen = actions.open_documentation(person=found, centre=centre, by=request.user)
    page = {
        "person": found,
        "trend": seen,
        "rows": [(month.label, month.percent) for month in seen.months],
        "most": MOST_LOOKED_AT,
    }
    return render(request, "forensics/documentation_of.html", page)


def _centre(request: StaffRequest) -> Centre:
    centre = request.membership.centre
    if not access.holds(request.user, Permission.DOCUMENTATION_VIEW, centre):
        raise Http404
    return centre
