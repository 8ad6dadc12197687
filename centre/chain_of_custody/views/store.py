"""The custodian's pages: what waits, what is in stock, and the places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from centre.chain_of_custody import actions
from centre.chain_of_custody.actions.stock import set_threshold
from centre.chain_of_custody.forms.begin import LocationForm, StockKitForm
from centre.chain_of_custody.forms.stock import ThresholdForm
from centre.chain_of_custody.queries import lists
from centre.chain_of_custody.queries.history import Package
from centre.chain_of_custody.queries.places import spots
from centre.chain_of_custody.views import doors
from centre.core import access, clock
from centre.core.http import StaffRequest
from centre.core.models import Case, Centre
from centre.core.permissions import Permission

PAGE = 50


@require_http_methods(["GET"])
def store(request: StaffRequest) -> HttpResponse:
    """What waits in the store and what lies in it."""
    centre = request.membership.centre
    if not access.holds(request.user, Permission.ITEM_STORE, centre):
        doors.centre(request, Permission.DISCREPANCY_RESOLVE)
    by = request.user
    laid = Paginator(lists.in_store(centre, by), PAGE)
    kept = laid.get_page(request.GET.get("page"))
    page = {
        "awaiting": [_due(w, "store") for w in lists.awaiting_put_away(centre, by)],
        "out": [_due(w, "check_in") for w in lists.checked_out(centre, by)],
        "under_way": lists.under_way(centre, by),
        "questions": lists.open_questions(centre, by),
        "page_of_kept": kept,
        "kept": [lists.waiting(event) for event in kept],
        "in_stock": lists.stock(centre).count(),
        "may_view": access.holds(by, Permission.ITEM_VIEW, centre),
        "may_stock": access.holds(by, Permission.KIT_STOCK, centre),
        "may_open": access.holds(by, Permission.LOCATION_OPEN, centre),
        "may_take_over": access.holds(by, Permission.BACKLOG_TAKE_OVER, centre),
        "may_resolve": access.holds(by, Permission.DISCREPANCY_RESOLVE, centre),
    }
    return render(request, "chain_of_custody/store.html", page)


@require_http_methods(["GET", "POST"])
def stock(request: StaffRequest) -> HttpResponse:
    """Kits in stock, and taking new ones in."""
    centre = doors.centre(request, Permission.KIT_STOCK)
    form = StockKitForm(request.POST or None)
    if form.perform(actions.stock_kit, centre=centre, by=request.user):
        messages.success(request, f"{form.result} is in stock. Print its label.")
        return redirect("stock")
    return _stock(request, centre, form, ThresholdForm())


@require_POST
def threshold(request: StaffRequest) -> HttpResponse:
    """At how many kits new ones are ordered."""
    centre = doors.centre(request, Permission.KIT_STOCK)
    form = ThresholdForm(request.POST)
    if form.perform(set_threshold, centre=centre, by=request.user):
        messages.success(request, "The number is set.")
        return redirect("stock")
    return _stock(request, centre, StockKitForm(), form)


def _stock(
    request: StaffRequest, centre: Centre, form: StockKitForm, rule: ThresholdForm
) -> HttpResponse:
    today = clock.local(clock.now(), centre.timezone).date()
    kits = Paginator(lists.stock(centre), PAGE)
    page = {
        "form": form,
        "rule": rule,
        "levels": lists.stock_levels(centre, today),
        "withdrawn": lists.withdrawn(centre),
        "kits": kits.get_page(request.GET.get("page")),
        "today": today,
    }
    return render(request, "chain_of_custody/stock.html", page)


@require_http_methods(["GET", "POST"])
def places(request: StaffRequest) -> HttpResponse:
    """The places of the store, and opening new ones."""
    centre = doors.centre(request, Permission.LOCATION_OPEN)
    found = spots(centre)
    form = LocationForm(request.POST or None, spots=found)
    if form.perform(actions.open_location, centre=centre, by=request.user):
        messages.success(request, f"{form.result} is open. Print its label.")
        return redirect("places")
    page = {"form": form, "spots": found}
    return render(request, "chain_of_custody/places.html", page)


@dataclass(frozen=True)
class Due:
    """Something that waits, with the way to what is due."""

    package: Package
    case: Case
    since: datetime
    href: str


def _due(waiting: lists.Waiting, word: str) -> Due:
    package = waiting.package
    href = reverse(f"{word}_{package.thing}", args=[package.code])
    return Due(package, waiting.case, waiting.since, href)
