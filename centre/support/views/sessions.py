"""Session notes, supervision, appointments and the caseload."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from centre.core import access, clock
from centre.core.http import StaffRequest, within_or_404
from centre.core.permissions import Permission
from centre.support.actions import appointments as appointment_actions
from centre.support.actions import sessions as actions
from centre.support.forms.sessions import (
    AppointmentForm,
    NoteForm,
    ResultForm,
    SupervisorForm,
)
from centre.support.queries import caseload as caseload_reads
from centre.support.queries import sessions as queries
from centre.support.views.plans import case_or_404

PER_PAGE = 50


@require_http_methods(["GET"])
def caseload(request: StaffRequest) -> HttpResponse:
    """My cases, with what is due in each."""
    centre = request.membership.centre
    if not access.holds(request.user, Permission.SESSION_SUPERVISE, centre):
        raise Http404
    at = clock.now()
    mine = caseload_reads.cases(request.user).order_by("-opened_at")
    page = Paginator(mine, PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "lines": caseload_reads.lines(list(page.object_list), at),
        "now": at,
        "to_supervise": queries.to_supervise(request.user)[:PER_PAGE],
    }
    return render(request, "support/caseload.html", shown)


@require_http_methods(["GET", "POST"])
def note_session(request: StaffRequest, reference: str) -> HttpResponse:
    """Write the note of a session."""
    case = case_or_404(request, Permission.SESSION_NOTE, reference)
    form = NoteForm(request.POST or None)
    if form.perform(actions.note_session, case=case, by=request.user):
        messages.success(request, "The note is kept. It cannot be changed.")
        return redirect(form.result)
    return render(request, "support/note_session.html", {"case": case, "form": form})


@require_http_methods(["GET"])
def session(request: StaffRequest, reference: str) -> HttpResponse:
    """One note, for its author and her supervisor; for anybody else there is none."""
    note = get_object_or_404(queries.notes(request.user), reference=reference)
    actions.open_session(note=note, by=request.user)
    may_see_case = access.holds(request.user, Permission.PLAN_OPEN, note.case)
    page = {"note": note, "case": note.case, "may_see_case": may_see_case}
    return render(request, "support/session.html", page)


@require_http_methods(["GET", "POST"])
def supervisors(request: StaffRequest) -> HttpResponse:
    """Who reads whose notes."""
    centre = request.membership.centre
    if not access.holds(request.user, Permission.SUPERVISOR_NAME, centre):
        raise Http404
    form = SupervisorForm(request.POST or None, counsellors=queries.counsellors(centre))
    if form.perform(actions.name_supervisor, centre=centre, by=request.user):
        messages.success(request, "Named. It counts from now on.")
        return redirect("supervisors")
    page = {"rows": queries.supervision(centre), "form": form}
    return render(request, "support/supervisors.html", page)


@require_http_methods(["GET", "POST"])
def make_appointment(request: StaffRequest, reference: str) -> HttpResponse:
    """Agree a time and place."""
    case = case_or_404(request, Permission.APPOINTMENT_MAKE, reference)
    form = AppointmentForm(request.POST or None)
    made = form.perform(
        appointment_actions.make_appointment, case=case, by=request.user
    )
    if made:
        messages.success(request, "The appointment is made.")
        return redirect(form.result)
    page = {"case": case, "form": form}
    return render(request, "support/make_appointment.html", page)


@require_http_methods(["GET", "POST"])
def appointment(request: StaffRequest, reference: str) -> HttpResponse:
    """One appointment, and whether it was kept."""
    found = within_or_404(
        caseload_reads.appointments(),
        request,
        Permission.PLAN_OPEN,
        reference=reference,
    )
    if request.method == "GET":
        appointment_actions.open_appointment(appointment=found, by=request.user)
    form = ResultForm(request.POST or None)
    noted = form.perform(
        appointment_actions.note_appointment, appointment=found, by=request.user
    )
    if noted:
        messages.success(request, "Noted.")
        return redirect(found)
    page = {
        "appointment": found,
        "case": found.case,
        "form": form,
        "is_past": found.starts_at < clock.now(),
        "result": getattr(found, "result", None),
    }
    return render(request, "support/appointment.html", page)
