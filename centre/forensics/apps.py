"""The examinations as an application: with faulty rules of care no server starts."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, register

from centre.forensics.rules.care import load
from centre.packs.errors import PackError


def care_rules_hold(**_given: Any) -> list[CheckMessage]:
    """An error if the rules of care cannot be read; told if nobody signed them."""
    try:
        pack = load(settings.CARE_RULES)
    except (OSError, PackError) as error:
        return [Error(f"The rules of care cannot be read: {error}", id="care.E001")]
    if pack.is_signed_off or not settings.HTTPS:
        return []
    hint = "docs/packs.md tells how a clinical lead signs them."
    return [
        Info(
            f"Nobody signed the rules of care {pack}: this centre gives no advice.",
            hint=hint,
            id="care.I001",
        )
    ]


class ForensicsConfig(AppConfig):
    """Examinations, injuries, photographs and the papers made of them."""

    name = "centre.forensics"
    label = "forensics"

    def ready(self) -> None:
        """Have every command that checks the system check the rules of care too."""
        register(care_rules_hold)
