"""Bring both databases up to date in one go: the records and the keys."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from centre.ledger.sqlite import altering

BARE = 2
"""`manage.py migrate` and nothing more."""


class Command(migrate.Command):
    """Django's own command; called bare, it does the key store as well."""

    def run_from_argv(self, argv: list[str]) -> None:
        """From the command line only; a named database or app is done alone."""
        super().run_from_argv(argv)
        if len(argv) == BARE:
            super().run_from_argv([*argv, "--database", "keys"])

    def handle(self, *args: Any, **options: Any) -> None:
        """The one command under which SQLite lets tables be altered."""
        with altering(connections[options["database"]]):
            super().handle(*args, **options)
