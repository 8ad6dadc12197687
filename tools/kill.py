"""Ends server and workers without warning, over and over, and looks what was lost."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from tools import machine, places, postgres
from tools.demo_home import demo_home
from tools.environment import install
from tools.race_rounds import KINDS
from tools.talk import SetUpError, step

ROUNDS: Final = "100"
RACES: Final = "250"
ROTATIONS: Final = "20"
"""So often whoever replaces keys is killed while people write and read."""
DATABASES: Final = ("sqlite", "postgresql")


def kill(rounds: str = ROUNDS) -> None:
    """So many rounds on each database, and each control that must be found losing."""
    if not rounds.isdigit():
        raise SetUpError("Say how often as a whole number: make kill ROUNDS=100")
    install("test")
    machine.complete_for_tests()
    for database in DATABASES:
        for control in ("none", "two_transactions", "late_flush"):
            if (database, control) != ("sqlite", "late_flush"):
                _rounds(database, rounds if control == "none" else "1", control)
        _rotations(database)


def races(rounds: str = RACES) -> None:
    """So many rounds of each two acts at one moment, of which one may be written."""
    if not rounds.isdigit():
        raise SetUpError("Say how often as a whole number: make races ROUNDS=250")
    install("test")
    machine.complete_for_tests()
    kinds = ",".join(kind.__name__ for kind in KINDS)
    with postgres.server() as server, tempfile.TemporaryDirectory() as home:
        urls = {"DATABASE_URL": server.url("centre"), "KEYS_URL": server.url("keys")}
        own = {**urls, "CENTRE_HOME": home, "CENTRE_ONE_ROLE": "yes"}
        says = f"{rounds} rounds of each pair of acts"
        _run(says, "tools.race_rounds", rounds, kinds, **own)


def drill() -> None:
    """A backup of a demo, restored elsewhere; on each database."""
    install("test")
    machine.complete_for_tests()
    _drill({})
    with postgres.server() as server:
        urls = {"DATABASE_URL": server.url("centre"), "KEYS_URL": server.url("keys")}
        _drill(urls | {"CENTRE_ONE_ROLE": "yes"})


def _drill(urls: dict[str, str]) -> None:
    identity, recipient = _stick()
    with tempfile.TemporaryDirectory(prefix="centre-backup-") as name:
        stick, out = Path(name) / "stick", Path(name) / "out"
        stick.write_text(f"{identity}\n", encoding="ascii")
        own = {"CENTRE_BACKUP_RECIPIENTS": recipient}
        own["CENTRE_BACKUP_OUT"] = str(out)
        with demo_home(**urls, **own) as surroundings:
            for words in (("backup",), ("restore_drill", f"--identity={stick}")):
                _manage(words, surroundings)


def _stick() -> tuple[str, str]:
    """An identity for a backup and its recipient, made where pyrage is installed."""
    makes = (
        "from pyrage import x25519; made = x25519.Identity.generate(); "
        "print(made, made.to_public())"
    )
    command = [str(places.PYTHON), "-c", makes]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    identity, recipient = done.stdout.split()
    return identity, recipient


def _manage(words: tuple[str, ...], surroundings: dict[str, str]) -> None:
    command = [str(places.PYTHON), str(places.ROOT / "manage.py"), *words]
    if subprocess.run(command, cwd=places.ROOT, env=surroundings).returncode:
        raise SetUpError(f"'manage.py {words[0]}' did not succeed.")


def _rounds(database: str, rounds: str, control: str) -> None:
    says = f"{rounds} times on {database}, control: {control}"
    _run(says, "tools.kill_rounds", database, rounds, control)


def _rotations(database: str) -> None:
    says = f"{ROTATIONS} times while keys are replaced, on {database}"
    _run(says, "tools.rotation_rounds", database, ROTATIONS)


def _run(says: str, program: str, *words: str, **more: str) -> None:
    command = [str(places.PYTHON), "-m", program, *words]
    surroundings = {**os.environ, **more}
    with step(says):
        if subprocess.run(command, cwd=places.ROOT, env=surroundings).returncode:
            raise SetUpError("Something was lost or half kept; it stands above.")
