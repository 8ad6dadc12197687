"""Changes at random: to bundles, and to whole centres on each database; for long."""

from __future__ import annotations

import os
import secrets
import subprocess
from typing import Final

from tools import machine, places
from tools.checks import properties
from tools.environment import install
from tools.talk import SetUpError, step

SECONDS: Final = "600"
WHAT: Final = ("bundles", "sqlite", "postgresql")


def fuzz(seconds: str = SECONDS, seed: str = "") -> None:
    """So many seconds for each; the seed is said, so that a run can be repeated."""
    if not seconds.isdigit() or not (seed or "0").isdigit():
        raise SetUpError(
            "Say how long and from which seed: make fuzz SECONDS=60 SEED=1"
        )
    install("test")
    machine.complete_for_tests()
    seed = seed or str(secrets.randbelow(10**9))
    with step(f"Properties, seed {seed}"):
        properties(seed)
    for what in WHAT:
        module = "tools.fuzz_bundles" if what == "bundles" else "tools.fuzz_rounds"
        command = [str(places.PYTHON), "-m", module, what, seconds, seed]
        with step(f"{what}, {seconds} seconds, seed {seed}"):
            if subprocess.run(
                command, cwd=places.ROOT, env=dict(os.environ)
            ).returncode:
                raise SetUpError(
                    "Something was changed and not found; it stands above."
                )
