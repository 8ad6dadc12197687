"""Restore a backup into an empty home and prove it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from centre.core.backup import manifest
from centre.core.backup.restoring import restore
from centre.core.errors import RuleError
from centre.core.known_heads import lost
from centre.vault.errors import VaultError

MOST = 20


class Command(BaseCommand):
    """Exit 0 if all is back and sound; else 1 and each fault."""

    help = "Restore a backup into an empty CENTRE_HOME and empty databases."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """What, and with which identity."""
        parser.add_argument("manifest", type=Path, help="of the data")
        parser.add_argument("--identity", type=Path, required=True, help="age key file")
        parser.add_argument("--keys", type=Path, help="manifest of the key store")
        parser.add_argument(
            "--signed-by", default="", help="key that must have signed, such as k:…"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore and tell."""
        try:
            data = manifest.read(options["manifest"])
            keys = manifest.read(options["keys"] or keys_beside(data))
            said = restore(
                data,
                keys,
                identity=options["identity"],
                signed_by=options["signed_by"],
                tell=self.stdout.write,
            )
        except (RuleError, VaultError) as error:
            raise CommandError(str(error)) from error
        for fault in said[:MOST]:
            self.stderr.write(self.style.ERROR(fault))
        if said:
            raise CommandError("What was restored is not what was backed up.")
        self.stdout.write(f"Restored as of {data.made_at}. Everything is sound.")
        for found in lost():
            self.stderr.write(self.style.WARNING(str(found)))


def keys_beside(data: manifest.Manifest) -> Path:
    """The manifest of the keys that were backed up together with these data."""
    out = data.folder.parent
    keys_out = Path(settings.BACKUP_KEYS_OUT or f"{out}-keys")
    return keys_out / data.folder.name / manifest.NAME
