"""`manage.py rebuild_whereabouts`: make the lists of the store anew from events."""

from __future__ import annotations

from typing import Any

from centre.chain_of_custody.actions.whereabouts import rebuild_all
from centre.core.commands import WritingCommand


class Command(WritingCommand):
    """Once after an update that brings the lists, or when `verify` finds them wrong."""

    help = "Make the rows that tell where things are anew from the events."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild and say how many."""
        self.stdout.write(f"{rebuild_all()} rows made from the events.")
