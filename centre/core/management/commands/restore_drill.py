"""Prove a backup by restoring it elsewhere; nothing of the trial stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from centre.core.backup import manifest
from centre.core.backup.drill import drill
from centre.core.commands import WritingCommand
from centre.core.errors import RuleError
from centre.core.management.commands.restore import keys_beside
from centre.vault.errors import VaultError


class Command(WritingCommand):
    """Exit 0 if the backup restores whole and sound; else 1 and each fault."""

    help = "Restore a backup into a scratch folder, prove it, time it, clear it away."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which one; if none is named, the newest."""
        parser.add_argument("manifest", type=Path, nargs="?", help="of the data")
        parser.add_argument("--identity", type=Path, required=True, help="age key file")
        parser.add_argument("--keys", type=Path, help="manifest of the key store")

    def handle(self, *args: Any, **options: Any) -> None:
        """Drill and tell."""
        try:
            data = _data(options["manifest"])
            keys = manifest.read(options["keys"] or keys_beside(data))
            self.stdout.write(f"Restoring the backup of {data.made_at} for trial")
            done = drill(data, keys, identity=options["identity"])
        except (RuleError, VaultError) as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(
                "No scratch database could be made. Give the database account the "
                "right to create databases, or run the drill on another machine."
            ) from error
        for fault in done.faults:
            self.stderr.write(self.style.ERROR(fault))
        if done.faults:
            raise CommandError("This backup does not restore as it should.")
        self.stdout.write(f"Restored and sound in {done.seconds:.1f} s.")


def _data(named: Path | None) -> manifest.Manifest:
    if named:
        return manifest.read(named)
    kept = (
        manifest.generations(Path(settings.BACKUP_OUT)) if settings.BACKUP_OUT else []
    )
    if not kept:
        raise RuleError("Name the manifest of a backup, or set CENTRE_BACKUP_OUT.")
    return kept[-1]
