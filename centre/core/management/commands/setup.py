"""Make what a centre needs before its first start: folders, keys, secret."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from centre.vault.root import create_root_key

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
                words = _passphrase() if options["passphrase"] else None
                create_root_key(settings.VAULT_ROOT_KEY_FILE, passphrase=words)
                self.stdout.write("A root key was made. Keep a copy away from here.")
            _make_secret(settings.KEY_DIR / "secret.key")
        except PermissionError as error:
            raise CommandError(
                "There is no permission to write where CENTRE_HOME points to. "
                "Choose another folder, or give this account the right to write there."
            ) from error


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
