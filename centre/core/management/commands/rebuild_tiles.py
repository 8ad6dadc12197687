"""Make the tiles of every log anew from its leaves."""

from __future__ import annotations

from typing import Any

from centre.core.commands import WritingCommand
from centre.ledger import tiles
from centre.ledger.models import Head


class Command(WritingCommand):
    """Run it when `verify` names a tile; the leaves must be sound, it checks them."""

    help = "Make the hashes that proofs are read from anew."

    def handle(self, *args: Any, **options: Any) -> None:
        """Every log, those of earlier epochs too."""
        for log in Head.objects.order_by("log").values_list("log", flat=True):
            self.stdout.write(f"{log}: {tiles.rebuild(log)} tiles")
