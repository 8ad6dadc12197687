"""Many writers, one log: no gap and no fork. Only PostgreSQL can show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import DatabaseError, connection, transaction

from centre.ledger import actions, guards, verify
from centre.ledger.checkpoint import vkey
from centre.ledger.errors import LedgerError
from centre.ledger.models import Entry, Head
from tests.ledger.conftest import KEYS, LOG, LOG_KEY, OPENED, note

pytestmark = pytest.mark.postgres

WRITERS = 4
EACH = 15
GUARDS = (
    guards.NextPosition(),
    guards.WriteOnce("ledger_entry"),
    guards.WriteOnce("ledger_checkpoint"),
    guards.HeadMovesOn(),
)


@pytest.fixture
def committed_log(django_db_setup: None, django_db_blocker) -> Iterator[str]:
    """A log that other connections see; taken away again past the guards."""
    with django_db_blocker.unblock():
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has one writer at a time, which hides every race.")
        actions.open_log(log=LOG, vkey=vkey(LOG, LOG_KEY.public_key), at=OPENED)
        try:
            yield LOG
        finally:
            _take_away()


def _take_away() -> None:
    with connection.schema_editor() as editor:
        for guard in GUARDS:
            guard.take_down(editor)
        for table in ("ledger_checkpoint", "ledger_entry", "ledger_head"):
            editor.execute(f"DELETE FROM {table}", params=None)
        for guard in GUARDS:
            guard.put_up(editor)


def _at_once(write: Callable[[int], None]) -> int:
    """Let all writers begin together; say how many of their entries failed."""
    together = Barrier(WRITERS)

    def run(writer: int) -> int:
        failed = 0
        together.wait(timeout=20)
        for _ in range(EACH):
            try:
                write(writer)
            except (DatabaseError, LedgerError):
                failed += 1
        connection.close()
        return failed

    with ThreadPoolExecutor(WRITERS) as pool:
        return sum(pool.map(run, range(WRITERS)))


@transaction.atomic
def _write(writer: int) -> None:
    note(1, stream=bytes([writer % 2]) * 16)


def test_writers_of_one_log_leave_neither_gap_nor_fork(committed_log: str) -> None:
    assert _at_once(_write) == 0

    assert Head.objects.get(pk=committed_log).size == WRITERS * EACH
    assert Entry.objects.filter(log=committed_log).count() == WRITERS * EACH
    assert list(verify.faults(committed_log, keys=KEYS)) == []


def test_without_the_lock_the_database_still_refuses_a_fork(
    committed_log: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the lock, and the guards as the second line."""
    monkeypatch.setattr(actions, "_locked", lambda log: Head.objects.get(pk=log))

    assert _at_once(_write) > 0

    assert list(verify.faults(committed_log, keys=KEYS)) == []
