"""Before the first request: wrong keys or unsafe databases are not served."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from centre.core.checks import wrong_settings
from centre.core.known_heads import refuse_while_behind
from centre.core.outside import ask_signer, ask_witnesses
from centre.vault.keys import check_keys


def refuse_unsafe_start() -> None:
    """Stop unless keys and settings are right and no log is behind what is known."""
    check_keys(may_be_empty=False)
    for alias in connections:
        for _, name, found, wanted in wrong_settings(alias):
            raise ImproperlyConfigured(
                f"The database '{alias}' runs with {name} = {found}; it must be "
                f"{wanted}. Nothing is served."
            )
    ask_signer()
    ask_witnesses()
    refuse_while_behind()
    connections.close_all()
