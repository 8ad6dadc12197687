"""What a deployment may choose, read from the environment; nonsense fails loudly."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SQLITE_SAFE_WAL = (3, 51, 3)
"""First SQLite release without the WAL-reset fault (sqlite.org, March 2026)."""


def text(name: str, default: str | None = None) -> str:
    """The variable, or the content of the file that NAME_FILE points to."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name}, or {name}_FILE with a file's path.")
    return value


def with_more(**more: str) -> dict[str, str]:
    """The surroundings of a program started by this one, and some more."""
    return {**os.environ, **more}


def whole(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number within its bounds."""
    value = os.environ.get(name, str(default))
    if not value.isdigit() or not least <= int(value) <= most:
        raise ImproperlyConfigured(
            f"{name} must be a whole number from {least} to {most}."
        )
    return int(value)


def origin(name: str, default: str) -> str:
    """Scheme, host and port the people of the centre type, without a path."""
    value = os.environ.get(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        raise ImproperlyConfigured(
            f"{name} must look like https://centre.example, without a path."
        )
    if parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "localhost"}:
        raise ImproperlyConfigured(
            f"{name} may be plain http only on this machine itself; use https."
        )
    return value


def sqlite_pragmas(version: tuple[int, int, int]) -> tuple[str, ...]:
    """The settings a database of evidence needs (docs/deploy.md, SQLite)."""
    journal = (
        ("journal_mode=WAL", "synchronous=FULL")
        if version >= SQLITE_SAFE_WAL
        else ("journal_mode=TRUNCATE", "synchronous=EXTRA")
    )
    return (
        *journal,
        "mmap_size=0",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        "secure_delete=ON",
        "trusted_schema=OFF",
    )


def database(url: str, version: tuple[int, int, int]) -> dict[str, Any]:
    """Django's description of the database behind a URL."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path), version)
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgresql(url)
    raise ImproperlyConfigured(
        "A database URL starts with sqlite:/// or postgresql://."
    )


def owner(name: str, usual: dict[str, Any]) -> dict[str, Any]:
    """How migrations reach the same database as its owner; empty if nobody is named."""
    url = text(name, "")
    if not url:
        return {}
    described = database(url, SQLITE_SAFE_WAL)
    if described["ENGINE"] != usual["ENGINE"] or (described["NAME"] != usual["NAME"]):
        raise ImproperlyConfigured(
            f"{name} must lead to the same database as the application's own URL, "
            "under another role."
        )
    return {key: described[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}


def is_chosen(name: str) -> bool:
    """Whether something is switched on with "yes"; off if it is not named."""
    value = os.environ.get(name, "no")
    if value not in {"yes", "no"}:
        raise ImproperlyConfigured(f"{name} must be yes or no.")
    return value == "yes"


def _sqlite(path: str, version: tuple[int, int, int]) -> dict[str, Any]:
    pragmas = ";".join(f"PRAGMA {p}" for p in sqlite_pragmas(version))
    return {
        "ENGINE": "centre.ledger.sqlite",
        "NAME": path,
        "TEST": {"NAME": ":memory:"},
        "CONN_MAX_AGE": 300,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": pragmas,
        },
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.query))
    waits = "-c statement_timeout=30s -c lock_timeout=10s"
    idle = "-c idle_in_transaction_session_timeout=60s"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": given.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": f"{waits} {idle} -c synchronous_commit=on", **given},
    }
