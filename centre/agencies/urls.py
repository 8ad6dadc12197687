"""Addresses of the directory."""

from django.urls import path

from centre.agencies import views

urlpatterns = [
    path("", views.directory, name="directory"),
    path("new/", views.list_agency, name="list_agency"),
    path("<str:reference>/", views.agency, name="agency"),
    path("<str:reference>/describe/", views.describe_agency, name="describe_agency"),
    path("<str:reference>/members/new/", views.add_member, name="add_member"),
    path(
        "<str:reference>/members/<slug:username>/end/",
        views.end_member,
        name="end_member",
    ),
]
