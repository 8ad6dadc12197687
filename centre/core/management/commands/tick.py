"""What is done by the clock: access notes into the log, and a fresh checkpoint."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError

from centre.core import known_heads, mirrors, outside
from centre.core.actions.keys import finish_shredding
from centre.core.actions.upkeep import tick
from centre.core.commands import WritingCommand
from centre.core.errors import RuleError
from centre.core.models import Centre
from centre.ledger.errors import LedgerError


class Command(WritingCommand):
    """Run it every minute; each run does what is due and ends."""

    help = "Put waiting access notes into the access log and make checkpoints."

    def handle(self, *args: Any, **options: Any) -> None:
        """Every centre in turn."""
        outside.ask_signer()
        try:
            known_heads.refuse_while_behind()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        finish_shredding()
        for centre in Centre.objects.order_by("code"):
            self._tick(centre)
        known_heads.keep()
        try:
            mirrors.keep()
        except (LedgerError, OSError) as error:
            raise CommandError(f"The mirror was not kept: {error}") from error

    def _tick(self, centre: Centre) -> None:
        try:
            tick(centre)
        except RuleError as error:
            raise CommandError(str(error)) from error
