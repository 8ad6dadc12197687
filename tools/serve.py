"""Start the centre for somebody who wants to see it: invented people, real acts."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from typing import Final, NoReturn

from tools import places
from tools.environment import install
from tools.talk import SetUpError, say, step

_DEFAULT_PORT: Final = "8000"
_PORTS: Final = range(1024, 65536)
_ASIDE: Final = ".new-"
_DATABASES: Final = frozenset({"DATABASE_URL", "KEYS_URL"})
_SECONDS_BETWEEN_TICKS: Final = "60"


def run() -> NoReturn:
    """Install, prepare and serve until stopped from the keyboard."""
    port = _port()
    places.check_writable(places.home())
    install("run")
    surroundings = _surroundings(port)
    _prepare(surroundings)
    _manage(surroundings, "cast")
    _start_ticks(surroundings)
    _serve(surroundings)


def _prepare(surroundings: dict[str, str]) -> None:
    """Keys, databases, pages and demo; a first start is built aside and moved in."""
    home = places.home()
    places.clear_remains(home, _ASIDE)
    if (home / "keys").exists() or _DATABASES & surroundings.keys():
        _fill(surroundings)
        return
    if any(home.iterdir()):
        raise SetUpError(
            f"There are files in {home}, but no keys among them. Without its keys a "
            "centre cannot be read: put the folder 'keys' back, or name an empty "
            "folder with CENTRE_HOME."
        )
    aside = home / f"{_ASIDE}{os.getpid()}"
    try:
        _fill(surroundings | {"CENTRE_HOME": str(aside)})
        parts = sorted(aside.iterdir(), key=lambda part: part.name == "keys")
        for part in parts:
            part.rename(home / part.name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _fill(surroundings: dict[str, str]) -> None:
    quiet = ("--no-input", "--verbosity=0")
    with step("Keys, databases and pages"):
        _manage(surroundings, "setup")
        _manage(surroundings, "migrate", *quiet)
        _manage(surroundings, "migrate", "--database=keys", *quiet)
        _manage(surroundings, "collectstatic", *quiet)
    with step("Invented people and visits, if there is no centre yet"):
        _manage(surroundings, "demo")


def code(*names: str) -> None:
    """The one-time code of somebody of the demo."""
    if len(names) != 1:
        raise SetUpError("Say whose code, such as: make code NAME=nadia")
    install("run")
    _manage(dict(os.environ), "code", names[0])


def _port() -> int:
    """The port to serve on, free for us."""
    said = os.environ.get("PORT", _DEFAULT_PORT)
    if not said.isdigit() or int(said) not in _PORTS:
        raise SetUpError("PORT must be a whole number from 1024 to 65535.")
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", int(said)))
        except OSError as error:
            raise SetUpError(
                f"Port {said} is taken by another program (perhaps a centre that is "
                "already running). Stop that one, or take another: make run PORT=8001"
            ) from error
    return int(said)


def _surroundings(port: int) -> dict[str, str]:
    own = {
        "PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "centre.settings",
        "PYTHONUNBUFFERED": "1",
    }
    usual = {"CENTRE_ORIGIN": f"http://127.0.0.1:{port}"}
    return usual | dict(os.environ) | own


def _manage(surroundings: dict[str, str], *words: str) -> None:
    command = [str(places.PYTHON), str(places.ROOT / "manage.py"), *words]
    if subprocess.run(command, cwd=places.ROOT, env=surroundings).returncode:
        raise SetUpError(
            f"'manage.py {words[0]}' did not succeed; its reason stands above. "
            "What was there before is unchanged. Run this again after putting it right."
        )


def _start_ticks(surroundings: dict[str, str]) -> None:
    """What is done by the clock, for as long as the server lives."""
    subprocess.Popen(
        [str(places.PYTHON), "-m", "tools.ticks", _SECONDS_BETWEEN_TICKS],
        cwd=places.ROOT,
        env=surroundings,
    )


def _serve(surroundings: dict[str, str]) -> NoReturn:
    """Become the production server; from here on it is the same process."""
    say("Starting the server. Ctrl+C stops it; what was entered stays.")
    sys.stdout.flush()
    os.chdir(places.ROOT)
    command = [str(places.PYTHON), "-m", "gunicorn", "--config", "tools/server.py"]
    os.execve(command[0], [*command, "centre.wsgi:application"], surroundings)  # noqa: S606 - becomes the server
