"""Backups made while people write; each must restore and be sound."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Final

from pyrage import x25519

from tools.kill_rounds import Scene, centre, fork, lines_in, wait_until, writing

WRITERS: Final = 2
PAUSE: Final = 0.05
"""Seconds after each act: who waits for SQLite stands in no queue, and must get in."""


def main(database: str, rounds: str) -> int:
    """So many backups of one busy centre; the last line is the result as JSON."""
    began = time.monotonic()
    with centre(database, "none") as scene:
        written, manifests = _back_up_under_load(scene, int(rounds))
        faults = _restored(scene, manifests)
    result = {
        "database": database,
        "backups": len(manifests),
        "acknowledged": written,
        "faults": faults[:5],
        "seconds": round(time.monotonic() - began, 1),
    }
    print(json.dumps(result), flush=True)
    return int(bool(faults))


def _back_up_under_load(scene: Scene, rounds: int) -> tuple[int, list[Path]]:
    from django.db import connections

    from centre.core.backup.making import make_backup

    pair = x25519.Identity.generate()
    (scene.folder / "stick").write_text(f"{pair}\n", encoding="ascii")
    connections.close_all()
    notes = [scene.folder / f"acked-{writer}" for writer in range(WRITERS)]
    writers = [fork(writing(scene, note, "none", pause=PAUSE)) for note in notes]
    out = scene.folder / "out"
    found = []
    try:
        for _ in range(rounds):
            before = sum(map(lines_in, notes))
            wait_until(lambda now=before: sum(map(lines_in, notes)) > now)  # type: ignore[misc]
            made = make_backup(
                out,
                scene.folder / "out-keys",
                recipients=[str(pair.to_public())],
                tell=lambda _: None,
            )
            found.append(made.data.path)
            if made.missing:
                sys.exit("A row names a file that is not in the backup.")
    finally:
        for writer in writers:
            os.kill(writer, signal.SIGKILL)
            os.waitpid(writer, 0)
    return sum(map(lines_in, notes)), found


def _restored(scene: Scene, manifests: list[Path]) -> list[str]:
    from centre.core.backup import manifest
    from centre.core.backup.drill import drill
    from centre.core.management.commands.restore import keys_beside

    said: list[str] = []
    for path in manifests:
        data = manifest.read(path)
        keys = manifest.read(keys_beside(data))
        said += drill(data, keys, identity=scene.folder / "stick").faults
    return said


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
