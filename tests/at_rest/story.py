"""A centre full of marked words: `python -m tests.at_rest.story DATABASE FOLDER`.

Two cases are lived through by the acts and pages people use, with a marked word
wherever something can be typed. Then everything that lies anywhere is read as bytes:
while it is being written, afterwards, and in a backup, sealed and unsealed. At last
one case's key is destroyed. What was found is printed as JSON, for tests to judge.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.at_rest import scan
from tests.at_rest.marks import Marks, own_secrets
from tools.kill_rounds import Scene, centre

NOT_SCANNED = {"root.key", "secret.key", "demo.json"}
"""Keys are meant to lie in their files; the demo keeps its passwords in one."""


def main(database: str, folder: str) -> int:
    """The whole story in a folder where everything lies; at last what was found."""
    base = Path(folder)
    with _written_down(base / "server.log"), centre(database, "none") as scene:
        told = tell(base, scene)
    sys.stdout.write(json.dumps(told))
    return 0


@contextmanager
def _written_down(log: Path) -> Iterator[None]:
    """Whatever the server says goes into a file, which is read like all others."""
    kept = os.dup(1), os.dup(2)
    with log.open("ab") as file:
        for out in (1, 2):
            os.dup2(file.fileno(), out)
        try:
            yield
        finally:
            sys.stdout.flush()
            for out, was in zip((1, 2), kept, strict=True):
                os.dup2(was, out)


def tell(base: Path, scene: Scene) -> dict[str, Any]:
    """Everything in turn, and what the bytes said."""
    from django.core.management import call_command

    from tests.at_rest import living, shredding

    marks = Marks()
    found = living.live(scene, marks)
    told: dict[str, Any] = {
        "marks": len(marks.words),
        "while_writing": during(base, scene, marks),
    }
    call_command("tick")
    back_up(base)
    dump(base, scene)
    told["afterwards"] = read(base, {**marks.needles(), **own_secrets()})
    told["files"] = len(list(scan.files_in(base)))
    told["photographs_open"] = living.photographs_open(found, marks)
    told |= shredding.shred(base, scene, found)
    told["control"] = control(base, scene)
    return told


def read(base: Path, words: dict[str, bytes]) -> list[str]:
    """Every mark found in any file that is not meant to hold it."""
    found = scan.hits_in(base, words)
    return [f for f in found if Path(f.split(":")[0]).name not in NOT_SCANNED]


def during(base: Path, scene: Scene, marks: Marks) -> list[str]:
    """The bytes as they lie while a transaction is under way."""
    from django.db import transaction

    from centre.intake.actions import identity

    with transaction.atomic():
        details = {"given_names": marks.word("a name being written") * 200}
        identity.keep_identity(case=scene.exam.case, details=details, by=scene.nurse)
        return read(base, marks.needles())


def back_up(base: Path) -> None:
    """A backup, and beside it the same unsealed by whoever holds the identity."""
    from django.core.management import call_command

    from centre.vault import sealing

    call_command("backup", "--out", str(base / "out"))
    unsealed = base / "unsealed"
    unsealed.mkdir()
    for path in [*base.glob("out/**/*.age"), *base.glob("out-keys/**/*.age")]:
        with path.open("rb") as source, (unsealed / path.name).open("wb") as target:
            sealing.unseal(source, target, identity=base / "stick")


def dump(base: Path, scene: Scene) -> None:
    """What the server itself writes out, as plain text."""
    if scene.server is None:
        return
    from tools import postgres

    program = postgres.programs()
    assert program is not None
    for database in postgres.DATABASES:
        told = (f"--file={base / database}.sql", scene.server.url(database))
        subprocess.run([program / "pg_dump", *told], check=True)


def control(base: Path, scene: Scene) -> list[str]:
    """A word where words lie open, a page's memory, a loose file: all are found."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connections

    from centre.core.models import Centre

    planted = {where: Marks() for where in ("a clear column", "a session", "a file")}
    words = {where: marks.word(where) for where, marks in planted.items()}
    Centre.objects.update(name=words["a clear column"])
    held = SessionStore()
    held["typed"] = words["a session"] * 30
    held.save()
    (base / "loose").write_text(f"...{words['a file']}", encoding="utf-8")
    if scene.server is not None:
        with connections["default"].cursor() as cursor:
            cursor.execute("CHECKPOINT")
    needles = {w: m.needles()["a word"] for w, m in planted.items()}
    found = read(base, needles)
    return [where for where in planted if any(where in says for says in found)]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
