"""Bring both databases up to date in one go: the records and the keys."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from centre.ledger import roles
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
        """As the owner of the tables; afterwards the other roles get their rights.

        It is the one command under which SQLite lets tables be altered.
        """
        alias = options["database"]
        connection, owner = connections[alias], settings.DATABASE_OWNERS[alias]
        app = connection.settings_dict["USER"]
        with altering(connection), roles.as_owner(connection, owner):
            if connection.vendor == "postgresql" and not roles.may_alter(connection):
                raise CommandError(
                    "This role may not make tables. Set MIGRATE_URL and "
                    "KEYS_MIGRATE_URL to the URLs of the owner, for this command only."
                )
            super().handle(*args, **options)
            if owner:
                roles.grant(connection, app=app, audit=settings.AUDIT_ROLE)
