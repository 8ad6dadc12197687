"""Rounds of killing whoever replaces keys, while people write and read.

People go on through the real acts and never see that keys change. The run that
replaces root, centre and case keys over and over is killed at random moments. After
all kills one more run of each must end what was begun: everything reads, no key hangs
on an old one. Last, cases are left on an old centre key, which this must find.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import IO, Final

from tools.kill_rounds import Scene, acts, centre, faults_of, fork, lines_in, wait_until

WRITERS: Final = 2
READERS: Final = 1
LEAST_MS: Final = 20
MOST_MS: Final = 900


def main(database: str, rounds: str) -> int:
    """Kills on one kind of database; the last line is the result as JSON."""
    began = time.monotonic()
    with centre(database, "none") as scene:
        acked, unreadable = _under_load(scene, int(rounds))
        ended = _replace_all()
        faults = [*unreadable, *faults_of(acked), *_on_old_keys()]
        _leave_behind(scene)
        found = len(list(_on_old_keys()))
    result = {
        "database": database,
        "kills": int(rounds),
        "acknowledged": len(acked),
        "replaced_at_the_end": ended,
        "unreadable": len(unreadable),
        "faults": faults[:5],
        "control_found": found,
        "seconds": round(time.monotonic() - began, 1),
    }
    print(json.dumps(result), flush=True)
    return int(bool(faults) or not found)


def _under_load(scene: Scene, rounds: int) -> tuple[list[tuple[str, str]], list[str]]:
    """Let people work through every kill; what was acknowledged, what did not read."""
    from django.db import connections

    connections.close_all()
    stop = scene.folder / "stop"
    notes = [scene.folder / f"told-{n}" for n in range(WRITERS + READERS)]
    people = [fork(_working(scene, note, stop)) for note in notes[:WRITERS]]
    people += [fork(_reading(note, stop)) for note in notes[WRITERS:]]
    for number in range(rounds):
        said = scene.folder / f"replaced-{number}"
        replacing = fork(_replacing(said))
        wait_until(partial(_has_begun, said))
        time.sleep((LEAST_MS + secrets.randbelow(MOST_MS - LEAST_MS)) / 1000)
        os.kill(replacing, signal.SIGKILL)
        os.waitpid(replacing, 0)
    wait_until(lambda: all(lines_in(note) for note in notes))
    stop.touch()
    for person in people:
        os.waitpid(person, 0)
    lines = [line for note in notes for line in note.read_text().splitlines()]
    told = [(what, key) for what, _, key in (line.partition(" ") for line in lines)]
    acked = [(what, key) for what, key in told if what not in {"read", "shut"}]
    return acked, [key for what, key in told if what == "shut"]


def _working(scene: Scene, note: Path, stop: Path) -> Callable[[], None]:
    def work() -> None:
        from django.db import DatabaseError

        with note.open("ab", buffering=0) as told:
            while not stop.exists():
                for what, act in acts(scene, "none"):
                    with suppress(DatabaseError), _telling(told):
                        told.write(f"{what} {act()}\n".encode())

    return work


def _reading(note: Path, stop: Path) -> Callable[[], None]:
    def read() -> None:
        from centre.core.models import Opening

        with note.open("ab", buffering=0) as told:
            while not stop.exists():
                for opening in Opening.objects.order_by("?")[:50]:
                    with _telling(told):
                        told.write(f"read {len(opening.secret)}\n".encode())

    return read


@contextmanager
def _telling(told: IO[bytes]) -> Iterator[None]:
    """Note what could not be read or written because of a key."""
    from centre.vault.errors import VaultError

    try:
        yield
    except VaultError as error:
        told.write(f"shut {type(error).__name__}: {error}\n".encode())


def _has_begun(said: Path) -> bool:
    return lines_in(said) >= 1


def _replacing(said: Path) -> Callable[[], None]:
    def replace() -> None:
        with said.open("ab", buffering=0) as file:
            while True:
                file.write(b"begun\n")
                _replace_all()

    return replace


def _replace_all() -> int:
    from centre.core.models import Centre
    from centre.vault import keys, rotation

    count = rotation.rotate_root() + rotation.rotate_cases()
    for scope in (keys.SYSTEM_SCOPE, *Centre.objects.values_list("pk", flat=True)):
        count += rotation.rotate_centre(scope)
    return count


def _leave_behind(scene: Scene) -> None:
    """The control: a new centre key is made, and nothing is taken over to it."""
    from centre.vault import rotation

    rotation._new_generation(scene.centre.pk)  # noqa: SLF001 - the fault is planted


def _on_old_keys() -> Iterator[str]:
    """Every wrapped key that does not hang on the newest key above it."""
    from centre.vault import cipher, keys, root
    from centre.vault.models import CaseKey, CentreKey

    if root.beside().exists():
        yield "The next root key still lies beside the present one."
    newest: dict[object, CentreKey] = {}
    for row in CentreKey.objects.order_by("centre_id", "generation"):
        if row.centre_id in newest:
            yield "A centre has more than its newest key."
        newest[row.centre_id] = row
        if bytes(row.wrapped)[1:5].hex() != root.provider().id:
            yield "A centre's key hangs on an old root key."
    for case in CaseKey.objects.select_related("centre_key"):
        above = newest[case.centre_key.centre_id]
        wrapping = cipher.key_id(keys.open_centre_key(above))
        if case.centre_key != above or bytes(case.wrapped or b"")[1:5] != wrapping:
            yield "A case's key hangs on an old key of its centre."


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
