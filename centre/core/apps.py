"""The ground floor as an application."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """People, cases, policy, access, consent."""

    name = "centre.core"

    def ready(self) -> None:
        """Register the checks that keep a wrong set-up from serving."""
        from centre.core import checks  # noqa: F401, PLC0415 - needs loaded apps
