"""What must hold before anything is served."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.db import connections

from centre.ledger import roles
from centre.ledger.sqlite import is_held

_SQLITE: Final = {
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "secure_delete": 1,
    "trusted_schema": 0,
}
_POSTGRESQL: Final = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "data_checksums": "on",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
}
"""The last three keep what somebody typed out of the server's own log."""
_LIMITED: Final = "limited to the application's work"
_SYNCHRONOUS: Final = {"truncate": 3, "wal": 2, "memory": None}


@register(Tags.database)
def databases_are_safe(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """The settings evidence needs are in force on the open connection."""
    wrong = [w for alias in databases or () for w in wrong_settings(alias)]
    return [
        Error(
            f"The database '{alias}' runs with {name} = {found}; it must be {wanted}.",
            hint="See docs/deploy.md, the chapter on databases.",
            id="core.E001",
        )
        for alias, name, found, wanted in wrong
    ]


@register(Tags.security, deploy=True)
def the_application_does_not_own_its_tables(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A deployment on PostgreSQL works under a role that cannot undo the guards."""
    if not serves_as_owner():
        return []
    return [
        CheckWarning(
            "CENTRE_ONE_ROLE lets the application serve as the owner of its tables: "
            "whoever takes over the application can rewrite what is written once.",
            hint="See docs/deploy.md, the chapter on databases: three roles.",
            id="core.W001",
        )
    ]


def serves_as_owner() -> bool:
    """Whether the application is allowed to own its tables, and could."""
    return settings.ONE_ROLE and connections["default"].vendor == "postgresql"


def wrong_settings(alias: str) -> list[tuple[str, str, Any, Any]]:
    """Alias, setting, what is found and what is wanted; empty if all is well."""
    connection = connections[alias]
    found = (
        _sqlite_settings(alias)
        if connection.vendor == "sqlite"
        else _postgresql_settings(alias)
    )
    return [(alias, name, was, wanted) for name, was, wanted in found if was != wanted]


def _sqlite_settings(alias: str) -> list[tuple[str, Any, Any]]:
    read = {name: _one(alias, f"PRAGMA {name}") for name in _SQLITE}
    journal = str(_one(alias, "PRAGMA journal_mode"))
    rows = [(name, read[name], wanted) for name, wanted in _SQLITE.items()]
    wanted_sync = _SYNCHRONOUS.get(journal, -1)
    if wanted_sync is not None:
        sync = _one(alias, "PRAGMA synchronous")
        rows.append((f"synchronous (journal_mode {journal})", sync, wanted_sync))
    rows.append(("authorizer", is_held(connections[alias]), True))
    return rows


def _postgresql_settings(alias: str) -> list[tuple[str, Any, Any]]:
    rows = [(n, _one(alias, f"SHOW {n}"), want) for n, want in _POSTGRESQL.items()]
    if not settings.ONE_ROLE:
        found = roles.excess(connections[alias])
        rows.append(("a role that is", ", ".join(found) or _LIMITED, _LIMITED))
    return rows


def _one(alias: str, statement: str) -> Any:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    return row[0] if row else None
