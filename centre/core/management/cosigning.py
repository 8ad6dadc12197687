"""What signer and witness share: a key file, a state file, a socket or two files."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from centre.core import clock
from centre.ledger import wire
from centre.ledger.errors import LedgerError
from centre.ledger.signing import Signer, new_seed
from centre.ledger.witness import Role, State, answer


class CosigningCommand(BaseCommand):
    """Answer requests over a socket, or one request out of a file into a file."""

    requires_system_checks = ()  # no database stands behind this program

    def add_arguments(self, parser: CommandParser) -> None:
        """Its own two files, and where requests come from."""
        parser.add_argument("--key", type=Path, required=True, help="its key file")
        parser.add_argument("--state", type=Path, help="what it signed last")
        parser.add_argument("--new-key", action="store_true", help="make the key file")
        parser.add_argument("--begin", action="store_true", help="make the state file")
        parser.add_argument("--listen", help="unix:/path or http://127.0.0.1:PORT")
        parser.add_argument("--request", type=Path, help="a request as a file")
        parser.add_argument("--answer", type=Path, help="where its answer goes")

    def role(self, keys: dict[str, Signer], options: dict[str, Any]) -> Role:
        """Who signs."""
        raise NotImplementedError

    def shown(self, name: str, signer: Signer) -> str:
        """The public half of a key, as others write it into their settings."""
        raise NotImplementedError

    def names(self, options: dict[str, Any]) -> list[str]:
        """Whose keys `--new-key` makes."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        """Make keys, or answer."""
        try:
            if options["new_key"]:
                make_keys(options["key"], self.names(options))
            keys = read_keys(options["key"])
            for name, signer in keys.items():
                self.stdout.write(self.shown(name, signer))
            if options["begin"] and options["state"]:
                State(options["state"]).begin()
            if options["listen"] or options["request"]:
                self._serve(self.role(keys, options), options)
        except LedgerError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.strerror}: {error.filename}") from error

    def _serve(self, role: Role, options: dict[str, Any]) -> None:
        if options["state"] is None:
            raise CommandError("Say with --state where it keeps what it signed last.")
        state = State(options["state"])
        state.heads()

        def answering(body: bytes) -> Any:
            time = int(clock.now().timestamp())
            return answer(body, role=role, state=state, time=time)

        if options["request"]:
            self._one(answering(options["request"].read_bytes()), options)
            return
        with wire.server(options["listen"], answering) as server:
            self.stdout.write(f"Listening on {options['listen']}.")
            self.stdout.flush()
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                self.stdout.write("Stopped.")

    def _one(self, found: Any, options: dict[str, Any]) -> None:
        if options["answer"] is None:
            raise CommandError("Say with --answer where the answer goes.")
        options["answer"].write_text(f"{found.status}\n{found.body}", encoding="utf-8")
        self.stdout.write(f"Answered with {found.status}.")


def make_keys(path: Path, names: list[str]) -> None:
    """Add a fresh key for each name to a file only its owner may read."""
    if not names:
        raise CommandError("Say for whom the key is.")
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    double = sorted(set(names) & set(kept))
    if double:
        raise CommandError(f"The key file holds a key of this name: {double[0]}.")
    write_keys(path, {**kept, **{name: new_seed().hex() for name in names}})


def write_keys(path: Path, seeds: dict[str, str]) -> None:
    """Write seeds by name; on the disk before this ends."""
    draft = path.with_name(path.name + ".new")
    number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(number, "w", encoding="utf-8") as file:
        json.dump(seeds, file, sort_keys=True, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def read_keys(path: Path) -> dict[str, Signer]:
    """The keys in a file, by name."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return {name: Signer.from_seed(bytes.fromhex(kept[name])) for name in kept}
    except (OSError, ValueError, TypeError) as error:
        raise CommandError(
            "The key file is missing or unreadable. Put it back, or make one with "
            "--new-key."
        ) from error
