"""Many writers: no gap, no fork, no deadlock. Only PostgreSQL can show it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import DatabaseError, InterfaceError, connection, transaction

from centre.ledger import actions, guards, verify
from centre.ledger.append import statements
from centre.ledger.append.batch import Said
from centre.ledger.checkpoint import vkey
from centre.ledger.errors import LedgerError
from centre.ledger.kinds import Kind
from centre.ledger.models import Entry, Head
from tests.ledger.conftest import AMINA, KEYS, LOG, LOG_KEY, MINUTE, OPENED, note

pytestmark = pytest.mark.postgres

WRITERS = 8
EACH = 250
FEW = 15
LOGS = [f"osc.example/centre-{number}/custody" for number in range(WRITERS)]
GUARDS = (
    guards.NextPosition(),
    guards.WriteOnce("ledger_entry"),
    guards.WriteOnce("ledger_checkpoint"),
    guards.HeadMovesOn(),
)


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """Logs that other connections see; taken away again past the guards."""
    with django_db_blocker.unblock():
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has one writer at a time, which hides every race.")
        for log in (LOG, *LOGS):
            key = vkey(log, LOG_KEY.public_key)
            actions.open_log(log=log, vkey=key, at=OPENED)
        try:
            yield
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


def _at_once(write: Callable[[int], None], each: int = FEW) -> int:
    """Let all writers begin together; say how many of their acts failed."""
    together = Barrier(WRITERS)

    def run(writer: int) -> int:
        failed = 0
        together.wait(timeout=20)
        for _ in range(each):
            try:
                write(writer)
            except (DatabaseError, InterfaceError, LedgerError):
                failed += 1
                connection.close()
        connection.close()
        return failed

    with ThreadPoolExecutor(WRITERS) as pool:
        return sum(pool.map(run, range(WRITERS)))


@transaction.atomic
def _write(writer: int) -> None:
    note(1, stream=bytes([writer % 2]) * 16)


@transaction.atomic
def _write_own(writer: int) -> None:
    note(1, log=LOGS[writer], stream=bytes([writer]) * 16)


def test_writers_of_one_log_leave_neither_gap_nor_fork(committed: None) -> None:
    assert _at_once(_write, EACH) == 0

    assert Head.objects.get(pk=LOG).size == WRITERS * EACH
    assert Entry.objects.filter(log=LOG).count() == WRITERS * EACH
    assert list(verify.faults(LOG, keys=KEYS)) == []


def test_writers_of_a_log_each_leave_neither_gap_nor_fork(committed: None) -> None:
    assert _at_once(_write_own, EACH) == 0

    assert [Head.objects.get(pk=log).size for log in LOGS] == [EACH] * WRITERS
    assert [list(verify.faults(log, keys=KEYS)) for log in LOGS] == [[]] * WRITERS


def test_batches_beside_single_entries_leave_neither_gap_nor_fork(
    committed: None,
) -> None:
    @transaction.atomic
    def write(writer: int) -> None:
        stream = bytes([writer % 2]) * 16
        if writer % 2:
            note(1, stream=stream)
            return
        said = [Said(Kind.READ, stream, bytes(32), OPENED + MINUTE)] * 7
        actions.append_all(log=LOG, said=said, signer=AMINA, role="system")

    assert _at_once(write) == 0

    assert Head.objects.get(pk=LOG).size == WRITERS // 2 * FEW * (1 + 7)
    assert list(verify.faults(LOG, keys=KEYS)) == []


def test_writers_that_are_cut_off_leave_no_gap(committed: None) -> None:
    """Their connections are ended at random, mostly in the middle of an act."""
    over = Event()

    def cut() -> int:
        cuts = 0
        while not over.wait(0.02):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                    " AND datname = current_database() AND backend_xid IS NOT NULL"
                )
                working = [pid for (pid,) in cursor.fetchall()]
                if working:
                    pid = secrets.choice(working)
                    cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
                    cuts += 1
        connection.close()
        return cuts

    with ThreadPoolExecutor(1) as pool:
        cutting = pool.submit(cut)
        failed = _at_once(_write, EACH // 2)
        over.set()
        cuts = cutting.result()

    assert cuts > 0
    assert failed > 0
    assert Head.objects.get(pk=LOG).size == WRITERS * (EACH // 2) - failed
    assert list(verify.faults(LOG, keys=KEYS)) == []


def test_without_the_lock_the_database_still_refuses_a_fork(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the lock, and the guards as the second line."""
    monkeypatch.setattr(actions, "way", lambda: statements)
    monkeypatch.setattr(statements, "lock", lambda log: Head.objects.get(pk=log))

    assert _at_once(_write) > 0

    assert list(verify.faults(LOG, keys=KEYS)) == []


def _into_two(logs: list[str]) -> None:
    for log in logs:
        note(1, log=log, stream=bytes(16))


def test_acts_on_two_logs_that_lock_by_name_never_wait_for_each_other(
    committed: None,
) -> None:
    @transaction.atomic
    def write(writer: int) -> None:
        logs = LOGS[:2] if writer % 2 else LOGS[1::-1]
        actions.lock_in_order(logs=logs)
        _into_two(logs)

    assert _at_once(write) == 0

    assert [Head.objects.get(pk=log).size for log in LOGS[:2]] == [WRITERS * FEW] * 2


def test_acts_on_two_logs_in_any_order_do_wait_for_each_other(
    committed: None,
) -> None:
    """The negative control: PostgreSQL ends one of two that wait for each other."""
    both_hold_one = Barrier(2)

    @transaction.atomic
    def write(logs: list[str]) -> None:
        _into_two(logs[:1])
        both_hold_one.wait(timeout=20)
        _into_two(logs[1:])

    def fails(logs: list[str]) -> bool:
        try:
            write(logs)
        except DatabaseError:
            return True
        finally:
            connection.close()
        return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(fails, [LOGS[:2], LOGS[1::-1]])) == [False, True]

    assert [Head.objects.get(pk=log).size for log in LOGS[:2]] == [1, 1]
