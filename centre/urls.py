"""Every address of the centre."""

from importlib import import_module

from django.http import HttpResponse
from django.urls import include, path

handler404 = "centre.core.middleware.not_found"


def _early(request, **kwargs):
    return HttpResponse("")


try:
    from centre import pages
except ImportError:
    pages = None

urlpatterns = [
    path("", pages.home if pages else _early, name="home"),
    path("search/", pages.search if pages else _early, name="search"),
    path("cases/<str:reference>/", pages.case if pages else _early, name="case"),
    path("cases/<str:reference>/join/", pages.join if pages else _early, name="join"),
    path("", include("centre.core.urls")),
    path("intake/", include("centre.intake.urls")),
]
for prefix, room in (
    ("custody/", "chain_of_custody"),
    ("forensics/", "forensics"),
    ("support/", "support"),
    ("agencies/", "agencies"),
):
    try:
        import_module(f"centre.{room}.urls")
    except ImportError:
        continue
    urlpatterns.append(path(prefix, include(f"centre.{room}.urls")))
