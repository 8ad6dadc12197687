"""A home with the demo in it, made for one measurement and thrown away."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from tools import places
from tools.talk import SetUpError, step

_QUIET = ("--no-input", "--verbosity=0")
_STEPS = (
    ("setup",),
    ("migrate", *_QUIET),
    ("migrate", "--database=keys", *_QUIET),
    ("collectstatic", *_QUIET),
    ("demo",),
)


@contextmanager
def demo_home(**more: str) -> Iterator[dict[str, str]]:
    """Surroundings of a fresh demo, apart from any other centre."""
    with tempfile.TemporaryDirectory(prefix="centre-demo-") as home:
        own = {
            "CENTRE_HOME": home,
            "DJANGO_SETTINGS_MODULE": "centre.settings",
            "PYTHONUNBUFFERED": "1",
            "THROWN_AWAY": "1",
        }
        surroundings = dict(os.environ) | own | more
        with step("A centre with invented people, for this run only"):
            for words in _STEPS:
                _manage(surroundings, *words)
        yield surroundings


def _manage(surroundings: dict[str, str], *words: str) -> None:
    command = [str(places.PYTHON), str(places.ROOT / "manage.py"), *words]
    told = subprocess.run(
        command,
        cwd=places.ROOT,
        env=surroundings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if told.returncode:
        raise SetUpError(f"'manage.py {words[0]}' failed:\n{told.stderr[-2000:]}")
