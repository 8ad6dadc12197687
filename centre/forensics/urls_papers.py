"""Addresses of the papers of an examination."""

from django.urls import path

from centre.forensics.views import papers

urlpatterns = [
    path("examinations/<str:reference>/form/", papers.form, name="print_form"),
    path("examinations/<str:reference>/report/", papers.report, name="print_report"),
]
