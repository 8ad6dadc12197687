"""What is done once a night: waiting notes into the log, the whole check, tidying."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command

from centre.core.actions.upkeep import tick
from centre.core.commands import WritingCommand
from centre.core.models import Centre


class Command(WritingCommand):
    """Exit as `verify` does; what it found is kept and shown on every page."""

    help = "Sequence waiting notes, sign checkpoints, check all records, then tidy up."

    def handle(self, *args: Any, **options: Any) -> None:
        """The notes of every centre first, so that the check covers them too."""
        for centre in Centre.objects.order_by("code"):
            while tick(centre):
                pass
        call_command("verify", stdout=self.stdout, stderr=self.stderr)
        call_command("sweep_files", stdout=self.stdout)  # reached only if all is sound
