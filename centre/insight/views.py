"""Figures for others, as pages."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from centre.core import access, clock
from centre.core.forms import ActionForm
from centre.core.http import StaffRequest
from centre.core.models import Centre
from centre.core.permissions import Permission
from centre.insight import actions, documents, queries, rules
from centre.insight.actions import Form
from centre.insight.models import Return
from centre.insight.suppression import figures_of


class ReturnForm(ActionForm):
    """Which year."""

    year = forms.IntegerField(label="Year", min_value=1, max_value=9999)


@require_http_methods(["GET", "POST"])
def figures(request: StaffRequest) -> HttpResponse:
    """The returns made so far, this year as it would be told, and making one."""
    centre = _centre(request)
    this_year = clock.local(clock.now(), centre.timezone).year
    form = ReturnForm(request.POST or None, initial={"year": this_year - 1})
    if request.method == "POST" and form.perform(
        actions.make_return, centre=centre, by=request.user
    ):
        messages.success(request, f"The {str(form.result).lower()} is made.")
        return redirect("year_figures", year=form.result.year)
    page = {
        "form": form,
        "returns": queries.returns(centre),
        "this_year": this_year,
        "figures": queries.figures(centre, *queries.year_of(centre, this_year)),
        "hidden": documents.WHAT_IS_HIDDEN,
    }
    return render(request, "insight/figures.html", page)


@require_http_methods(["GET"])
def own_figures(request: StaffRequest, year: int) -> HttpResponse:
    """A year and the present in true numbers; they do not leave the centre."""
    centre, at = _centre(request), clock.now()
    this_year = clock.local(at, centre.timezone).year
    if not rules.FIRST <= year <= this_year:
        raise Http404
    page = {
        "year": year,
        "before": year - 1 if year > rules.FIRST else None,
        "after": year + 1 if year < this_year else None,
        "own": queries.own(centre, *queries.year_of(centre, year)),
        "now": queries.now(centre, at) if year == this_year else None,
    }
    return render(request, "insight/own.html", page)


@require_http_methods(["GET"])
def year_figures(request: StaffRequest, year: int) -> HttpResponse:
    """One return."""
    row = get_object_or_404(Return, centre=_centre(request), year=year)
    page = {
        "made": row,
        "figures": figures_of(row.figures),
        "hidden": documents.WHAT_IS_HIDDEN,
    }
    return render(request, "insight/year.html", page)


@require_POST
def take_out_figures(request: StaffRequest, year: int) -> HttpResponse:
    """A return as paper or as a file."""
    row = get_object_or_404(Return, centre=_centre(request), year=year)
    wanted = request.POST.get("as")
    if wanted not in set(Form):
        raise Http404
    told = actions.take_out(row=row, form=Form(wanted), by=request.user)
    made, kind = {
        Form.PAPER: (documents.paper, "application/pdf"),
        Form.FILE: (documents.table, "text/csv; charset=utf-8"),
    }[Form(wanted)]
    name = f'attachment; filename="return-{row.year}.{wanted}"'
    return HttpResponse(
        made(told), content_type=kind, headers={"Content-Disposition": name}
    )


def _centre(request: StaffRequest) -> Centre:
    found = request.membership.centre
    access.require(request.user, Permission.FIGURES_TELL, found)
    return found
