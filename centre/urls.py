"""Every address of the centre."""

from django.urls import include, path

from centre import pages

handler404 = "centre.core.middleware.not_found"

urlpatterns = [
    path("", pages.home, name="home"),
    path("search/", pages.search, name="search"),
    path("cases/<str:reference>/", pages.case, name="case"),
    path("", include("centre.core.urls")),
]
