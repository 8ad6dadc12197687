"""Witness other people's logs, on a machine and with a key of one's own."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from centre.core.management.cosigning import CosigningCommand
from centre.ledger import checkpoint, cosign
from centre.ledger.errors import LedgerError
from centre.ledger.signing import Signer
from centre.ledger.witness import Cosigner


class Command(CosigningCommand):
    """It needs no database and no secret of the centre it watches."""

    help = "Sign checkpoints of logs that are proven to only grow (C2SP tlog-witness)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose name, which logs."""
        super().add_arguments(parser)
        parser.add_argument(
            "--name", required=True, help="as witness.example/registrar"
        )
        parser.add_argument(
            "--log", action="append", default=[], help="a log's verifier key; repeat it"
        )

    def role(self, keys: dict[str, Signer], options: dict[str, Any]) -> Cosigner:
        """The witness of these logs."""
        try:
            logs = [checkpoint.read_vkey(line) for line in options["log"]]
        except LedgerError as error:
            raise CommandError(str(error)) from error
        if not logs:
            raise CommandError("Name at least one log with --log and its verifier key.")
        if options["name"] not in keys:
            raise CommandError("The key file holds no key of this name.")
        own = keys[options["name"]]
        return Cosigner(options["name"], own, {one.name: str(one) for one in logs})

    def shown(self, name: str, signer: Signer) -> str:
        """The witness's verifier key, for the centre's settings."""
        return str(cosign.key_of(name, signer.public_key))

    def names(self, options: dict[str, Any]) -> list[str]:
        """A witness has one name."""
        return [options["name"]]
