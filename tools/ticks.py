"""Run what the clock asks for, every so many seconds, while the server lives."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from tools import places

_LOOK = 2.0


def main(seconds: float) -> None:
    """Tick until the process that started us is gone."""
    server = os.getppid()
    due = time.monotonic() + seconds
    while os.getppid() == server:
        time.sleep(_LOOK)
        if time.monotonic() >= due:
            tick = [sys.executable, str(places.ROOT / "manage.py"), "tick"]
            subprocess.run(tick, cwd=places.ROOT)
            due = time.monotonic() + seconds


if __name__ == "__main__":
    try:
        main(float(sys.argv[1]))
    except KeyboardInterrupt:
        sys.exit(0)
