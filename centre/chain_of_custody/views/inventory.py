"""Inventory: begin at a place, scan, see how far it is, close, read the differences."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from centre.chain_of_custody.actions import inventory as actions
from centre.chain_of_custody.forms.inventory import (
    BeginInventoryForm,
    CloseInventoryForm,
    ScanForm,
)
from centre.chain_of_custody.models import Inventory
from centre.chain_of_custody.queries import inventory as queries
from centre.chain_of_custody.views import doors
from centre.core import access
from centre.core.http import StaffRequest
from centre.core.permissions import Permission

PAGE: Final = 50


@require_http_methods(["GET", "POST"])
def inventories(request: StaffRequest) -> HttpResponse:
    """Inventories of this store, and beginning one."""
    centre = doors.centre(request, Permission.INVENTORY_TAKE)
    form = BeginInventoryForm(request.POST or None, centre=centre)
    if form.perform(actions.begin_inventory, by=request.user):
        return redirect("inventory", form.result.pk)
    rows = Paginator(queries.of_centre(centre), PAGE)
    found = rows.get_page(request.GET.get("page"))
    page = {"form": form, "inventories": found}
    return render(request, "chain_of_custody/inventories.html", page)


@require_http_methods(["GET", "POST"])
def inventory(request: StaffRequest, key: UUID) -> HttpResponse:
    """One inventory: scanning while it is open, its differences once it is closed."""
    found = _found(request, key)
    if actions.is_closed(found) and request.method == "GET":
        return _result(request, found)
    form = ScanForm(request.POST or None)
    if form.perform(actions.keep_scans, inventory=found, by=request.user):
        messages.success(request, "The scans are kept.")
        return redirect("inventory", found.pk)
    told = queries.progress(found)
    missing = Paginator(told.missing, PAGE)
    page = {
        "inventory": found,
        "form": form,
        "told": told,
        "missing": missing.get_page(request.GET.get("page")),
    }
    return render(request, "chain_of_custody/inventory.html", page)


@require_POST
def close(request: StaffRequest, key: UUID) -> HttpResponse:
    """Hold what was scanned against the record."""
    found = _found(request, key)
    form = CloseInventoryForm(request.POST)
    if form.perform(actions.close_inventory, inventory=found, by=request.user):
        messages.success(request, "The inventory is closed.")
    for error in form.non_field_errors():
        messages.error(request, str(error))
    return redirect("inventory", found.pk)


def _result(request: StaffRequest, found: Inventory) -> HttpResponse:
    rows = Paginator(queries.differences(found.centre, found.end), PAGE)
    page = {
        "inventory": found,
        "end": found.end,
        "events": rows.get_page(request.GET.get("page")),
        "may_view": access.holds(request.user, Permission.ITEM_VIEW, found.centre),
    }
    return render(request, "chain_of_custody/inventory_result.html", page)


def _found(request: StaffRequest, key: UUID) -> Inventory:
    centres = access.centres(request.user, Permission.INVENTORY_TAKE)
    rows = Inventory.objects.filter(centre__in=centres).select_related("centre")
    found = rows.select_related("centre", "place", "begun_by").filter(pk=key).first()
    if found is None:
        raise Http404
    return found
