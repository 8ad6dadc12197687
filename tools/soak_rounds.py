"""Honest entries in a database of its own: run with its kind, how many, and a seed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tools import places, postgres

if TYPE_CHECKING:
    from tools.honest import Work

_QUIET: Final = ("--no-input", "--verbosity=0")


def main(database: str, events: str, seed: str) -> int:
    """One run in a database of its own; the last line is the result as JSON."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="centre-soak-") as home:
        os.environ.update(CENTRE_HOME=home, DJANGO_SETTINGS_MODULE="centre.settings")
        for name in ("DATABASE_URL", "KEYS_URL", "CENTRE_ORIGIN", "CENTRE_ROOT_KEY"):
            os.environ.pop(name, None)
        if database == "sqlite":
            honest = _run(Path(home), int(events), int(seed))
        else:
            with postgres.server() as server:
                os.environ["DATABASE_URL"] = server.url("centre")
                os.environ["KEYS_URL"] = server.url("keys")
                os.environ["CENTRE_ONE_ROLE"] = "yes"
                honest = _run(Path(home), int(events), int(seed))
    result = {
        "database": database,
        "seed": int(seed),
        "entries": honest.entries,
        "checks": honest.checks,
        "alarms": honest.alarms[:5],
        "seconds": round(time.monotonic() - began, 1),
    }
    print(json.dumps(result), flush=True)
    return int(bool(honest.alarms))


def _run(home: Path, events: int, seed: int) -> Work:
    for words in (("setup",), ("migrate", *_QUIET)):
        command = [sys.executable, str(places.ROOT / "manage.py"), *words]
        subprocess.run(command, env=dict(os.environ), check=True, capture_output=True)
    import django

    django.setup()
    from tools.honest import work

    return work(home, events, seed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
