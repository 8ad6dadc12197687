"""Make what a centre needs before its first start: folders, keys, secret."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from centre.vault.errors import RootKeyError
from centre.vault.keys import has_begun
from centre.vault.root import create_root_key
from centre.vault.routers import KEYS

OWNER_ONLY = 0o700


class Command(BaseCommand):
    """Safe to run again: what is there stays."""

    help = "Make the folders and keys of this centre. What is there stays."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether the root key is made from a passphrase."""
        parser.add_argument(
            "--passphrase",
            action="store_true",
            help="make the root key from the passphrase in CENTRE_PASSPHRASE_AT",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make folders, the root key and the secret, each only once."""
        try:
            for folder in (
                settings.CENTRE_HOME,
                settings.KEY_DIR,
                settings.VAULT_BLOBS,
            ):
                Path(folder).mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY)
            if not settings.VAULT_ROOT_KEY_FILE.exists():
                _refuse_second_root_key()
                words = _passphrase() if options["passphrase"] else None
                create_root_key(settings.VAULT_ROOT_KEY_FILE, passphrase=words)
                self.stdout.write("A root key was made. Keep a copy away from here.")
            _make_secret(settings.KEY_DIR / "secret.key")
        except PermissionError as error:
            raise CommandError(
                "There is no permission to write where CENTRE_HOME points to. "
                "Choose another folder, or give this account the right to write there."
            ) from error


def _refuse_second_root_key() -> None:
    """Another root key would open nothing of a key store that is here already."""
    name = str(connections[KEYS].settings_dict["NAME"])
    is_path = connections[KEYS].vendor == "sqlite" and not name.startswith("file:")
    if is_path and not Path(name).exists():  # SQLite would make it by being asked
        return
    try:
        begun = has_begun()
    except RootKeyError:  # there are no tables yet
        return
    if begun:
        raise CommandError(
            "There is a key store here, but its root key is not. Put the key file back "
            "from its copy, or bring it back with two recovery cards (manage.py "
            "recovery_shares restore). Another key would open nothing."
        )


def _passphrase() -> str:
    path = settings.VAULT_PASSPHRASE_FILE
    if path is None:
        raise CommandError("Set CENTRE_PASSPHRASE_AT to the file with the passphrase.")
    return str(path.read_text(encoding="utf-8").strip())


def _make_secret(path: Path) -> None:
    if path.exists():
        return
    path.touch(mode=0o600)
    path.write_text(secrets.token_urlsafe(64), encoding="utf-8")
