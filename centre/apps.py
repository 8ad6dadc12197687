"""The roof as an application, so that its commands are found."""

from django.apps import AppConfig


class CentreConfig(AppConfig):
    """Home, case page, demo and the commands that see every room."""

    name = "centre"
    label = "centre"
