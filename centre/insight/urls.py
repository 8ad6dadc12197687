"""Addresses of the figures."""

from django.urls import path

from centre.insight import views

urlpatterns = [
    path("", views.figures, name="figures"),
    path("own/<int:year>/", views.own_figures, name="own_figures"),
    path("<int:year>/", views.year_figures, name="year_figures"),
    path("<int:year>/take/", views.take_out_figures, name="take_out_figures"),
]
