"""Three cards of the root key: make them, prove them, or bring the key back."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from centre.core.actions.keys import drill_shares, make_shares
from centre.core.commands import refuse_wrong_keys
from centre.vault import shares
from centre.vault.errors import RootKeyError, VaultError


class Command(BaseCommand):
    """Cards are shown once and stored nowhere."""

    help = "Make, prove or use the recovery shares of the root key (any 2 of 3)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """What is done, and where a key goes."""
        parser.add_argument("what", choices=["make", "check", "restore"])
        parser.add_argument("--to", type=Path, help="a new key file, for restore")
        parser.add_argument("--cards", type=Path, help="file with one card in a line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one of the three."""
        if options["what"] != "restore":
            refuse_wrong_keys()
        try:
            if options["what"] == "make":
                self._make()
            elif options["what"] == "check":
                drill_shares(given=_cards(options["cards"]))
                self.stdout.write("These two cards open this store.")
            else:
                self._restore(options["to"], _cards(options["cards"]))
        except (RootKeyError, VaultError) as error:
            raise CommandError(str(error)) from error

    def _make(self) -> None:
        for number, card in enumerate(make_shares(), 1):
            self.stdout.write(f"Card {number} of {shares.SHARES}:\n{card}\n")
        self.stdout.write(
            "Write each on paper and give it to another officer. Any two bring the "
            "root key back; one alone tells nothing. Nothing is kept here."
        )

    def _restore(self, path: Path | None, given: list[str]) -> None:
        if path is None:
            raise CommandError("Say with --to where the key file is to be written.")
        made = shares.restore(given, path)
        self.stdout.write(f"Written: the root key with the id {made}.")


def _cards(path: Path | None) -> list[str]:
    if path is not None:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if line.strip()]
    numbers = range(1, shares.NEEDED + 1)
    return [getpass.getpass(f"Words of card {number}: ") for number in numbers]
