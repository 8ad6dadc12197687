"""A PostgreSQL server for one run of the tests: own folder, own port, then gone."""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from tools import places
from tools.talk import SetUpError

_PR_SET_CHILD_SUBREAPER: Final = 36
DATABASES: Final = ("centre", "keys")
OWNER: Final = "centre_owner"
APP: Final = "centre_app"
AUDIT: Final = "centre_audit"
_KEEPER: Final = "centre"
_ACCOUNTS: Final = ("postgres", "nobody")


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    password: str
    data: Path
    start: Callable[[], None]

    def crash(self) -> None:
        """End it as a power cut would: nobody is told, nothing is put in order.

        The first process is stopped before its children are killed, so that it cannot
        notice and begin to recover; its lock files stay.
        """
        lock = self.data / "postmaster.pid"
        first = int(lock.read_text(encoding="ascii").split()[0])
        os.kill(first, signal.SIGSTOP)
        ended = [*_children_of(first), first]
        for process in ended:
            os.kill(process, signal.SIGKILL)
        for process in reversed(ended):
            _await_end(process)

    def url(self, database: str, role: str = _KEEPER) -> str:
        """How Django reaches one of its databases; as who may do anything, if unsaid.

        The tests make and throw away databases, so they need that role.
        """
        return f"postgresql://{role}:{self.password}@127.0.0.1:{self.port}/{database}"

    def as_deployed(self) -> dict[str, str]:
        """Surroundings with three roles, as a centre has them."""
        return {
            "DATABASE_URL": self.url("centre", APP),
            "KEYS_URL": self.url("keys", APP),
            "MIGRATE_URL": self.url("centre", OWNER),
            "KEYS_MIGRATE_URL": self.url("keys", OWNER),
            "CENTRE_AUDIT_ROLE": AUDIT,
        }


def programs() -> Path | None:
    """Folder of the newest PostgreSQL: Debian's, else the one from the lock."""
    debian = debian_programs()
    if debian:
        return debian[-1].parent
    wheel = places.VENV.glob("lib/python*/site-packages/*/pginstall/bin/initdb")
    return next((path.parent for path in wheel), None)


def debian_programs() -> list[Path]:
    """Debian's servers on this machine, oldest first."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return sorted(found, key=lambda path: int(path.parts[-3]))


@contextmanager
def server(
    *more: str, of: Path | None = None, keep: Path | None = None
) -> Iterator[Server]:
    """Start a server on the loopback, with the durability that real data has.

    `keep` names a folder into which it is laid when it has stopped in order, and `of`
    such a folder to begin with.
    """
    binaries = programs()
    if binaries is None:
        raise SetUpError(
            "PostgreSQL is not installed. Run: sudo apt-get install postgresql"
        )
    with tempfile.TemporaryDirectory(prefix="centre-pg-") as name:
        folder = Path(name)
        run = _Account(binaries, folder)
        run.own(folder)
        port, data = free_port(), folder / "data"
        told = ("-l", str(folder / "log"), "-o", _options(port, folder, more))
        start = partial(run, "pg_ctl", "-w", "-D", str(data), *told, "start")
        made = Server(port, _password(of), data, start)
        _lay(run, made, of)
        with _running(run, made, in_order=keep is not None):
            if of is None:
                _furnish(run, made)
            yield made
        if keep is not None:
            _keep(made, keep)


def _lay(run: _Account, made: Server, of: Path | None) -> None:
    if of is None:
        _initialise(run, run.folder, made.password)
    else:
        run.copy(of / "data", made.data)


@contextmanager
def _running(run: _Account, made: Server, *, in_order: bool) -> Iterator[None]:
    """Started, and stopped whatever happens; in order, if its files are wanted."""
    made.start()
    try:
        yield
    finally:
        how = "fast" if in_order else "immediate"
        run("pg_ctl", "-w", "-D", str(made.data), "-m", how, "stop")


def _keep(stopped: Server, folder: Path) -> None:
    folder.mkdir()
    stopped.data.rename(folder / "data")
    (folder / "password").write_text(stopped.password, encoding="ascii")


def _password(of: Path | None) -> str:
    """A new one, or the one of the server that is copied."""
    if of is None:
        return secrets.token_hex(16)
    return (of / "password").read_text(encoding="ascii")


def _options(port: int, folder: Path, more: Sequence[str]) -> str:
    settings = (
        "listen_addresses=127.0.0.1",
        "max_connections=60",
        f"unix_socket_directories={folder}",
        "log_min_error_statement=panic",
        "log_error_verbosity=terse",
        "log_parameter_max_length_on_error=0",
        *more,
    )
    return f"-p {port} " + " ".join(f"-c {setting}" for setting in settings)


class _Account:
    """Runs the server's programs; PostgreSQL refuses to run as root."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self.binaries = binaries
        self.folder = folder
        self.name = _account() if os.geteuid() == 0 else ""

    def own(self, path: Path) -> None:
        if self.name:
            shutil.chown(path, self.name)

    def copy(self, source: Path, target: Path) -> None:
        """A folder of the server's own, for its eyes alone."""
        shutil.copytree(source, target)
        target.chmod(0o700)
        for path in (target, *target.rglob("*")):
            self.own(path)

    def __call__(self, program: str, *arguments: str) -> None:
        prefix: Sequence[str] = ["runuser", "-u", self.name, "--"] if self.name else []
        clean = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        clean |= {"PGUSER": _KEEPER, "PGPASSFILE": str(self.folder / "passwords")}
        with (self.folder / "said").open("ab") as said:
            done = subprocess.run(
                [*prefix, str(self.binaries / program), *arguments],
                cwd=self.folder,
                env=clean,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
        if done.returncode:
            told = (self.folder / "said").read_text(errors="replace")[-600:]
            raise SetUpError(f"PostgreSQL's {program} failed:\n{told}")


def _initialise(run: _Account, folder: Path, password: str) -> None:
    secret, passwords = folder / "password", folder / "passwords"
    secret.write_text(password, encoding="ascii")
    passwords.write_text(f"*:*:*:*:{password}\n", encoding="ascii")
    for path in (secret, passwords):
        path.chmod(0o600)
        run.own(path)
    access = ["-U", _KEEPER, "-A", "scram-sha-256", f"--pwfile={secret}"]
    form = ["--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"]
    run("initdb", "-D", str(folder / "data"), *access, *form)


def _furnish(run: _Account, made: Server) -> None:
    """The roles of a centre and its two databases."""
    at = ("-h", "127.0.0.1", "-p", str(made.port))
    for role in (OWNER, APP, AUDIT):
        make = f"CREATE ROLE {role} LOGIN PASSWORD '{made.password}'"
        run("psql", *at, "-d", "postgres", "-c", make)
    for database in DATABASES:
        run("createdb", *at, "-O", OWNER, database)


def _account() -> str:
    known = Path("/etc/passwd").read_text(encoding="utf-8")
    names = {line.split(":")[0] for line in known.splitlines()}
    return next((name for name in _ACCOUNTS if name in names), "")


def _children_of(parent: int) -> list[int]:
    found = Path("/proc", str(parent), "task", str(parent), "children")
    return [int(child) for child in found.read_text(encoding="ascii").split()]


def adopt_orphans() -> None:
    """Become the parent of whatever loses its own (prctl(2), PR_SET_CHILD_SUBREAPER).

    Somebody has to take notice of the end of a killed server, or its number stays in
    use and the next server believes that the lock file it finds is a living one's.
    """
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _await_end(process: int) -> None:
    with suppress(ChildProcessError):
        os.waitpid(process, 0)
    while Path("/proc", str(process)).exists():
        time.sleep(0.005)


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
