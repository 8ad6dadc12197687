"""Honest work for long, on each database: no check may name anything."""

from __future__ import annotations

import os
import subprocess
from typing import Final

from tools import machine, places
from tools.environment import install
from tools.talk import SetUpError, step

EVENTS: Final = "100000"


def soak(events: str = EVENTS, seed: str = "1") -> None:
    """So many honest entries on each database; the seed repeats a run."""
    if not events.isdigit() or not seed.isdigit():
        raise SetUpError("Say how many and from which seed: make soak EVENTS=1000")
    install("test")
    machine.complete_for_tests()
    for database in ("sqlite", "postgresql"):
        command = [
            str(places.PYTHON),
            "-m",
            "tools.soak_rounds",
            database,
            events,
            seed,
        ]
        with step(f"{events} honest entries on {database}, seed {seed}"):
            if subprocess.run(
                command, cwd=places.ROOT, env=dict(os.environ)
            ).returncode:
                raise SetUpError("A false alarm; it stands above.")
