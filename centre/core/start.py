"""Before the first request: wrong keys or unsafe databases are not served."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from centre.core.checks import wrong_settings
from centre.vault.keys import check_root_key


def refuse_unsafe_start() -> None:
    """Stop unless the root key fits and every database runs with safe settings."""
    check_root_key()
    for alias in connections:
        for _, name, found, wanted in wrong_settings(alias):
            raise ImproperlyConfigured(
                f"The database '{alias}' runs with {name} = {found}; it must be "
                f"{wanted}. Nothing is served."
            )
    connections.close_all()
