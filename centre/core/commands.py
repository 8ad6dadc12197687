"""What every command that writes shares: nothing is written under a wrong key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from centre.vault.errors import RootKeyError
from centre.vault.keys import check_keys, check_root_key, has_begun


class WritingCommand(BaseCommand):
    """Before anything else the keys are tried; a wrong one is told in a sentence."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Stop here unless every key opens."""
        refuse_wrong_keys()
        return super().execute(*args, **options)


def refuse_wrong_keys() -> None:
    """Stop unless the root key, the system's and every centre's open, or none is."""
    try:
        check_keys()
    except RootKeyError as error:
        raise CommandError(str(error)) from error


def refuse_wrong_root_key(*, returncode: int) -> None:
    """Stop unless the root key opens the store; what else is wrong, a check tells."""
    try:
        if has_begun():
            check_root_key()
    except RootKeyError as error:
        raise CommandError(str(error), returncode=returncode) from error
