"""Both ways of appending come to the same bytes; one entry or many."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from centre.ledger import actions, canonical, entry, verify
from centre.ledger import append as appending
from centre.ledger import statement as statements_of
from centre.ledger.append import functions, statements
from centre.ledger.append.batch import Said, rows_of
from centre.ledger.append.parts import Link, Outcome, Place, Signed
from centre.ledger.checkpoint import vkey
from centre.ledger.entry import Signature
from centre.ledger.errors import LedgerError
from centre.ledger.kinds import Kind
from centre.ledger.models import Entry, Head
from tests.ledger.conftest import (
    AMINA,
    BLOOD,
    KEYS,
    KITO,
    LOG,
    LOG_KEY,
    MINUTE,
    OPENED,
    STRANGER,
    SWAB,
    note,
)

pytestmark = pytest.mark.django_db

STREAMS = (SWAB, BLOOD, bytes(range(32, 48)))
HASH = some.binary(min_size=32, max_size=32)


@some.composite
def anything(draw: Any) -> Said:
    """Whatever an actor may say, at any moment near the opening."""
    return Said(
        kind=draw(some.sampled_from(list(Kind))),
        stream=draw(some.sampled_from(STREAMS)),
        commit=draw(HASH),
        at=OPENED + timedelta(microseconds=draw(some.integers(0, 50_000_000))),
        refs=tuple(draw(some.lists(HASH, max_size=3))),
        blob=draw(some.none() | HASH),
    )


MANY = some.lists(anything(), min_size=1, max_size=12)
ONCE = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


class _UndoError(Exception):
    """Takes one example back."""


def _bytes_of(log: str) -> list[tuple[bytes, ...]]:
    rows = Entry.objects.filter(log=log).order_by("n")
    columns = ("n", "stream", "sseq", "kind", "entry", "leaf")
    return [
        tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
        for row in rows.values_list(*columns)
    ]


def _written(log: str, said: list[Said], how: str, monkeypatch: Any) -> list[Any]:
    """What the log holds after these were said one way; then it is taken back."""
    held: list[Any] = []
    try:
        with transaction.atomic(), monkeypatch.context() as patch:
            if how == "statements":
                patch.setattr(actions, "way", lambda: statements)
            if how == "together":
                actions.append_all(log=log, said=said, signer=AMINA, role="nurse")
            else:
                for one in said:
                    actions._say(log, one, AMINA, "nurse")
            head = Head.objects.get(pk=log)
            held = [*_bytes_of(log), (head.size, bytes(head.last_leaf), head.last_at)]
            raise _UndoError
    except _UndoError:
        return held


@ONCE
@given(said=MANY)
def test_both_ways_come_to_the_same_bytes(
    log: str, monkeypatch: pytest.MonkeyPatch, said: list[Said]
) -> None:
    """On PostgreSQL the function; on SQLite there is one way, held against itself."""
    assert _written(log, said, "usual", monkeypatch) == (
        _written(log, said, "statements", monkeypatch)
    )


@ONCE
@given(said=MANY)
def test_a_batch_comes_to_the_same_bytes_as_one_by_one(
    log: str, monkeypatch: pytest.MonkeyPatch, said: list[Said]
) -> None:
    assert _written(log, said, "together", monkeypatch) == (
        _written(log, said, "usual", monkeypatch)
    )


def test_the_way_is_that_of_the_database(log: str) -> None:
    expected = functions if connection.vendor == "postgresql" else statements

    assert appending.way() is expected


def test_what_a_batch_adds_verifies_and_goes_on(log: str) -> None:
    note(0)
    said = [
        Said(Kind.READ, STREAMS[number % 3], bytes([number]) * 32, OPENED + MINUTE)
        for number in range(50)
    ]

    added = actions.append_all(log=log, said=said, signer=KITO, role="system")
    note(2)

    assert added == list(range(1, 51))
    assert Head.objects.get(pk=log).size == 52
    assert list(verify.faults(log, keys=KEYS)) == []


def test_a_batch_under_a_clock_that_went_back_says_so(log: str) -> None:
    note(120)
    said = [
        Said(Kind.READ, SWAB, bytes(32), OPENED),
        Said(Kind.READ, SWAB, bytes(32), OPENED),
    ]

    actions.append_all(log=log, said=said, signer=KITO, role="system")

    assert Entry.objects.filter(kind=Kind.CLOCK_REGRESSED).count() == 1
    assert list(verify.faults(log, keys=KEYS)) == []


def test_an_empty_batch_adds_nothing(log: str) -> None:
    assert actions.append_all(log=log, said=[], signer=KITO, role="system") == []
    assert Head.objects.get(pk=log).size == 0


def test_nothing_is_appended_to_a_log_that_was_never_opened(db: None) -> None:
    said = [Said(Kind.READ, SWAB, bytes(32), OPENED)]

    with pytest.raises(LedgerError, match="no such log"):
        note(0)
    with pytest.raises(LedgerError, match="no such log"):
        actions.append_all(log=LOG, said=said, signer=KITO, role="system")
    with pytest.raises(LedgerError, match="no such log"):
        actions.lock_in_order(logs=[LOG])


def test_a_prepared_statement_carries_more_than_one_signature(log: str) -> None:
    note(0)
    said = Said(Kind.TRANSFER_RECEIVED, SWAB, bytes(32), OPENED + MINUTE)
    prepared = actions.prepare(log=log, said=said, signer=AMINA, role="nurse")
    message = statements_of.message(log, prepared)
    beside = Signature(KITO.kid, KITO.sign(message))

    added = actions.append_prepared(
        log=log, statement=prepared, signer=AMINA, at=OPENED + MINUTE, more=[beside]
    )

    content = Entry.objects.get(n=added.n).content
    assert content.signed == prepared
    assert [one.kid for one in content.signatures] == [AMINA.kid, KITO.kid]
    assert list(verify.faults(log, keys=KEYS)) == []


def test_a_prepared_statement_whose_stream_moved_on_is_refused(log: str) -> None:
    said = Said(Kind.TRANSFER_RECEIVED, SWAB, bytes(32), OPENED)
    prepared = actions.prepare(log=log, said=said, signer=AMINA, role="nurse")
    note(0)

    with pytest.raises(LedgerError, match="moved on"):
        actions.append_prepared(
            log=log, statement=prepared, signer=AMINA, at=OPENED + MINUTE
        )


def test_a_prepared_statement_is_signed_by_its_actor_first(log: str) -> None:
    said = Said(Kind.TRANSFER_RECEIVED, SWAB, bytes(32), OPENED)
    prepared = actions.prepare(log=log, said=said, signer=AMINA, role="nurse")

    with pytest.raises(LedgerError, match="actor"):
        actions.append_prepared(log=log, statement=prepared, signer=STRANGER, at=OPENED)


def test_a_prepared_statement_under_a_clock_that_went_back_says_so(log: str) -> None:
    note(120)
    said = Said(Kind.TRANSFER_RECEIVED, SWAB, bytes(32), OPENED)
    prepared = actions.prepare(log=log, said=said, signer=AMINA, role="nurse")

    added = actions.append_prepared(
        log=log, statement=prepared, signer=AMINA, at=OPENED
    )

    assert Entry.objects.get(kind=Kind.CLOCK_REGRESSED).n == added.n - 1
    assert list(verify.faults(log, keys=KEYS)) == []


def test_an_entry_that_has_no_room_is_refused_before_it_is_sent(log: str) -> None:
    with pytest.raises(LedgerError, match="at most"):
        note(0, refs=[bytes(32)] * 1500)

    assert Head.objects.get(pk=log).size == 0


@pytest.fixture
def place(log: str) -> Iterator[Any]:
    """The next place of a stream on PostgreSQL, read before any lock."""
    if connection.vendor != "postgresql":
        pytest.skip("Only PostgreSQL appends by a function.")
    return functions.place(log, SWAB)


def _sign(sseq: int, sprev: bytes | None) -> Signed:
    said = Said(Kind.READ, SWAB, bytes(32), OPENED)
    statement = said.statement(AMINA.kid, "nurse", Link(sseq, sprev)).encode()
    own = Signature(AMINA.kid, AMINA.sign(statements_of.message(LOG, statement)))
    return Signed(SWAB, sseq, "read", statement, entry.written([own]))


@pytest.mark.postgres
def test_the_function_adds_nothing_for_a_stream_that_moved_on(place: Any) -> None:
    between = note(0)

    answer = functions.add(place, _sign(0, None), OPENED, is_back_known=False)

    assert answer.outcome is Outcome.MOVED
    assert answer.link == Link(1, bytes(between.leaf))
    assert Head.objects.get(pk=LOG).size == 1


@pytest.mark.postgres
def test_an_append_that_was_overtaken_goes_on_from_where_the_stream_stands(
    place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(0)
    note(1)
    monkeypatch.setattr(functions, "guess", lambda log, stream: place)

    assert note(2).sseq == 2
    assert list(verify.faults(LOG, keys=KEYS)) == []


@pytest.mark.postgres
def test_whoever_goes_on_with_a_thing_is_not_asked_where_it_stands(place: Any) -> None:
    with CaptureQueriesContext(connection) as first:
        note(0)
    with CaptureQueriesContext(connection) as second:
        note(1)

    asked = [sum("ledger_" in q["sql"] for q in found) for found in (first, second)]
    assert asked == [2, 1]


@pytest.mark.postgres
def test_what_was_rolled_back_or_overtaken_is_remembered_wrongly_and_found_out(
    place: Any,
) -> None:
    with transaction.atomic():
        note(0)
        note(1)
        transaction.set_rollback(True)
    assert note(0).sseq == 0

    stale = dict(functions._remembered)
    note(1)
    functions._remembered.update(stale)  # as if another process had added that
    assert note(2).sseq == 2
    assert list(verify.faults(LOG, keys=KEYS)) == []


@pytest.mark.postgres
def test_no_more_streams_are_remembered_than_there_is_room_for(
    place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(functions, "MOST_REMEMBERED", 2)
    monkeypatch.setattr(functions, "_remembered", {})
    for number, stream in enumerate((SWAB, BLOOD, bytes(16))):
        functions._remember(Place(LOG, stream, Link(0, None)), Link(number, None))

    assert len(functions._remembered) == 1


@pytest.mark.postgres
@pytest.mark.parametrize(("sseq", "sprev"), [(1, bytes(32)), (7, bytes(32))])
def test_the_function_refuses_a_link_that_is_not_the_newest(
    place: Any, sseq: int, sprev: bytes
) -> None:
    answer = functions.add(place, _sign(sseq, sprev), OPENED, is_back_known=False)

    assert (answer.outcome, answer.link) == (Outcome.MOVED, Link(0, None))


@pytest.mark.postgres
def test_the_columns_are_those_of_the_statement(place: Any) -> None:
    """Whoever calls the function cannot file an entry under another name."""
    lie = Signed(BLOOD, 0, "item.destroyed", _sign(0, None).statement, b"[]")

    functions.add(place, lie, OPENED, is_back_known=False)

    added = Entry.objects.get(log=LOG)
    assert (bytes(added.stream), added.sseq, added.kind) == (SWAB, 0, "read")


@pytest.mark.postgres
@pytest.mark.parametrize("at", ["2026-06-01", "", "9999-99-99T99:99:99.999999"])
def test_the_function_takes_a_moment_in_the_logs_form_only(place: Any, at: str) -> None:
    signed = _sign(0, None)
    with pytest.raises(DatabaseError, match="log's form"), transaction.atomic():
        functions._one(functions._ADD, LOG, signed.statement, b"[]", at, False)


@pytest.mark.postgres
@pytest.mark.parametrize("wrong", ["link", "time", "leaf"])
def test_a_batch_that_does_not_fit_is_refused_whole(place: Any, wrong: str) -> None:
    head = functions.lock(LOG)
    assert head is not None
    said = [Said(Kind.READ, SWAB, bytes(32), OPENED)] * 2
    rows = rows_of(head, said, {}, AMINA, "nurse")
    broken: Any = {
        "link": [rows[0], _with(rows[1], signed=_sign(1, bytes(32)))],
        "time": [rows[1], rows[0]],
        "leaf": [rows[0], _with(rows[1], leaf=bytes(32))],
    }[wrong]

    with pytest.raises((DatabaseError, LedgerError)), transaction.atomic():
        functions.add_all(head, broken)

    assert Head.objects.get(pk=LOG).size == 0


def _with(row: Any, **changed: Any) -> Any:
    from dataclasses import replace

    return replace(row, **changed)


@pytest.mark.postgres
def test_an_entry_of_the_function_is_canonical(place: Any) -> None:
    added = note(0)

    content = bytes(Entry.objects.get(n=added.n).entry)
    assert canonical.encode(json.loads(content)) == content


def test_a_log_begins_at_its_genesis_either_way(db: None) -> None:
    key = vkey(LOG, LOG_KEY.public_key)
    with transaction.atomic():
        appending.way().begin(LOG, key, "2026-06-01T08:59:59.999999Z")
    usual = Head.objects.values().get(pk=LOG)
    other = "osc.example/hillside/custody"
    statements.begin(other, vkey(other, LOG_KEY.public_key), usual["last_at"])

    assert bytes(usual["last_leaf"]) == actions_genesis(LOG, key)
    assert Head.objects.get(pk=other).size == usual["size"] == 0


def actions_genesis(log: str, key: str) -> bytes:
    """What stands before entry 0, by the published formula."""
    from hashlib import sha256

    return sha256(f"osc-genesis/v1\n{log}\n{key}\n".encode()).digest()
