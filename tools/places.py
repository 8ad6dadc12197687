"""Where things lie."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from tools.talk import SetUpError

ROOT: Final = Path(__file__).resolve().parent.parent
VENV: Final = ROOT / ".venv"
PYTHON: Final = VENV / "bin" / "python"
LOCKS: Final = {
    "run": ROOT / "requirements" / "run.txt",
    "test": ROOT / "requirements" / "test.txt",
}
BUILD: Final = ROOT / "build"


def home() -> Path:
    """The one folder of all local state."""
    return Path(os.environ.get("CENTRE_HOME", ROOT / "var")).resolve()


def check_writable(folder: Path) -> None:
    """Something can be written there, or a sentence says that it cannot."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return
    except OSError as error:
        raise SetUpError(
            f"Nothing can be written in {folder} ({error.strerror}). Give this account "
            "the right to write there, or choose another folder with CENTRE_HOME."
        ) from error


def clear_remains(folder: Path, prefix: str) -> None:
    """Remove what an earlier run, killed since, had begun to build aside."""
    for remains in folder.glob(f"{prefix}*"):
        number = remains.name.rpartition("-")[2]
        if not Path("/proc", number).exists():
            shutil.rmtree(remains, ignore_errors=True)
