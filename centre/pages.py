"""The roof: the work list of each role, the case page, the search by exact code."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from centre.core.http import StaffRequest


@require_http_methods(["GET"])
def home(request: StaffRequest) -> HttpResponse:
    """What is late, due and waiting for this person."""
    return render(request, "home.html", {})


@require_http_methods(["GET"])
def case(request: StaffRequest, reference: str) -> HttpResponse:
    """One case as this role may see it."""
    return render(request, "case.html", {"reference": reference})


@require_http_methods(["POST"])
def search(request: StaffRequest) -> HttpResponse:
    """Find a case, kit or item by its exact code."""
    return redirect("home")
