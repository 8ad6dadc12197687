"""The packs as an application: a faulty pack keeps the server from starting."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from centre.packs import check


def packs_hold(**_given: Any) -> list[CheckMessage]:
    """One error for each fault of a form pack."""
    return [Error(fault, id="packs.E001") for fault in check.faults()]


class PacksConfig(AppConfig):
    """Form definitions."""

    name = "centre.packs"
    label = "packs"

    def ready(self) -> None:
        """Have every command that checks the system check the packs too."""
        register(packs_hold)
