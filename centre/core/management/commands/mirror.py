"""Bring the mirrors of the logs up to date, or hold them against the logs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from centre.core import mirrors
from centre.ledger import mirror
from centre.ledger.binary import text_of
from centre.ledger.errors import LedgerError


class Command(BaseCommand):
    """Exit 0 if mirror and log tell the same; 1 with a sentence if not."""

    help = "Copy new entries into the files of CENTRE_MIRROR, or compare (--check)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to write, to compare, or to read a file from elsewhere."""
        parser.add_argument("--check", action="store_true", help="compare every line")
        parser.add_argument(
            "--head", type=Path, help="tell size and root of the log in this file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one of the three."""
        try:
            if options["head"]:
                size, root = mirror.head_of(options["head"])
                self.stdout.write(f"{size} entries, root {text_of(root)}")
                return
            if not settings.MIRROR:
                raise CommandError("Set CENTRE_MIRROR to a folder on another disk.")
            if options["check"]:
                self._check()
                return
            mirrors.keep()
        except LedgerError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.strerror}: {error.filename}") from error
        self.stdout.write("The mirrors hold all the logs hold.")

    def _check(self) -> None:
        found = list(mirrors.faults())
        for fault in found:
            self.stderr.write(self.style.ERROR(str(fault)))
        if found:
            sys.exit(1)
        self.stdout.write("Mirrors and logs tell the same.")
