"""Old kits made visible: upload a list, look at what it would make, sign, label."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from centre.chain_of_custody import documents
from centre.chain_of_custody.actions import backlog as actions
from centre.chain_of_custody.actions import backlog_drafts as drafts
from centre.chain_of_custody.forms.backlog import (
    ScanOfPaperForm,
    TakeOverForm,
    UploadForm,
)
from centre.chain_of_custody.models import Backlog, BacklogDraft, BacklogScan
from centre.chain_of_custody.queries import backlog as queries
from centre.chain_of_custody.rules.backlog_file import COLUMNS, MOST_ROWS, template
from centre.chain_of_custody.rules.scans import media_type
from centre.chain_of_custody.views import doors
from centre.chain_of_custody.views.papers import label_stock_of
from centre.core import access, clock
from centre.core.forms import first_result
from centre.core.http import StaffRequest
from centre.core.permissions import Permission

PAGE: Final = 50


@require_http_methods(["GET", "POST"])
def backlog(request: StaffRequest) -> HttpResponse:
    """What was taken over, and uploading a list of what was not yet."""
    centre = doors.centre(request, Permission.BACKLOG_TAKE_OVER)
    is_sent = request.method == "POST"
    form = UploadForm(*((request.POST, request.FILES) if is_sent else ()))
    if form.perform(drafts.begin_draft, centre=centre, by=request.user):
        return redirect("backlog_draft", form.result.pk)
    lists = Paginator(queries.lists_of(centre), PAGE)
    page = {
        "form": form,
        "drafts": queries.drafts_of(centre, request.user)[:PAGE],
        "lists": lists.get_page(request.GET.get("page")),
        "columns": COLUMNS,
        "kinds": queries.choices(),
        "most": MOST_ROWS,
    }
    return render(request, "chain_of_custody/backlog.html", page)


@require_http_methods(["GET"])
def backlog_template(request: StaffRequest) -> HttpResponse:
    """The file to fill in."""
    doors.centre(request, Permission.BACKLOG_TAKE_OVER)
    return HttpResponse(
        template(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="list-template.csv"'},
    )


@require_http_methods(["GET", "POST"])
def draft(request: StaffRequest, key: UUID) -> HttpResponse:
    """What a list would make and what is refused of it; signing for it."""
    made = first_result(request.POST, request.user)
    if isinstance(made, Backlog):
        return redirect(made)
    found = _draft(request, key)
    form = TakeOverForm(request.POST or None)
    if form.perform(actions.take_over_backlog, draft=found, by=request.user):
        messages.success(request, f"{form.result.rows} things are in the store now.")
        return redirect(form.result)
    return _preview(request, found, form, ScanOfPaperForm())


@require_POST
def add_scan(request: StaffRequest, key: UUID) -> HttpResponse:
    """Add a scan of the old paper to the draft."""
    found = _draft(request, key)
    form = ScanOfPaperForm(request.POST, request.FILES)
    if form.perform(drafts.add_scan, draft=found, by=request.user):
        messages.success(request, "The scan is kept with the list.")
        return redirect("backlog_draft", found.pk)
    return _preview(request, found, TakeOverForm(), form)


@require_POST
def drop(request: StaffRequest, key: UUID) -> HttpResponse:
    """Throw a draft away."""
    drafts.drop_draft(draft=_draft(request, key), by=request.user)
    messages.success(request, "The list is thrown away. Nothing of it was taken over.")
    return redirect("backlog")


@require_http_methods(["GET"])
def backlog_list(request: StaffRequest, number: str) -> HttpResponse:
    """One list that was taken over: each old number with its new code."""
    found = _list(request, number)
    rows = Paginator(queries.numbers_of(found), PAGE)
    centre = found.centre
    page = {
        "list": found,
        "rows": rows.get_page(request.GET.get("page")),
        "scans": found.scans.all(),
        "may_view": access.holds(request.user, Permission.ITEM_VIEW, centre),
    }
    return render(request, "chain_of_custody/backlog_list.html", page)


@require_POST
def labels(request: StaffRequest, number: str) -> HttpResponse:
    """The labels of one page of a list, in its order."""
    found = _list(request, number)
    rows = Paginator(queries.numbers_of(found), PAGE)
    items = [row.item for row in rows.get_page(request.POST.get("page"))]
    made = actions.print_backlog_labels(items=items, by=request.user)
    content = documents.labels(made, label_stock_of(request))
    name = f'inline; filename="labels-{found.number}.pdf"'
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": name},
    )


@require_http_methods(["GET"])
def scan(request: StaffRequest, key: UUID) -> HttpResponse:
    """A scan of the old paper; looking is written down."""
    centres = access.centres(request.user, Permission.BACKLOG_TAKE_OVER)
    rows = BacklogScan.objects.filter(backlog__centre__in=centres)
    found = rows.select_related("backlog__centre").filter(pk=key).first()
    if found is None:
        raise Http404
    content = actions.open_backlog_scan(scan=found, by=request.user)
    name = f'attachment; filename="scan-{found.sha256[:12]}"'
    return HttpResponse(
        content,
        content_type=media_type(content) or "application/octet-stream",
        headers={"Content-Disposition": name},
    )


def _preview(
    request: StaffRequest,
    found: BacklogDraft,
    form: TakeOverForm,
    scan_form: ScanOfPaperForm,
) -> HttpResponse:
    told = queries.preview(found, clock.now())
    faults = Paginator(told.faults, PAGE)
    rows = Paginator(told.olds, PAGE)
    page = {
        "draft": found,
        "told": told,
        "faults": faults.get_page(request.GET.get("page")),
        "rows": rows.get_page(request.GET.get("page")),
        "form": form,
        "scan_form": scan_form,
    }
    return render(request, "chain_of_custody/backlog_draft.html", page)


def _draft(request: StaffRequest, key: UUID) -> BacklogDraft:
    centre = doors.centre(request, Permission.BACKLOG_TAKE_OVER)
    rows = queries.drafts_of(centre, request.user).select_related("centre")
    found = rows.filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _list(request: StaffRequest, number: str) -> Backlog:
    centres = access.centres(request.user, Permission.BACKLOG_TAKE_OVER)
    rows = Backlog.objects.filter(centre__in=centres)
    found = rows.select_related("centre", "taken_over_by").filter(number=number).first()
    if found is None:
        raise Http404
    return found
