"""How a checkpoint reaches a signer or a witness: HTTP over a socket or on loopback.

unix:/run/centre/signer.sock     a socket whose rights say who may ask
http://127.0.0.1:8811/prefix     on this machine, or what a tunnel leads to it
https://witness.example/prefix   a witness elsewhere
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from centre.ledger.errors import LedgerError
from centre.ledger.witness import MOST_BYTES, TEXT_TYPE, Answer

PATH: Final = "/add-checkpoint"
PATIENCE: Final = 10.0
"""Seconds until whoever does not answer is given up."""
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})

_MOST_ANSWER: Final = 65_536
_SILENT: Final = (
    "Whoever was asked does not answer. See that it runs and that its address is right."
)

Answering = Callable[[bytes], Answer]


class UnreachableError(LedgerError):
    """A signer or witness did not answer."""


class _OverSocket(HTTPConnection):
    """HTTP to a Unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=PATIENCE)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self._path)


def ask(url: str, body: bytes) -> Answer:
    """Send a request (C2SP tlog-witness) and hand back status and text."""
    status, said, kind = post(url.rstrip("/") + PATH, body, TEXT_TYPE)
    try:
        return Answer(status, said.decode(), kind)
    except UnicodeDecodeError as error:
        raise UnreachableError(_SILENT) from error


def post(url: str, body: bytes, kind: str) -> tuple[int, bytes, str]:
    """Send a body of this type; status, content and type of what came back."""
    connection, path = _connection(url)
    try:
        connection.request("POST", path, body, {"Content-Type": kind})
        found = connection.getresponse()
        said = found.read(_MOST_ANSWER)
    except (OSError, HTTPException) as error:
        raise UnreachableError(_SILENT) from error
    finally:
        connection.close()
    return found.status, said, found.headers.get("Content-Type", TEXT_TYPE)


def server(url: str, answering: Answering) -> HTTPServer:
    """A server that hands each request on; it listens on this machine only."""

    class Handler(BaseHTTPRequestHandler):
        """One request, one answer; nothing is logged but by the answering part."""

        timeout = PATIENCE

        def do_POST(self) -> None:
            _answer(self, answering)

        def log_message(self, *_args: Any) -> None:
            """Quiet: sizes and origins are nobody's business in a console."""

        def address_string(self) -> str:
            return "local"

    parts = urlsplit(url)
    if parts.scheme == "unix":
        return _SocketServer(parts.path, Handler)
    if parts.scheme != "http" or parts.hostname not in LOOPBACK or not parts.port:
        raise LedgerError(
            "Listen on unix:/path/of.sock or http://127.0.0.1:PORT; a tunnel or a "
            "web server with a certificate brings others there."
        )
    return HTTPServer((parts.hostname, parts.port), Handler)


class _SocketServer(HTTPServer):
    """The server on a Unix socket that its user and group alone may use."""

    address_family = socket.AF_UNIX

    def __init__(self, path: str, handler: type[BaseHTTPRequestHandler]) -> None:
        self._path = Path(path)
        self._path.unlink(missing_ok=True)
        super().__init__(path, handler)  # type: ignore[arg-type]

    def server_bind(self) -> None:
        self.socket.bind(str(self._path))
        self._path.chmod(0o660)
        self.server_name, self.server_port = "localhost", 0

    def get_request(self) -> tuple[socket.socket, Any]:
        request, _ = super().get_request()
        return request, ("local", 0)

    def server_close(self) -> None:
        super().server_close()
        self._path.unlink(missing_ok=True)


def _answer(handler: BaseHTTPRequestHandler, answering: Answering) -> None:
    length = handler.headers.get("Content-Length", "")
    if not handler.path.endswith(PATH):
        found = Answer(HTTPStatus.NOT_FOUND, "Checkpoints go to /add-checkpoint.\n")
    elif not length.isdigit() or int(length) > MOST_BYTES:
        found = Answer(HTTPStatus.BAD_REQUEST, "These lines are not a request.\n")
    else:
        found = answering(handler.rfile.read(int(length)))
    body = found.body.encode()
    handler.send_response_only(found.status)
    handler.send_header("Content-Type", found.content_type)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _connection(url: str) -> tuple[HTTPConnection, str]:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return _OverSocket(parts.path.removesuffix(PATH)), PATH
    host, prefix = parts.hostname or "", parts.path or "/"
    if parts.scheme == "https" and host:
        context = ssl.create_default_context()
        port = parts.port or 443
        return HTTPSConnection(host, port, timeout=PATIENCE, context=context), prefix
    if parts.scheme == "http" and host in LOOPBACK and parts.port:
        return HTTPConnection(host, parts.port, timeout=PATIENCE), prefix
    raise LedgerError("An address is unix:/path, https://… or http://127.0.0.1:PORT.")
