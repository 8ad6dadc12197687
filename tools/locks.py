"""Resolve the dependencies again and write the locks, without naming a registry."""

from __future__ import annotations

import subprocess
from typing import Final

from tools import places
from tools.environment import install
from tools.talk import SetUpError, say

_HOW: Final = (
    "--quiet",
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-header",
    "--no-emit-index-url",
    "--no-annotate",
)
_EXTRAS: Final = {"run": ("postgres", "tsa"), "test": ("postgres", "tsa", "dev")}


def lock() -> None:
    """Write both locks; what is locked already stays unless it no longer fits."""
    install("test")
    uv = str(places.VENV / "bin" / "uv")
    for level, path in places.LOCKS.items():
        extras = [f"--extra={extra}" for extra in _EXTRAS[level]]
        command = [uv, "pip", "compile", *_HOW, *extras, f"--output-file={path}"]
        if subprocess.run([*command, "pyproject.toml"], cwd=places.ROOT).returncode:
            raise SetUpError("The dependencies could not be resolved; see above.")
    say("Both locks are written. Read the difference before you keep it.")
