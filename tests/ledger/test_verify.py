"""Whatever is changed behind the application's back is found and named."""

from __future__ import annotations

import pytest
from django.db import connection

from centre.ledger import actions, checkpoint, verify
from centre.ledger.models import Entry, Head
from centre.ledger.verify import Fault
from tests.ledger.conftest import (
    AMINA,
    KEYS,
    KITO,
    LOG,
    LOG_KEY,
    OPENED,
    STRANGER,
    Behind,
    found,
    note,
    said,
    some_history,
)

pytestmark = pytest.mark.django_db


def test_honest_log_has_no_fault(signed: list[Entry]) -> None:
    assert found() == []


def test_empty_log_has_no_fault(log: str) -> None:
    assert found() == []


@pytest.mark.parametrize("batch", [1, 3, 8])
def test_batches_make_no_difference(
    signed: list[Entry], monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(verify, "BATCH", batch)

    assert found() == []


@pytest.mark.parametrize(
    ("column", "says"),
    [
        ("entry", "The entry is not what its leaf was made of."),
        ("leaf", "The entry is not what its leaf was made of."),
        ("stream", "The column stream is not what the entry says."),
    ],
)
@pytest.mark.parametrize("n", [0, 3, 7])
def test_flipped_byte_is_found_and_named(
    signed: list[Entry], behind: Behind, column: str, says: str, n: int
) -> None:
    row = signed[n]
    stored = bytearray(getattr(row, column))
    stored[len(stored) // 2] ^= 1
    behind(
        f"UPDATE ledger_entry SET {column} = %s WHERE n = %s",
        bytes(stored),
        n,
    )

    first, *_ = found()

    assert first == Fault(LOG, n, "ledger_entry", str(row.pk), says)


@pytest.mark.parametrize(
    ("column", "value"), [("kind", "read"), ("sseq", 90), ("n", 90), ("log", "abc")]
)
def test_changed_column_is_found(
    signed: list[Entry], behind: Behind, column: str, value: object
) -> None:
    behind(f"UPDATE ledger_entry SET {column} = %s WHERE n = 3", value)

    first, *_ = found()

    assert first.n == 3
    assert first.table == "ledger_entry"


def test_every_byte_of_an_entry_counts(signed: list[Entry], behind: Behind) -> None:
    row = signed[4]
    for place in range(0, len(row.entry), 9):
        flipped = bytearray(row.entry)
        flipped[place] ^= 1 << (place % 8)
        behind("UPDATE ledger_entry SET entry = %s WHERE n = 4", bytes(flipped))

        first, *_ = found()

        assert (first.log, first.n, first.row) == (LOG, 4, str(row.pk))


def test_one_flipped_byte_is_not_blamed_on_its_neighbours(
    signed: list[Entry], behind: Behind
) -> None:
    behind("UPDATE ledger_entry SET leaf = %s WHERE n = 2", bytes(32))

    assert [fault.n for fault in found()] == [2]


@pytest.mark.parametrize(
    "column", ["size", "last_leaf", "last_at", "vkey"], ids=lambda column: column
)
def test_changed_head_is_found(
    signed: list[Entry], behind: Behind, column: str
) -> None:
    other = checkpoint.vkey(LOG, STRANGER.public_key)
    value = {
        "size": 7,
        "last_leaf": bytes(32),
        "last_at": "2026-06-01T09:06:59.999999Z",
        "vkey": other,
    }[column]
    behind(f"UPDATE ledger_head SET {column} = %s", value)

    assert found() != []


def test_vkey_that_is_none_is_found(signed: list[Entry], behind: Behind) -> None:
    behind("UPDATE ledger_head SET vkey = 'none'")

    first, *_ = found()

    assert first == Fault(
        LOG, None, "ledger_head", LOG, "The log's key is not a key of this log."
    )


def test_altered_head_of_an_empty_log_is_found(log: str, behind: Behind) -> None:
    behind("UPDATE ledger_head SET last_leaf = %s", bytes(32))

    assert len(found()) == 1


def test_head_that_is_gone_is_found(signed: list[Entry], behind: Behind) -> None:
    behind("DELETE FROM ledger_head")

    assert said(found()) == {"The head of the log is gone."}
    assert verify.logs() == [LOG]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            "UPDATE ledger_checkpoint SET root = leaf FROM ledger_entry WHERE n = 1",
            "The checkpoint's columns are not what was signed.",
        ),
        (
            "UPDATE ledger_checkpoint SET size = size + 100",
            "The checkpoint's columns are not what was signed.",
        ),
        (
            "UPDATE ledger_checkpoint SET note = replace(note, 'river', 'hill')",
            "The checkpoint is of another log.",
        ),
        (
            "UPDATE ledger_checkpoint SET frontier = root",
            "The checkpoint's frontier is not that of its tree.",
        ),
    ],
)
def test_changed_checkpoint_is_found(
    signed: list[Entry], behind: Behind, change: str, says: str
) -> None:
    if connection.vendor == "sqlite":
        change = change.replace(
            "= leaf FROM ledger_entry WHERE n = 1",
            "= (SELECT leaf FROM ledger_entry WHERE n = 1)",
        )
    behind(change)

    first, *_ = found()

    assert first.table == "ledger_checkpoint"
    assert says in said(found())


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("entry", "entry", "'text'"),
        ("entry", "leaf", "7"),
        ("entry", "stream", "'text'"),
        ("entry", "kind", "x'ff00'"),
        ("entry", "kind", "CAST(x'ff' AS TEXT)"),
        ("entry", "log", "CAST(x'ff' AS TEXT)"),
        ("entry", "sseq", "'text'"),
        ("entry", "n", "'text'"),
        ("entry", "n", "-1"),
        ("entry", "n", "3.5"),
        ("head", "log", "CAST(x'ff' AS TEXT)"),
        ("head", "size", "'text'"),
        ("head", "last_leaf", "'text'"),
        ("head", "last_at", "CAST(x'ff' AS TEXT)"),
        ("head", "vkey", "CAST(x'ff' AS TEXT)"),
        ("head", "vkey", "x'00'"),
        ("checkpoint", "log", "CAST(x'ff' AS TEXT)"),
        ("checkpoint", "size", "'text'"),
        ("checkpoint", "root", "'text'"),
        ("checkpoint", "frontier", "'text'"),
        ("checkpoint", "note", "CAST(x'ff' AS TEXT)"),
        ("checkpoint", "note", "x'00'"),
    ],
)
def test_values_of_another_type_are_found_and_break_nothing(
    signed: list[Entry], behind: Behind, table: str, column: str, value: str
) -> None:
    """SQLite keeps whatever it is given, and its text need not be text."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps only what the column's type allows.")
    where = {"entry": "n = 3", "head": "1 = 1", "checkpoint": "size = 6"}[table]
    behind("PRAGMA ignore_check_constraints = ON")
    behind(f"UPDATE ledger_{table} SET {column} = {value} WHERE {where}")
    behind("PRAGMA ignore_check_constraints = OFF")

    faults = [fault for log in verify.logs() for fault in verify.faults(log, keys=KEYS)]

    assert faults[0].table in {f"ledger_{table}", "ledger_head"}
    assert all(str(fault).isascii() for fault in faults)


def test_text_is_read_strictly_again_once_the_log_is_verified(
    signed: list[Entry],
) -> None:
    with verify.any_text("default"):
        assert found() == []

    if connection.vendor == "sqlite":
        assert connection.connection.text_factory is str


def test_deleted_entry_is_found(signed: list[Entry], behind: Behind) -> None:
    behind("DELETE FROM ledger_entry WHERE n IN (3, 4)")

    first, *_ = found()

    assert first == Fault(LOG, 3, "ledger_entry", "", "Entries 3 to 4 are gone.")


def test_deleted_newest_entry_is_found(signed: list[Entry], behind: Behind) -> None:
    behind("DELETE FROM ledger_entry WHERE n = 7")

    assert "Entries 7 to 7 are gone." in said(found())


def test_entry_that_no_head_counts_is_found(
    signed: list[Entry], behind: Behind
) -> None:
    behind("UPDATE ledger_entry SET n = 8 WHERE n = 7")

    faults = found()

    assert {fault.n for fault in faults} >= {7, 8}
    assert "The head of the log does not count this entry." in said(faults)


def test_swapped_entries_are_found(signed: list[Entry], behind: Behind) -> None:
    behind("UPDATE ledger_entry SET n = 99 WHERE n = 3")
    behind("UPDATE ledger_entry SET n = 3 WHERE n = 4")
    behind("UPDATE ledger_entry SET n = 4 WHERE n = 99")

    assert {3, 4} <= {fault.n for fault in found()}


def test_key_on_file_that_was_exchanged_is_found(signed: list[Entry]) -> None:
    faults = found(KEYS | {KITO.kid: STRANGER.public_key})

    assert said(faults) == {"The key on file is not the key the signature names."}
    assert [fault.n for fault in faults] == [3, 5]


def test_key_that_is_not_on_file_is_found(signed: list[Entry]) -> None:
    faults = found({AMINA.kid: AMINA.public_key})

    assert said(faults) == {"Nobody's key has the name the signature gives."}


def test_log_that_grows_meanwhile_raises_no_false_alarm(
    signed: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    def grow(head: Head) -> str:
        note(20)
        actions.make_checkpoint(log=LOG, signer=LOG_KEY, at=OPENED)
        return head.vkey

    monkeypatch.setattr(verify, "_vkey_of", grow)

    assert found() == []
    assert Head.objects.get(pk=LOG).size == len(signed) + 1


def test_every_log_is_listed_by_whatever_names_it(
    signed: list[Entry], behind: Behind
) -> None:
    behind("UPDATE ledger_checkpoint SET log = 'osc.example/hidden' WHERE size = 8")

    assert verify.logs() == ["osc.example/hidden", LOG]


def test_fault_reads_as_a_line() -> None:
    fault = Fault(LOG, 3, "ledger_entry", "4", "It is gone.")

    assert str(fault) == f"{LOG} position 3, table ledger_entry, row 4: It is gone."
    assert str(Fault("", None, "a", "", "Gone.")) == "table a, row none: Gone."


def test_history_of_two_people_has_no_fault_in_any_log(log: str) -> None:
    some_history()

    assert [list(verify.faults(one, keys=KEYS)) for one in verify.logs()] == [[]]
