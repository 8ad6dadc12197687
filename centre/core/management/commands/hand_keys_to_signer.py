"""Move the logs' keys out of the application, into the key file of the signer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from centre.core.actions.signer import hand_to_signer
from centre.core.commands import WritingCommand
from centre.core.errors import RuleError
from centre.core.management.cosigning import write_keys


class Command(WritingCommand):
    """Run it once, and after a new epoch; then give the file to the signer's user."""

    help = "Hand the logs' keys to the signer that runs apart (CENTRE_SIGNER)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the signer's key file is."""
        parser.add_argument("--to", type=Path, required=True, help="its key file")

    def handle(self, *args: Any, **options: Any) -> None:
        """All logs whose keys are still here."""
        if not settings.SIGNER:
            raise CommandError("Set CENTRE_SIGNER to the signer's address first.")
        path: Path = options["to"]

        def write(seeds: Mapping[str, str]) -> None:
            kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
            write_keys(path, {**kept, **seeds})

        try:
            logs = hand_to_signer(write=write)
        except RuleError as error:
            raise CommandError(str(error)) from error
        for log in logs:
            self.stdout.write(log)
        self.stdout.write(
            "Their keys are in the file alone now. Make it readable for the signer's "
            "user only, keep a copy in the safe, and start the signer."
        )
