"""Give the application's and the auditor's role their rights on PostgreSQL again."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from centre.ledger import roles


class Command(BaseCommand):
    """What `migrate` does at its end, by itself; it can be repeated."""

    help = "Grant the roles of both databases what they need, and nothing else."

    def handle(self, *args: Any, **options: Any) -> None:
        """Each database whose owner is named."""
        named = {a: o for a, o in settings.DATABASE_OWNERS.items() if o}
        if not named:
            raise CommandError(
                "Nobody is named who could grant. Set MIGRATE_URL and KEYS_MIGRATE_URL "
                "to the URLs of the owner (PostgreSQL only)."
            )
        for alias, owner in named.items():
            app = connections[alias].settings_dict["USER"]
            with roles.as_owner(connections[alias], owner):
                roles.grant(connections[alias], app=app, audit=settings.AUDIT_ROLE)
            self.stdout.write(f"{alias}: {app} has its rights.")
