"""Addresses of examinations."""

from django.urls import path

from centre.forensics.views import (
    care,
    completed,
    documentation,
    examinations,
    injuries,
    photographs,
    samples,
)

urlpatterns = [
    path("documentation/", documentation.documentation, name="documentation"),
    path(
        "documentation/<uuid:person>/",
        documentation.documentation_of,
        name="documentation_of",
    ),
    path(
        "cases/<str:reference>/examination/begin/",
        examinations.begin,
        name="begin_examination",
    ),
    path("examinations/<str:reference>/", examinations.examination, name="examination"),
    path(
        "examinations/<str:reference>/sections/<slug:section>/",
        examinations.section,
        name="examination_section",
    ),
    path(
        "examinations/<str:reference>/review/",
        examinations.review,
        name="examination_review",
    ),
    path(
        "examinations/<str:reference>/map/<slug:view>/",
        injuries.body_map,
        name="examination_map",
    ),
    path(
        "examinations/<str:reference>/injuries/<int:number>/",
        injuries.injury,
        name="injury",
    ),
    path(
        "examinations/<str:reference>/injuries/<int:number>/remove/",
        injuries.remove,
        name="remove_injury",
    ),
    path(
        "examinations/<str:reference>/photographs/",
        photographs.photographs,
        name="photographs",
    ),
    path(
        "examinations/<str:reference>/photographs/<int:number>/",
        photographs.photograph,
        name="photograph",
    ),
    path(
        "examinations/<str:reference>/photographs/<int:number>/original/",
        photographs.original,
        name="photograph_original",
    ),
    path("examinations/<str:reference>/samples/", samples.samples, name="samples"),
    path("examinations/<str:reference>/advice/", care.advice, name="advice"),
    path("examinations/<str:reference>/addendum/", completed.addendum, name="addendum"),
]
