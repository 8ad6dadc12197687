"""What is done by the clock in every room, once the log is known to be whole."""

from __future__ import annotations

from typing import Any

from centre.chain_of_custody.actions import mark_overdue
from centre.core.management.commands import tick
from centre.core.models import Centre


class Command(tick.Command):
    """Run it every minute; each run does what is due and ends."""

    help = "Mark late hand-overs, put access notes into the log, make checkpoints."

    def handle(self, *args: Any, **options: Any) -> None:
        """The ground first: it refuses while a log is behind what is known outside."""
        super().handle(*args, **options)
        for centre in Centre.objects.order_by("code"):
            mark_overdue(centre)
