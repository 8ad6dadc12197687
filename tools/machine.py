"""What the machine must have beside Python, installed where that is allowed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from typing import Final

from tools import postgres
from tools.talk import SetUpError, shout, step

_PROGRAMS: Final = {
    "chromium": "chromium",
    "pdftotext": "poppler-utils",
}
_PATIENCE: Final = 900


def need(packages: Sequence[str], why: str) -> None:
    """Install these Debian packages, or say how somebody can."""
    if not install(packages):
        names = " ".join(packages)
        raise SetUpError(f"{names} is missing. {why} Run: sudo apt-get install {names}")


def install(packages: Sequence[str]) -> bool:
    """Install Debian packages if this account may; whether it was done."""
    prefix = _as_root()
    if prefix is None:
        return False
    quiet = ["-qq", "-y", "--no-install-recommends"]
    names = " ".join(packages)
    with step(f"Installing {names} with apt-get"):
        _apt([*prefix, "apt-get", "update", "-qq"])
        return _apt([*prefix, "apt-get", "install", *quiet, *packages])


def complete_for_tests() -> None:
    """Browser, PDF reader and PostgreSQL, as far as this account may install them."""
    missing = [name for tool, name in _PROGRAMS.items() if not shutil.which(tool)]
    if not postgres.debian_programs():
        missing.append("postgresql")
    if not missing or install(missing):
        return
    names = " ".join(missing)
    shout(
        f"Missing on this machine, and this account may not install it: {names}\n"
        "Tests that need the browser or the PDF reader are COUNTED AS SKIPPED.\n"
        "PostgreSQL is taken from the Python package instead.\n"
        f"To run everything: sudo apt-get install {names}"
    )


@cache
def _as_root() -> list[str] | None:
    """What to write before a command that needs root; None where that cannot be."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if (
        sudo
        and not subprocess.run([sudo, "-n", "true"], capture_output=True).returncode
    ):
        return [sudo, "-n", "--preserve-env=DEBIAN_FRONTEND"]
    return None


def _apt(command: list[str]) -> bool:
    surroundings = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        run = subprocess.run(
            command, env=surroundings, capture_output=True, timeout=_PATIENCE
        )
    except subprocess.TimeoutExpired:
        return False
    return run.returncode == 0
