"""The mirror holds each entry once, whatever was cut, and no other history."""

from __future__ import annotations

from pathlib import Path

import pytest

from centre.ledger import merkle, mirror
from centre.ledger.errors import LedgerError
from centre.ledger.models import Entry
from tests.ledger.conftest import LOG, Behind, note

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the mirror lies."""
    return mirror.path_of(tmp_path / "disk", LOG)


def expected() -> bytes:
    """What the whole file must be: the stored bytes, one entry a line."""
    rows = Entry.objects.filter(log=LOG).order_by("n")
    return b"".join(bytes(row.entry) + b"\n" for row in rows)


def test_mirror_is_the_stored_bytes_line_by_line(
    history: list[Entry], path: Path
) -> None:
    assert mirror.catch_up(LOG, path) == 6
    assert path.read_bytes() == expected()
    assert path.name == "osc.example_riverside_custody.jsonl"


def test_mirror_goes_on_where_it_ended(history: list[Entry], path: Path) -> None:
    mirror.catch_up(LOG, path)
    note(6)
    note(7)

    assert [mirror.catch_up(LOG, path), mirror.catch_up(LOG, path)] == [2, 0]
    assert path.read_bytes() == expected()


def test_cut_at_any_byte_loses_and_doubles_nothing(
    history: list[Entry], path: Path
) -> None:
    mirror.catch_up(LOG, path)
    whole = path.read_bytes()
    last = whole.rindex(b"\n", 0, -1) + 1
    places = [0, 1, 100, *range(last - 3, last + 4), len(whole) - 2, len(whole) - 1]
    for place in places:
        path.write_bytes(whole[:place])

        mirror.catch_up(LOG, path)

        assert path.read_bytes() == whole


def test_entries_longer_than_a_block_are_found_again(
    log: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(5):
        note(n, refs=[bytes([n + 1]) * 32] * 1200)
    monkeypatch.setattr(mirror, "_BATCH", 2)
    mirror.catch_up(LOG, path)
    note(9)

    assert mirror.catch_up(LOG, path) == 1
    assert path.read_bytes() == expected()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda raw: raw[:-3] + b"2}\n", "not what the mirror holds"),
        (lambda raw: raw + b"nothing\n", "no entry"),
        (lambda raw: raw + b"half of something", "half a line"),
        (lambda raw: raw.replace(b'"n":5', b'"n":9'), "holds fewer"),
        (lambda raw: raw.replace(b'"n":5', b'"n":4'), "not what the mirror holds"),
    ],
)
def test_mirror_of_another_history_is_left_as_it_is(
    history: list[Entry], path: Path, change: object, says: str
) -> None:
    assert callable(change)
    mirror.catch_up(LOG, path)
    changed = change(path.read_bytes())
    path.write_bytes(changed)
    note(8)

    with pytest.raises(LedgerError, match=says):
        mirror.catch_up(LOG, path)

    assert path.read_bytes() == changed


def test_log_that_lost_its_end_is_found(
    history: list[Entry], path: Path, behind: Behind
) -> None:
    mirror.catch_up(LOG, path)
    behind("DELETE FROM ledger_entry WHERE n >= 4")

    with pytest.raises(LedgerError, match="missing in the database"):
        mirror.catch_up(LOG, path)
    assert list(mirror.faults(LOG, path)) == [
        "The mirror holds entries from 4 on that the log has lost."
    ]


def test_changed_entry_is_found_by_its_mirror(
    history: list[Entry], path: Path, behind: Behind
) -> None:
    mirror.catch_up(LOG, path)
    assert list(mirror.faults(LOG, path)) == []

    behind("UPDATE ledger_entry SET entry = leaf WHERE n = 2")

    assert list(mirror.faults(LOG, path)) == ["Entry 2 is not what the mirror holds."]


def test_changed_mirror_is_found(history: list[Entry], path: Path) -> None:
    mirror.catch_up(LOG, path)
    raw = bytearray(path.read_bytes())
    raw[40] ^= 1
    path.write_bytes(raw)

    assert list(mirror.faults(LOG, path)) == ["Entry 0 is not what the mirror holds."]


def test_mirror_that_is_gone_is_told(history: list[Entry], path: Path) -> None:
    assert list(mirror.faults(LOG, path)) == ["The mirror is gone."]


def test_head_of_a_mirror_is_that_of_its_log(history: list[Entry], path: Path) -> None:
    mirror.catch_up(LOG, path)

    assert mirror.head_of(path) == (6, merkle.root(bytes(e.leaf) for e in history))


def test_mirror_with_a_missing_line_has_no_head(
    history: list[Entry], path: Path
) -> None:
    mirror.catch_up(LOG, path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2] + lines[3:]))

    with pytest.raises(LedgerError, match="Line 2"):
        mirror.head_of(path)
