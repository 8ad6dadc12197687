"""Figures and pictures of the running system."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping

from tools import machine, places, postgres
from tools.demo_home import demo_home
from tools.environment import install
from tools.talk import SetUpError


def bench() -> None:
    """One JSON line per figure, each a ratio against a named baseline of this run."""
    install("test")
    with demo_home() as surroundings:
        _script("tools.bench", surroundings)


def shots() -> None:
    """Pictures of the key pages, into build/shots."""
    install("test")
    machine.complete_for_tests()
    port = str(postgres.free_port())
    origin = f"http://127.0.0.1:{port}"
    with demo_home(CENTRE_ORIGIN=origin, PORT=port) as surroundings:
        _script("tools.shots", surroundings)


def _script(module: str, surroundings: Mapping[str, str]) -> None:
    command = [str(places.PYTHON), "-m", module]
    if subprocess.run(command, cwd=places.ROOT, env=surroundings).returncode:
        raise SetUpError("It did not come to an end; the reason stands above.")
