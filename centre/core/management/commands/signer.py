"""Sign the centre's own checkpoints apart from the application, as another user."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from centre.core.management.cosigning import CosigningCommand
from centre.ledger import checkpoint
from centre.ledger.signing import Signer
from centre.ledger.witness import LogSigner


class Command(CosigningCommand):
    """It holds the logs' keys; the application that asks holds none of them."""

    help = "Sign checkpoints of the own logs, only if proven to extend the last ones."

    def add_arguments(self, parser: CommandParser) -> None:
        """For which logs a key is made."""
        super().add_arguments(parser)
        parser.add_argument(
            "--log", action="append", default=[], help="with --new-key: a log's origin"
        )

    def role(self, keys: dict[str, Signer], options: dict[str, Any]) -> LogSigner:
        """The signer of every log whose key is in the file."""
        return LogSigner(keys)

    def shown(self, name: str, signer: Signer) -> str:
        """The log's verifier key, as its first entry names it."""
        return checkpoint.vkey(name, signer.public_key)

    def names(self, options: dict[str, Any]) -> list[str]:
        """The logs to make keys for."""
        return list(options["log"])
