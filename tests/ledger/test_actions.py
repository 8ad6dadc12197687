"""Appending: one entry, at its place, signed, in the act's own transaction."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from centre.ledger import actions, canonical, checkpoint, merkle, times, verify
from centre.ledger.entry import commitment
from centre.ledger.errors import LedgerError
from centre.ledger.kinds import Kind
from centre.ledger.models import Checkpoint, Entry, Head
from centre.ledger.origins import genesis, stream_of_log
from tests.ledger.conftest import (
    AMINA,
    BLOOD,
    KEYS,
    KITO,
    LOG,
    LOG_KEY,
    MINUTE,
    OPENED,
    SWAB,
    Behind,
    note,
)

pytestmark = pytest.mark.django_db


def test_log_opens_empty_at_its_genesis(log: str) -> None:
    head = Head.objects.get(pk=log)

    assert head.size == 0
    assert bytes(head.last_leaf) == genesis(log, head.vkey)


def test_log_opens_under_its_own_key_only() -> None:
    elsewhere = checkpoint.vkey("osc.example/hillside/custody", LOG_KEY.public_key)

    with pytest.raises(LedgerError):
        actions.open_log(log=LOG, vkey=elsewhere, at=OPENED)


@pytest.mark.parametrize("origin", ["", "ab", "Riverside", "a b c", "a" * 121, "é/é"])
def test_log_opens_under_an_origin_only(origin: str) -> None:
    with pytest.raises(LedgerError):
        actions.open_log(log=origin, vkey=f"{origin}+00000000+", at=OPENED)


def test_append_writes_what_was_said(log: str) -> None:
    commit = commitment(bytes(32), b"{}")
    first = note(0)

    added = actions.append(
        log=log,
        kind=Kind.TRANSFER_RELEASED,
        stream=SWAB,
        commit=commit,
        signer=KITO,
        role="custodian",
        at=OPENED + MINUTE,
        refs=[bytes(first.leaf)],
        blob=bytes(range(32)),
    )

    said = Entry.objects.get(log=log, n=1).content
    assert said.at == "2026-06-01T09:01:00.000000Z"
    assert said.prev == first.leaf
    assert said.statement.actor == KITO.kid
    assert said.statement.claimed == "2026-06-01T09:01:00.000Z"
    assert said.statement.kind == added.kind == "transfer.released"
    assert said.statement.role == "custodian"
    assert said.statement.refs == (first.leaf,)
    assert said.statement.blob == bytes(range(32))
    assert added.commit == commit
    assert added.at == OPENED + MINUTE
    assert added.leaf == merkle.leaf_hash(bytes(added.entry))


def test_append_numbers_log_and_streams(log: str) -> None:
    added = [note(0), note(1, stream=BLOOD), note(2), note(3, stream=BLOOD)]

    assert [one.n for one in added] == [0, 1, 2, 3]
    assert [one.sseq for one in added] == [0, 0, 1, 1]
    assert added[2].content.statement.sprev == added[0].leaf
    assert added[3].content.prev == added[2].leaf
    head = Head.objects.get(pk=log)
    assert (head.size, bytes(head.last_leaf)) == (4, added[3].leaf)
    assert list(verify.faults(log, keys=KEYS)) == []


def test_append_takes_as_many_queries_however_long_the_log(log: str) -> None:
    for minutes in range(20):
        note(minutes)

    with CaptureQueriesContext(connection) as queries:
        note(21)

    assert len(queries) == (1 if connection.vendor == "postgresql" else 4)


def test_entries_of_one_moment_follow_each_other(log: str) -> None:
    first, second, third = note(0), note(0), note(0)

    assert second.at - first.at == third.at - second.at == timedelta(microseconds=1)
    assert first.at == OPENED
    assert not Entry.objects.filter(kind=Kind.CLOCK_REGRESSED).exists()


def test_an_act_that_waited_is_not_taken_for_a_clock_that_went_back(log: str) -> None:
    note(1)
    late = note(0.5)

    assert late.at == OPENED + MINUTE + timedelta(microseconds=1)
    assert not Entry.objects.filter(kind=Kind.CLOCK_REGRESSED).exists()


def test_clock_that_went_back_is_written_down_with_both_readings(log: str) -> None:
    before = note(120)

    after = note(60, signer=KITO)

    clock = Entry.objects.get(kind=Kind.CLOCK_REGRESSED)
    assert (before.n, clock.n, after.n) == (0, 1, 2)
    assert clock.at == before.at + timedelta(microseconds=1)
    assert after.at == clock.at + timedelta(microseconds=1)
    said = clock.content.statement
    assert said.actor == KITO.kid
    assert said.stream == stream_of_log(log)
    assert said.claimed == "2026-06-01T10:00:00.000Z"
    readings = {
        "clock": "2026-06-01T10:00:00.000000Z",
        "previous": "2026-06-01T11:00:00.000000Z",
    }
    assert said.commit == commitment(bytes(32), canonical.encode(readings))
    assert list(verify.faults(log, keys=KEYS)) == []


def test_clock_that_stays_back_is_written_down_once(log: str) -> None:
    note(120)
    for minutes in (60, 61, 62, 70):
        note(minutes)

    assert Entry.objects.filter(kind=Kind.CLOCK_REGRESSED).count() == 1


def test_clock_that_goes_back_again_is_written_down_again(log: str) -> None:
    for minutes in (120, 60, 30):
        note(minutes)
    assert Entry.objects.filter(kind=Kind.CLOCK_REGRESSED).count() == 2

    for minutes in (130, 60):
        note(minutes)

    assert Entry.objects.filter(kind=Kind.CLOCK_REGRESSED).count() == 3
    assert list(verify.faults(log, keys=KEYS)) == []


def test_moment_without_a_time_zone_is_refused(log: str) -> None:
    with pytest.raises(LedgerError):
        times.exact(OPENED.replace(tzinfo=None))


def test_append_to_no_log_is_refused() -> None:
    with pytest.raises(LedgerError, match="no such log"):
        note(0, log="osc.example/nowhere/custody")


@pytest.mark.parametrize(
    "wrong",
    [
        {"stream": b"short"},
        {"refs": [b"short"]},
        {"blob": b"short"},
    ],
)
def test_append_of_a_part_not_of_its_form_leaves_nothing(
    log: str, wrong: dict[str, Any]
) -> None:
    with pytest.raises(LedgerError):
        note(0, **({"stream": SWAB} | wrong))

    assert not Entry.objects.exists()
    assert Head.objects.get(pk=log).size == 0


def test_act_that_fails_leaves_neither_gap_nor_fork(log: str) -> None:
    note(0)

    def act_that_fails() -> None:
        note(1)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        transaction.atomic(act_that_fails)()

    assert note(2).n == 1
    assert list(verify.faults(log, keys=KEYS)) == []


def test_append_belongs_to_a_transaction(
    log: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        outside = SimpleNamespace(in_atomic_block=False)
        patch.setattr(transaction, "get_connection", lambda _alias: outside)
        with pytest.raises(LedgerError, match="transaction"):
            note(0)

    assert not Entry.objects.exists()


def test_checkpoint_signs_where_the_log_stands(history: list[Entry]) -> None:
    made = actions.make_checkpoint(log=LOG, signer=LOG_KEY, at=OPENED)

    head = Head.objects.get(pk=LOG)
    signed = checkpoint.verify(made.note, vkey=head.vkey)
    assert signed.size == made.size == 6
    assert signed.root == made.root == merkle.root(bytes(one.leaf) for one in history)
    assert made.anchor_code == checkpoint.anchor_code(made.note)


def test_checkpoint_goes_on_from_the_one_before(history: list[Entry]) -> None:
    first = actions.make_checkpoint(log=LOG, signer=LOG_KEY, at=OPENED)
    leaves = [bytes(one.leaf) for one in history]
    leaves += [bytes(note(minutes).leaf) for minutes in range(6, 17)]

    with CaptureQueriesContext(connection) as queries:
        second = actions.make_checkpoint(log=LOG, signer=LOG_KEY, at=OPENED)

    assert len(queries) == 5
    assert second.root == merkle.root(leaves)
    proof = merkle.consistency_proof(leaves, first.size)
    merkle.verify_consistency(
        old=first.size,
        new=second.size,
        old_root=bytes(first.root),
        new_root=bytes(second.root),
        proof=proof,
    )


def test_checkpoint_of_the_same_size_is_made_once(history: list[Entry]) -> None:
    first = actions.make_checkpoint(log=LOG, signer=LOG_KEY, at=OPENED)

    again = actions.make_checkpoint(log=LOG, signer=LOG_KEY, at=OPENED + MINUTE)

    assert again == first
    assert Checkpoint.objects.count() == 1


def test_checkpoint_of_an_empty_log_is_the_empty_root(log: str) -> None:
    made = actions.make_checkpoint(log=log, signer=LOG_KEY, at=OPENED)

    assert made.root == merkle.EMPTY_ROOT
    assert list(verify.faults(log, keys=KEYS)) == []


def test_checkpoint_is_signed_with_the_logs_own_key_only(history: list[Entry]) -> None:
    with pytest.raises(LedgerError):
        actions.make_checkpoint(log=LOG, signer=AMINA, at=OPENED)

    assert not Checkpoint.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_entry SET entry = entry || entry WHERE n = 4",
        "DELETE FROM ledger_entry WHERE n = 5",
        "DELETE FROM ledger_entry WHERE n = 4",
    ],
)
def test_nothing_is_signed_over_a_fault(
    history: list[Entry], behind: Behind, change: str
) -> None:
    behind(change)

    with pytest.raises(LedgerError, match="nothing is signed"):
        actions.make_checkpoint(log=LOG, signer=LOG_KEY, at=OPENED)


@pytest.mark.parametrize("column", ["frontier", "note"])
def test_nothing_is_signed_on_top_of_an_altered_checkpoint(
    history: list[Entry], behind: Behind, column: str
) -> None:
    made = actions.make_checkpoint(log=LOG, signer=LOG_KEY, at=OPENED)
    note(6)
    altered = {
        "frontier": bytes(len(made.frontier)),
        "note": made.note.replace("\n6\n", "\n5\n"),
    }
    behind(f"UPDATE ledger_checkpoint SET {column} = %s", altered[column])

    with pytest.raises(LedgerError):
        actions.make_checkpoint(log=LOG, signer=LOG_KEY, at=OPENED)
