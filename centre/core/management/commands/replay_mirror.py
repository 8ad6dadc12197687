"""After a restore: put entries that only the mirrors hold back into the logs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import connection

from centre.core.actions.replays import replay_mirrors
from centre.core.commands import WritingCommand
from centre.core.errors import RuleError
from centre.core.models import Centre
from centre.ledger.roles import as_owner


class Command(WritingCommand):
    """Run it before the server starts; on PostgreSQL with MIGRATE_URL set."""

    help = "Put lost entries back out of the mirrors, if they verify."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the mirrors lie."""
        parser.add_argument(
            "--folder", type=Path, help="the mirrors' folder; CENTRE_MIRROR if not said"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """One centre after the other, each whole or not at all."""
        if not (options["folder"] or settings.MIRROR):
            raise CommandError("Say with --folder where the mirrors lie.")
        folder = options["folder"] or Path(settings.MIRROR)
        found = []
        try:
            with as_owner(connection, settings.DATABASE_OWNERS["default"]):
                for centre in Centre.objects.order_by("code"):
                    found += replay_mirrors(centre=centre, folder=folder)
        except (RuleError, OSError) as error:
            raise CommandError(str(error)) from error
        for row in found:
            self.stdout.write(row.sentence)
        if not found:
            self.stdout.write("The mirrors hold nothing that the logs do not hold.")
