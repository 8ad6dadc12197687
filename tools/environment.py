"""The virtual environment: built aside, moved into place when whole.

A build that is interrupted leaves the old environment as it was, and its own remains
are cleared at the next start. What is installed is known by the digests of the locks.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from tools import machine, places
from tools.talk import SetUpError, say, step

_MARK: Final = places.VENV / "installed.json"
_ASIDE: Final = ".venv.new-"
_LINES_SHOWN: Final = 12
_CAUSES: Final = (
    (
        ("name resolution", "network is unreachable", "connection", "timed out"),
        "The package registry cannot be reached. Check the network or the proxy, then "
        "run this again; nothing was left half done.",
    ),
    (
        ("no space left",),
        "The disk is full. Make about 1 GB of room, then run this again.",
    ),
    (
        ("do not match the hashes",),
        "A package from the registry is not the one that was locked. Nothing was "
        "installed. If this machine is to be trusted, run 'make lock' and review it.",
    ),
    (
        ("no matching distribution", "could not find a version"),
        "The package registry does not hold a locked package for this machine.",
    ),
)


def install(level: str = "run") -> None:
    """Make sure that what this level needs is installed; quick when it is."""
    places.check_writable(places.ROOT)
    places.clear_remains(places.ROOT, _ASIDE)
    known = _known()
    if known.get(level) == _digest(level) and places.PYTHON.exists():
        return
    level = "test" if "test" in known else level
    with step(f"Making the environment ({_count(level)} packages)"):
        aside = places.ROOT / f"{_ASIDE}{os.getpid()}"
        try:
            _make(aside)
            _fill(aside, level)
            _move_into_place(aside, level)
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def _known() -> dict[str, str]:
    """Digests of the locks that are installed; nothing if none is."""
    try:
        return dict(json.loads(_MARK.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def _digest(level: str) -> str:
    return hashlib.sha256(places.LOCKS[level].read_bytes()).hexdigest()


def _count(level: str) -> int:
    lines = places.LOCKS[level].read_text(encoding="utf-8").splitlines()
    return sum("==" in line for line in lines)


def _make(aside: Path) -> None:
    if importlib.util.find_spec("ensurepip") is None:
        name = f"python3.{sys.version_info.minor}-venv"
        machine.need([name], "This Python cannot make environments without it.")
    run = subprocess.run(
        [sys.executable, "-m", "venv", str(aside)], capture_output=True, text=True
    )
    if run.returncode:
        raise SetUpError(f"No environment could be made: {_last_lines(run.stdout)}")


def _fill(aside: Path, level: str) -> None:
    command = [str(aside / "bin" / "python"), "-m", "pip", "install"]
    command += ["--require-hashes", "--no-deps", "--only-binary=:all:"]
    command += ["--no-input", "--disable-pip-version-check", "--progress-bar=off"]
    command += ["--requirement", str(places.LOCKS[level])]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    said: list[str] = []
    total, seen = _count(level), 0
    for line in process.stdout or ():
        said.append(line)
        if line.startswith("Collecting "):
            seen += 1
            if seen % 20 == 0 or seen == 1:
                say(f"  package {seen} of {total}")
        elif line.startswith("Installing collected"):
            say("  all fetched and their hashes right; installing")
    if process.wait():
        raise SetUpError(_cause("".join(said)))


def _cause(said: str) -> str:
    low = said.lower()
    for signs, sentence in _CAUSES:
        if any(sign in low for sign in signs):
            return sentence
    return f"The packages could not be installed. pip said:\n{_last_lines(said)}"


def _last_lines(said: str) -> str:
    return "\n".join(said.strip().splitlines()[-_LINES_SHOWN:])


def _move_into_place(aside: Path, level: str) -> None:
    """Scripts name their interpreter by path, so the path is set before the move."""
    for script in (aside / "bin").iterdir():
        if script.is_file() and not script.is_symlink():
            content = script.read_bytes()
            fixed = content.replace(str(aside).encode(), str(places.VENV).encode())
            if fixed != content:
                script.write_bytes(fixed)
    levels = ["run", "test"] if level == "test" else ["run"]
    mark = json.dumps({each: _digest(each) for each in levels})
    (aside / _MARK.name).write_text(mark, encoding="utf-8")
    old = places.ROOT / f"{_ASIDE}old-{os.getpid()}"
    if places.VENV.exists():
        places.VENV.rename(old)
    aside.rename(places.VENV)
    shutil.rmtree(old, ignore_errors=True)
