"""Figures and pictures of the running system."""

from __future__ import annotations

import os
import subprocess

from tools import places
from tools.environment import install
from tools.talk import SetUpError


def bench() -> None:
    """One JSON line per figure, each a ratio against a named baseline of this run."""
    install("test")
    _script("tools.bench")


def shots() -> None:
    """Pictures of the key pages, into build/shots."""
    install("test")
    _script("tools.shots")


def _script(module: str) -> None:
    command = [str(places.PYTHON), "-m", module]
    if subprocess.run(command, cwd=places.ROOT, env=os.environ).returncode:
        raise SetUpError("It did not come to an end; the reason stands above.")
