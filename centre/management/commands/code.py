"""A fresh one-time code of one of the demo's people."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from centre.demo.cast import code_now, passwords


class Command(BaseCommand):
    """Only for people of the demo; for anybody else there is no such command."""

    help = "Print the one-time code of this moment for a person of the demo."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose code."""
        parser.add_argument("name", help="sign-in name, such as nadia")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print six digits."""
        if options["name"] not in passwords():
            raise CommandError("Nobody of the demo has this sign-in name.")
        self.stdout.write(code_now(options["name"]))
