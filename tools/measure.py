"""Figures and pictures of the running system."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from typing import Any, Final

from tools import goals, machine, places, postgres, volumes
from tools.demo_home import demo_home
from tools.environment import install
from tools.talk import SetUpError, say

FIGURES: Final = places.BUILD / "bench.json"


def bench(volume: str = "") -> None:
    """Every figure on both databases: a line each, then a table with the goals."""
    install("test")
    surroundings = {volumes.NAMED_BY: volume} if volume else {}
    with demo_home(**surroundings) as home:
        lines = _figures(home)
    if postgres.programs():
        with (
            postgres.server() as server,
            demo_home(**surroundings, **server.as_deployed()) as home,
        ):
            lines += _figures(home)
    _tell(lines)


def shots() -> None:
    """Pictures of the key pages, into build/shots."""
    install("test")
    machine.complete_for_tests()
    port = str(postgres.free_port())
    origin = f"http://127.0.0.1:{port}"
    with demo_home(CENTRE_ORIGIN=origin, PORT=port) as surroundings:
        _script("tools.shots", surroundings)


def _figures(surroundings: Mapping[str, str]) -> list[dict[str, Any]]:
    """The lines of one database, each shown as it comes."""
    command = [str(places.PYTHON), "-m", "tools.bench"]
    lines: list[dict[str, Any]] = []
    with subprocess.Popen(
        command, cwd=places.ROOT, env=surroundings, stdout=subprocess.PIPE, text=True
    ) as running:
        for said in running.stdout or ():
            say(said.rstrip())
            if said.startswith("{"):
                lines.append(json.loads(said))
    if running.returncode:
        raise SetUpError("It did not come to an end; the reason stands above.")
    return lines


def _tell(lines: list[dict[str, Any]]) -> None:
    """The table on the screen, and everything in a file for programs."""
    told = [one for line in lines for one in goals.judged(line)]
    kept = {
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "figures": told,
    }
    FIGURES.parent.mkdir(exist_ok=True)
    FIGURES.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    say(f"\n{goals.table(told)}\n\n{goals.summary(told)}")
    databases = {str(line["database"]) for line in lines}
    for goal in goals.unmeasured(lines, sorted(databases)):
        say(f"Not measured in this run: {goal.row} {goal.figure}.")
    say(f"The same for programs: {FIGURES.relative_to(places.ROOT)}")


def _script(module: str, surroundings: Mapping[str, str]) -> None:
    command = [str(places.PYTHON), "-m", module]
    if subprocess.run(command, cwd=places.ROOT, env=surroundings).returncode:
        raise SetUpError("It did not come to an end; the reason stands above.")
