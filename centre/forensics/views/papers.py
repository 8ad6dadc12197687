"""Papers of a completed examination: the official form, and the report."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from centre.core.consent import CENTRE
from centre.core.http import StaffRequest
from centre.core.permissions import Permission
from centre.forensics import actions, documents
from centre.forensics.actions.papers import Issued, Paper, issue_document
from centre.forensics.views import doors


@require_http_methods(["POST"])
def form(request: StaffRequest, reference: str) -> HttpResponse:
    """The official form of the examination's own pack, box by box."""
    return _printed(request, reference, Paper.FORM, documents.official_form)


@require_http_methods(["POST"])
def report(request: StaffRequest, reference: str) -> HttpResponse:
    """The medico-legal report."""
    return _printed(request, reference, Paper.REPORT, documents.report)


def _printed(
    request: StaffRequest,
    reference: str,
    paper: Paper,
    make: Callable[[Issued], bytes],
) -> HttpResponse:
    """Issue and draw in one step: what cannot be drawn was not issued either."""
    found = doors.examination(request, reference, Permission.REPORT_PRINT)
    with transaction.atomic():
        frozen = actions.frozen_examination(examination=found, by=request.user)
        issued = issue_document(
            frozen=frozen,
            paper=paper,
            recipient=request.POST.get("recipient", "").strip() or CENTRE,
            by=request.user,
        )
        content = make(issued)
    name = f"{paper.value.replace('_', '-')}-{found.reference}.pdf"
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )
