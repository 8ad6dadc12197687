"""Make a backup while people work, sealed for somebody who is not here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError, CommandParser

from centre.core.backup.making import KEEP, make_backup
from centre.core.commands import WritingCommand
from centre.core.errors import RuleError
from centre.vault.errors import VaultError


class Command(WritingCommand):
    """Exit 0 if all is backed up; 1 with a sentence if not, or if a file is missing."""

    help = "Back up records, files and keys, sealed for the holders of offline keys."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and how many are kept."""
        parser.add_argument("--out", default=settings.BACKUP_OUT, help="for the data")
        parser.add_argument(
            "--keys-out", default=settings.BACKUP_KEYS_OUT, help="for the key store"
        )
        parser.add_argument("--keep", type=int, default=KEEP, help="generations kept")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and tell where it lies."""
        if not options["out"]:
            raise CommandError("Say where to with --out, or set CENTRE_BACKUP_OUT.")
        if options["keep"] < 1:
            raise CommandError("--keep is at least 1.")
        out = Path(options["out"])
        keys_out = Path(options["keys_out"] or f"{out}-keys")
        try:
            made = make_backup(
                out,
                keys_out,
                recipients=settings.BACKUP_RECIPIENTS,
                keep=options["keep"],
                tell=self.stdout.write,
            )
        except (RuleError, VaultError, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                f"Nothing was backed up: {error.strerror}. Make room or give this "
                "account the right to write there, then run this again."
            ) from error
        self.stdout.write(f"Backed up: {made.data.path}\nThe keys: {made.keys.path}")
        if made.missing:
            raise CommandError(
                f"{len(made.missing)} files that rows name are missing here. The "
                "backup was made without them; run 'manage.py verify'."
            )
