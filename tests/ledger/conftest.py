"""Two people with keys, one open log, and a way behind the application's back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from centre.ledger import actions, canonical, verify
from centre.ledger.checkpoint import vkey
from centre.ledger.entry import commitment
from centre.ledger.kinds import Kind
from centre.ledger.models import Entry
from centre.ledger.signing import Signer
from centre.ledger.sqlite import altering
from centre.ledger.verify import Fault

LOG = "osc.example/riverside/custody"
OPENED = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
SWAB = bytes(range(16))
BLOOD = bytes(range(16, 32))
MINUTE = timedelta(minutes=1)

AMINA = Signer.from_seed(bytes([1]) * 32)
KITO = Signer.from_seed(bytes([2]) * 32)
STRANGER = Signer.from_seed(bytes([3]) * 32)
LOG_KEY = Signer.from_seed(bytes([7]) * 32)
KEYS = {one.kid: one.public_key for one in (AMINA, KITO)}

Behind = Callable[..., None]


def note(
    minutes: float,
    *,
    log: str = LOG,
    stream: bytes = SWAB,
    signer: Signer = AMINA,
    kind: Kind = Kind.ITEM_SEALED,
    **more: Any,
) -> Entry:
    """Append one entry so many minutes after the log was opened."""
    return actions.append(
        log=log,
        kind=kind,
        stream=stream,
        commit=commitment(bytes(32), canonical.encode({"minutes": str(minutes)})),
        signer=signer,
        role="custodian",
        at=OPENED + minutes * MINUTE,
        **more,
    )


def some_history() -> list[Entry]:
    """Six entries of two people in two streams."""
    return [
        note(0, kind=Kind.ITEM_COLLECTED),
        note(1, stream=BLOOD, kind=Kind.ITEM_COLLECTED),
        note(2),
        note(3, signer=KITO, kind=Kind.ITEM_STORED),
        note(4, stream=BLOOD),
        note(5, stream=BLOOD, signer=KITO, kind=Kind.ITEM_STORED),
    ]


def found(keys: dict[str, bytes] = KEYS) -> list[Fault]:
    """All faults of the log."""
    return list(verify.faults(LOG, keys=keys))


def said(faults: list[Fault]) -> set[str]:
    """What the faults say."""
    return {fault.says for fault in faults}


def take_guards_down() -> None:
    """Disarm the database as its owner could, inside the test's transaction."""
    with altering(connection), connection.cursor() as cursor:
        for statement in _disarm(cursor):
            cursor.execute(statement)


def _disarm(cursor: Any) -> list[str]:
    if connection.vendor == "sqlite":
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return [f'DROP TRIGGER "{name}"' for (name,) in cursor.fetchall()]
    tables = ("ledger_entry", "ledger_head", "ledger_checkpoint")
    return [
        *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables),
        "ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_leaf_is_its_hash",
    ]


@pytest.fixture
def log(db: None) -> str:
    """An open, empty log."""
    actions.open_log(log=LOG, vkey=vkey(LOG, LOG_KEY.public_key), at=OPENED)
    return LOG


@pytest.fixture
def history(log: str) -> list[Entry]:
    """A log with six entries."""
    return some_history()


@pytest.fixture
def behind(db: None) -> Behind:
    """Change the database with the guards down."""
    take_guards_down()

    def change(statement: str, *params: Any) -> None:
        with altering(connection), connection.cursor() as cursor:
            cursor.execute(statement, params)

    return change


@pytest.fixture
def signed(history: list[Entry]) -> list[Entry]:
    """The history with a checkpoint half-way and one at its end."""
    actions.make_checkpoint(log=LOG, signer=LOG_KEY, at=OPENED)
    more = [note(6), note(7, stream=BLOOD)]
    actions.make_checkpoint(log=LOG, signer=LOG_KEY, at=OPENED)
    return history + more
