"""Addresses of corrections. An event's key is random and tells nothing."""

from django.urls import path

from centre.chain_of_custody.views import corrections

_EVENT = "custody/events/<uuid:event>/"

urlpatterns = [
    path(f"{_EVENT}correct/", corrections.correct, name="correct_event"),
    path(f"{_EVENT}amend/<str:field>/", corrections.amend, name="amend_event"),
    path(f"{_EVENT}void/", corrections.void, name="void_event"),
    path(
        "custody/corrections/<uuid:key>/",
        corrections.carry_out,
        name="carry_out_correction",
    ),
]
