"""Replace keys while the centre works; run it again if it was cut off."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from centre.core.actions.keys import note_rotation
from centre.core.commands import WritingCommand
from centre.core.models import Centre
from centre.vault import rotation
from centre.vault.errors import VaultError
from centre.vault.keys import SYSTEM_SCOPE


class Command(WritingCommand):
    """Root, centres, cases: each on its own, each counted."""

    help = "Replace the root key, the keys of the centres, or those of the cases."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which keys."""
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--root", action="store_true")
        which.add_argument("--centres", action="store_true")
        which.add_argument("--cases", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replace, count, and write it down."""
        try:
            if options["root"]:
                self._done("root", rotation.rotate_root())
            elif options["centres"]:
                self._centres()
            else:
                self._cases()
        except VaultError as error:
            raise CommandError(str(error)) from error

    def _centres(self) -> None:
        count = rotation.rotate_centre(SYSTEM_SCOPE)
        for centre in Centre.objects.order_by("code"):
            count += rotation.rotate_centre(centre.pk, self._tell)
        self._done("centres", count)

    def _cases(self) -> None:
        count = rotation.rotate_cases(self._tell)
        found = rotation.staying()
        self._done("cases", count)
        self.stdout.write(
            f"{found.older} older generations stay: what was written once stands "
            "under them and is never written anew."
        )

    def _tell(self, count: int) -> None:
        self.stderr.write(f"\r{count} keys", ending="")

    def _done(self, what: str, count: int) -> None:
        note_rotation(what=what, count=count)
        self.stdout.write(f"{count} keys were wrapped anew.")
