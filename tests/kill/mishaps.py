"""One mishap in a centre of its own: `python -m tests.kill.mishaps DATABASE WHICH`.

It prints, as JSON, what a test holds against what should be.
"""

from __future__ import annotations

import json
import os
import resource
import secrets
import signal
import sys
import time
import uuid
from typing import Any

from tools.kill_rounds import Scene, acts, centre, faults_of, fork

WORDS = "The kit lies on the table of the examination room."
TRIES = 200
NOTES = 20
MOST_NOTES = 2000
"""So many are sent while no cut has met one."""


def lost_reply(scene: Scene) -> dict[str, Any]:
    """The worker ends between COMMIT and the answer; the same form is sent again."""
    from django.db import connections, transaction

    token = uuid.uuid4()
    connections.close_all()

    def commit_and_die() -> None:
        from centre.chain_of_custody import actions as custody

        def act(**given: Any) -> Any:
            transaction.on_commit(lambda: os.kill(os.getpid(), signal.SIGKILL))
            return custody.add_note(**given)

        _send(scene, token, act)

    _, status = os.waitpid(fork(commit_and_die), 0)
    kept = _noted()
    form = _send(scene, token)
    return {
        "killed_by": os.WTERMSIG(status),
        "kept": kept,
        "kept_after": _noted(),
        "original": str(form.result.pk) if form.result else "",
        "newest": _newest(),
    }


def full_disk(scene: Scene) -> dict[str, Any]:
    """No file may grow any more, until there is room again."""
    from django.db import connections

    from centre.core.outage import outage_behind

    connections.close_all()
    before = _noted()
    connections.close_all()
    told, mark = scene.folder / "told", scene.folder / "kept"
    known = dict(acts(scene, "none"))

    def fill() -> None:
        limit = 16 * 1024
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        said = []
        for what in ("photograph", "event"):
            try:
                for _ in range(NOTES):
                    known[what]()
                    mark.open("a").write(what[0])
            except Exception as error:  # noqa: BLE001 - what it is, is the question
                said.append(outage_behind(error) or repr(error))
        told.write_text(json.dumps(said))

    os.waitpid(fork(fill), 0)
    said = json.loads(told.read_text())
    acked = mark.read_text().count("e") if mark.exists() else 0
    found = list(faults_of([]))
    known["event"]()
    return {
        "said": said,
        "faults": found,
        "acknowledged": acked,
        "kept": _noted() - before - 1,
    }


def cut_connections(scene: Scene) -> dict[str, Any]:
    """The server ends connections at random; each form is sent until it is answered."""
    from django.db import DatabaseError, InterfaceError, connections

    from centre.core.outage import outage_behind

    before = _noted()
    connections.close_all()
    cutter = fork(_cut_until_killed)
    said, refused, sent = set(), 0, 0
    while sent < NOTES or (not refused and sent < MOST_NOTES):
        token, sent = uuid.uuid4(), sent + 1
        for _ in range(TRIES):
            try:
                _send(scene, token)
                break
            except (DatabaseError, InterfaceError) as error:
                refused += 1
                said.add(outage_behind(error) or repr(error))
                connections.close_all()
    os.kill(cutter, signal.SIGKILL)
    os.waitpid(cutter, 0)
    connections.close_all()
    return {
        "sent": sent,
        "kept": _noted() - before,
        "said": sorted(said),
        "refused": refused,
        "faults": list(faults_of([])),
    }


def _cut_until_killed() -> None:
    from django.db import connection

    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                "pid <> pg_backend_pid() AND datname = current_database() "
                "AND backend_xid IS NOT NULL"
            )
        time.sleep(0.1 + secrets.randbelow(400) / 1000)


def _send(scene: Scene, token: uuid.UUID, act: Any = None) -> Any:
    from django import forms

    from centre.chain_of_custody import actions as custody
    from centre.core.forms import ActionForm

    class NoteForm(ActionForm):
        words = forms.CharField()

    form = NoteForm({"token": str(token), "words": WORDS})
    assert form.perform(act or custody.add_note, package=scene.kit, by=scene.nurse)
    return form


def _noted() -> int:
    return _notes().count()


def _newest() -> str:
    return str(_notes().latest("number").pk)


def _notes() -> Any:
    from centre.chain_of_custody.models import CustodyEvent
    from centre.chain_of_custody.rules.moves import Move

    return CustodyEvent.objects.filter(move=Move.NOTE_ADDED)


def main(database: str, which: str) -> None:
    """One of them, on one kind of database."""
    known = {m.__name__: m for m in (lost_reply, full_disk, cut_connections)}
    with centre(database, "none") as scene:
        told = known[which](scene)
    sys.stdout.write("\n" + json.dumps(told) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
