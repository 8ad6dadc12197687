"""A witness of logs, to be run by somebody else, best on another machine.

It needs no database and none of this centre's keys.
"""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from centre.core import clock
from centre.ledger import checkpoint
from centre.ledger.errors import LedgerError
from centre.ledger.signing import Signer, new_seed
from centre.ledger.witness import MOST_BYTES, OK, Witness

_KEY: Final = "witness.key"
_LOGS: Final = "logs.txt"
_STATE: Final = "state.json"


class Command(BaseCommand):
    """Make a witness, serve it on the loopback, or answer one request by files."""

    help = "Witness logs: sign only what extends what was seen before."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Its home, and what it does."""
        parser.add_argument("--home", type=Path, required=True)
        parser.add_argument("--make", metavar="NAME", help="make a new witness's key")
        parser.add_argument("--trust", metavar="VKEY", help="a log it signs for")
        parser.add_argument("--serve", type=int, metavar="PORT")
        parser.add_argument("--answer", type=Path, metavar="REQUEST")
        parser.add_argument("--to", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked."""
        home: Path = options["home"]
        try:
            if options["make"]:
                make(home, options["make"])
            if options["trust"]:
                trust(home, options["trust"])
            known = load(home)
        except (OSError, LedgerError, ValueError) as error:
            raise CommandError(f"This witness cannot work: {error}") from error
        if options["answer"]:
            self._answer(known, options["answer"], options["to"])
        elif options["serve"]:
            serve(known, options["serve"])
        else:
            self.stdout.write(known.vkey)

    def _answer(self, known: Witness, path: Path, to: Path | None) -> None:
        answer = known.add(path.read_bytes())
        if answer.status != OK:
            raise CommandError(f"Refused ({answer.status}): {answer.text.strip()}")
        if to is None:
            self.stdout.write(answer.text, ending="")
        else:
            to.write_text(answer.text, encoding="utf-8")


def make(home: Path, name: str) -> None:
    """A new witness's key and name; never over another."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = home / _KEY
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(f"{name}\n{new_seed().hex()}\n", encoding="utf-8")


def trust(home: Path, vkey: str) -> None:
    """Let it sign for one more log."""
    checkpoint.read_vkey(vkey)
    with (home / _LOGS).open("a", encoding="utf-8") as file:
        file.write(f"{vkey}\n")


def load(home: Path) -> Witness:
    """The witness of this home."""
    name, seed = (home / _KEY).read_text(encoding="utf-8").split()
    path = home / _LOGS
    lines = path.read_text(encoding="utf-8").split() if path.exists() else []
    return Witness(
        name=name,
        signer=Signer.from_seed(bytes.fromhex(seed)),
        logs={checkpoint.read_vkey(line).name: line for line in lines},
        state=home / _STATE,
        now=_seconds,
    )


def serve(known: Witness, port: int) -> None:
    """Answer on the loopback until it is stopped."""
    server_of(known, port).serve_forever()


def server_of(known: Witness, port: int) -> HTTPServer:
    """A server of this witness; port 0 takes any."""

    class Handler(BaseHTTPRequestHandler):
        """One path, one method."""

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if self.path != "/add-checkpoint" or not 0 < length <= MOST_BYTES:
                self.send_error(400)
                return
            answer = known.add(self.rfile.read(length))
            raw = answer.text.encode()
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_given: Any) -> None:
            """Nothing: who asks when is not the witness's to keep."""

    return HTTPServer(("127.0.0.1", port), Handler)


def _seconds() -> int:
    return int(clock.now().timestamp())
