"""Rounds of changes to a whole centre, each checked and undone; and honest ones.

Run with the kind of database, for how many seconds, and a seed. Every round takes the
next kind of change, lets it fall on a random place, and looks whether the check of all
records names the place. Now and then nothing is changed: then nothing may be found.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from typing import Any, Final

from tools import places, postgres

_QUIET: Final = ("--no-input", "--verbosity=0")
_STEPS: Final = (
    ("setup",),
    ("migrate", *_QUIET),
    ("migrate", "--database=keys", *_QUIET),
    ("demo",),
)
HONEST_EVERY: Final = 20
"""So often nothing at all is changed."""


def main(database: str, seconds: str, seed: str) -> int:
    """Change, check and undo; the last line is the result as JSON."""
    with centre(database):
        result = _rounds(float(seconds), int(seed))
    print(json.dumps({"database": database, "seed": int(seed), **result}), flush=True)
    return int(bool(result["missed"] or result["false_alarms"]))


@contextmanager
def centre(database: str) -> Iterator[None]:
    """A furnished demo in a database of its own, Django set up on it."""
    with ExitStack() as kept:
        prefix = "centre-fuzz-"
        home = kept.enter_context(tempfile.TemporaryDirectory(prefix=prefix))
        os.environ.update(CENTRE_HOME=home, DJANGO_SETTINGS_MODULE="centre.settings")
        for name in ("DATABASE_URL", "KEYS_URL", "CENTRE_ORIGIN", "CENTRE_ROOT_KEY"):
            os.environ.pop(name, None)
        if database == "postgresql":
            server = kept.enter_context(postgres.server())
            os.environ["DATABASE_URL"] = server.url("centre")
            os.environ["KEYS_URL"] = server.url("keys")
            os.environ["CENTRE_ONE_ROLE"] = "yes"
        _furnish()
        yield


def _furnish() -> None:
    for words in _STEPS:
        command = [sys.executable, str(places.ROOT / "manage.py"), *words]
        done = subprocess.run(command, env=dict(os.environ), capture_output=True)
        if done.returncode:
            raise SystemExit(done.stderr.decode()[-2000:])
    import django

    django.setup()
    from centre.core.actions import verifying
    from centre.core.actions.upkeep import tick
    from centre.core.models import Centre

    for one in Centre.objects.all():
        while tick(one):
            pass
    verifying.remember([], sizes=verifying.newest_sizes(), is_full=True)


def _rounds(seconds: float, seed: int) -> dict[str, Any]:
    from django.db import transaction

    from tools import mutations
    from tools.mutations.scene import DATABASES, Scene, chance_of, opened

    until = time.monotonic() + seconds
    scene = Scene(chance_of(seed))
    tried: Counter[str] = Counter()
    missed: list[dict[str, Any]] = []
    honest = false_alarms = 0
    with ExitStack() as undone:
        for name in DATABASES:
            undone.enter_context(transaction.atomic(using=name))
            undone.callback(transaction.set_rollback, True, using=name)  # noqa: FBT003 - Django names it so
        undone.enter_context(opened())
        while time.monotonic() < until:
            kind = list(mutations.KINDS)[sum(tried.values()) % len(mutations.KINDS)]
            outcome = mutations.trial(kind, scene)
            tried[kind] += 1
            if outcome and not (outcome.is_found and outcome.is_placed):
                missed.append(asdict(outcome))
                print(json.dumps(asdict(outcome)), flush=True)
            if sum(tried.values()) % HONEST_EVERY == 0:
                honest += 1
                false_alarms += bool(mutations.faults())
    return {
        "kinds": len(tried),
        "changes": sum(tried.values()),
        "missed": missed,
        "honest": honest,
        "false_alarms": false_alarms,
    }


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
