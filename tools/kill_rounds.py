"""Rounds of killing: people write through the real acts, and are killed at random.

Each writer notes what was acknowledged before it goes on. After the kill every
acknowledged act must be there whole (row, entry, opening, file), every other act whole
or not at all, and the whole centre must verify. A control is a fault planted on
purpose, which this must find: `two_transactions` keeps an event before its entry,
`late_flush` answers before the disk has the data (PostgreSQL, synchronous_commit=off).
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn
from uuid import UUID

from tools import migrated, postgres

WRITERS: Final = 3
LEAST_MS: Final = 5
MOST_MS: Final = 500
TOLD: Final = {"none": WRITERS, "late_flush": 3 * WRITERS}
"""So many acts the writers have been told of before the kill can come."""
PATIENCE: Final = 60.0


@dataclass
class Scene:
    """A centre in which people can write, and how everything is ended at once."""

    nurse: Any
    centre: Any
    exam: Any
    kit: Any
    folder: Path
    server: postgres.Server | None


def main(database: str, rounds: str, control: str = "none") -> int:
    """Rounds on one kind of database; the last line is the result as JSON."""
    began = time.monotonic()
    with centre(database, control) as scene:
        acknowledged, swept, faults = 0, 0, []
        for number in range(int(rounds)):
            acked = _round(scene, number, control)
            acknowledged += len(acked)
            swept += _swept()
            faults = list(faults_of(acked))
            if faults:
                break
    result = {
        "database": database,
        "control": control,
        "rounds": int(rounds),
        "acknowledged": acknowledged,
        "files_swept": swept,
        "faults": faults[:5],
        "seconds": round(time.monotonic() - began, 1),
    }
    print(json.dumps(result), flush=True)
    return int(bool(faults) != (control != "none"))


@contextmanager
def centre(database: str, control: str) -> Iterator[Scene]:
    with ExitStack() as kept:
        prefix = "centre-kill-"
        home = kept.enter_context(tempfile.TemporaryDirectory(prefix=prefix))
        os.environ.update(CENTRE_HOME=home, DJANGO_SETTINGS_MODULE="centre.settings")
        for name in ("DATABASE_URL", "KEYS_URL", "CENTRE_ORIGIN", "CENTRE_ROOT_KEY"):
            os.environ.pop(name, None)
        server = None
        if database == "postgresql":
            late = ("wal_writer_delay=10s",) if control == "late_flush" else ()
            postgres.adopt_orphans()
            server = kept.enter_context(postgres.server(*late, of=migrated.cluster()))
            os.environ["DATABASE_URL"] = server.url("centre")
            os.environ["KEYS_URL"] = server.url("keys")
            os.environ["CENTRE_ONE_ROLE"] = "yes"
        sys.argv = ["manage.py", "setup"]
        yield _furnish(Path(home), server)


def _furnish(home: Path, server: postgres.Server | None) -> Scene:
    import django

    django.setup()
    _make_passwords_cheap()
    from django.core.management import call_command

    quiet: dict[str, Any] = {"verbosity": 0}
    call_command("setup", **quiet)
    migrated.put_into(home)
    for alias in ("default", "keys"):
        call_command("migrate", database=alias, interactive=False, **quiet)
    from centre.core.actions.set_up import open_centre
    from centre.demo import adult, care, steps
    from centre.demo.cast import enrol_cast
    from centre.demo.furniture import furnish, new_kit

    centre = open_centre(code="riverside", name="Riverside", timezone="Africa/Nairobi")
    people = enrol_cast(centre)
    found = steps.arrive(
        centre, people, furnish(centre, people), registration="named", age_band="25-59"
    )
    adult.agree(found)
    kit = new_kit(centre, people["kito"], "MK-1001")
    steps.open_kit_for(found, kit, by="nadia")
    exam = steps.examine(found, "ke-moh-363", care.kenya(), by="nadia")
    care.note_injuries(exam, people["nadia"])
    return Scene(people["nadia"], centre, exam, kit, home, server)


def _make_passwords_cheap() -> None:
    """Nobody guesses the passwords of a centre that is thrown away in a minute."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SIGNING_KEY_COST = {"memory_kib": 64, "iterations": 1, "lanes": 1}


def _round(scene: Scene, number: int, control: str) -> list[tuple[str, str]]:
    """Let people write, kill, start again; what had been acknowledged by then."""
    from django.db import connections

    connections.close_all()
    notes = [scene.folder / f"acked-{number}-{w}" for w in range(WRITERS)]
    writers = [fork(writing(scene, note, control)) for note in notes]
    if control != "two_transactions":  # there each ends itself
        wait_until(lambda: sum(map(lines_in, notes)) >= TOLD[control])
        time.sleep((LEAST_MS + secrets.randbelow(MOST_MS - LEAST_MS)) / 1000)
        _end(scene, writers)
    for writer in writers:
        os.waitpid(writer, 0)
    if scene.server and control != "two_transactions":
        scene.server.start()
    lines = [line for note in notes for line in note.read_text().splitlines()]
    return [(what, key) for what, _, key in (line.partition(" ") for line in lines)]


def _end(scene: Scene, writers: list[int]) -> None:
    if scene.server:
        scene.server.crash()
    for writer in writers:
        os.kill(writer, signal.SIGKILL)


def _swept() -> int:
    """Remove what killed acts left behind, as if all of it had rested long enough."""
    from centre.core import clock, orphans

    return orphans.sweep(at=clock.now() + orphans.REST).gone


def lines_in(note: Path) -> int:
    return note.read_bytes().count(b"\n") if note.exists() else 0


def fork(act: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    try:
        act()
    finally:
        os._exit(0)


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > until:
            sys.exit("The writers did not begin to write.")
        time.sleep(0.01)


def writing(
    scene: Scene, note: Path, control: str, *, pause: float = 0.0
) -> Callable[[], None]:
    """What somebody does until she is killed, with so many seconds after each act."""

    def write() -> None:
        from django.db import DatabaseError

        with note.open("ab", buffering=0) as acked, Path(os.devnull).open("w") as said:
            os.dup2(said.fileno(), sys.stderr.fileno())
            _spoil(control)
            while True:
                for what, act in acts(scene, control):
                    with suppress(DatabaseError):  # refused: it may try again
                        acked.write(f"{what} {act()}\n".encode())
                    time.sleep(pause)

    return write


def acts(scene: Scene, control: str) -> list[tuple[str, Callable[[], str]]]:
    """A note in the chain of custody, a new case with its key, a photograph."""
    from centre.chain_of_custody import actions as custody
    from centre.core.actions.cases import open_case
    from centre.demo import care

    def noted() -> str:
        words = "The kit lies on the table of the examination room."
        return str(custody.add_note(package=scene.kit, words=words, by=scene.nurse).pk)

    def opened() -> str:
        case = open_case(
            centre=scene.centre,
            registration="anonymous",
            age_band="25-59",
            by=scene.nurse,
        )
        return str(case.pk)

    def photographed() -> str:
        return str(care.photograph(scene.exam, scene.nurse).pk)

    if control == "late_flush":
        return [("event", noted)]  # a case's key is flushed, and all before it with it
    return [("event", noted)] * 3 + [("case", opened), ("photograph", photographed)]


def _spoil(control: str) -> None:
    """Plant the fault of a control; without one, nothing is touched."""
    from django.db import connection

    if control == "late_flush":
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
    if control == "two_transactions":
        from centre.core import journal

        def commit_and_die(*_: Any, **__: Any) -> NoReturn:
            connection.connection.commit()
            os.kill(os.getpid(), signal.SIGKILL)
            raise SystemExit

        journal.record = commit_and_die


def faults_of(acked: list[tuple[str, str]]) -> Iterator[str]:
    """What was acknowledged and is not there whole; what is there and not whole."""
    from django.db import connection

    from centre.core import verification

    if connection.vendor == "sqlite":
        yield from _sqlite_faults()
    for what, key in acked:
        if not _is_whole(what, key):
            yield f"An acknowledged {what} is not there, or not whole."
    for fault in verification.faults():
        yield f"{fault.table}: {fault.says}"


def _sqlite_faults() -> Iterator[str]:
    from django.db import connections

    for alias in ("default", "keys"):
        path = connections[alias].settings_dict["NAME"]
        with closing(sqlite3.connect(path)) as opened:
            [(says,)] = opened.execute("PRAGMA integrity_check(1)").fetchall()
            if says != "ok":
                yield f"SQLite finds {alias} damaged."


def _is_whole(what: str, key: str) -> bool:
    from centre.chain_of_custody.models import CustodyEvent
    from centre.core.models import Case, Opening
    from centre.forensics.models import Photograph
    from centre.ledger.models import Entry
    from centre.vault import files, keys

    if what == "case":
        return Case.objects.filter(pk=key).exists() and bool(keys.case_keys(UUID(key)))
    if what == "photograph":
        row = Photograph.objects.filter(pk=key).first()
        if row is None or not files.exists(row.blob_id):
            return False
    elif not CustodyEvent.objects.filter(pk=key).exists():
        return False
    opening = Opening.objects.filter(row=key).first()
    rows = Entry.objects.filter(log=opening.log, n=opening.n) if opening else None
    return rows is not None and rows.exists()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
