"""Going on from a proven checkpoint: what is found, what is left to the full check."""

from __future__ import annotations

import pytest

from centre.ledger import checkpoint, verify
from centre.ledger.binary import text_of
from centre.ledger.bulk import Signatures
from centre.ledger.merkle import leaf_hash
from centre.ledger.models import Checkpoint, Entry
from centre.ledger.verify import Fault
from tests.ledger.conftest import BLOOD, KEYS, LOG, STRANGER, Behind, note, said

pytestmark = pytest.mark.django_db


def since(size: int = 6) -> list[Fault]:
    """Every fault behind the checkpoint of this size."""
    made = Checkpoint.objects.get(log=LOG, size=size)
    return list(verify.faults(LOG, keys=KEYS, since=made))


@pytest.mark.parametrize("size", [6, 8])
def test_what_was_appended_honestly_is_sound(signed: list[Entry], size: int) -> None:
    note(9)
    note(10, stream=BLOOD)

    assert since(size) == []


def test_stream_that_began_after_the_checkpoint_and_went_on_is_sound(
    signed: list[Entry],
) -> None:
    note(9, stream=bytes(16))
    note(10, stream=bytes(16))

    assert since() == []


def test_only_what_is_new_is_read(signed: list[Entry]) -> None:
    seen: list[int] = []
    made = Checkpoint.objects.get(log=LOG, size=6)

    assert list(verify.faults(LOG, keys=KEYS, since=made, told=seen.append)) == []
    assert sum(seen) == 2


@pytest.mark.parametrize("column", ["entry", "leaf", "stream"])
def test_changed_new_entry_is_found(
    signed: list[Entry], behind: Behind, column: str
) -> None:
    stored = bytearray(getattr(signed[7], column))
    stored[3] ^= 1
    behind(f"UPDATE ledger_entry SET {column} = %s WHERE n = 7", bytes(stored))

    assert since()[0].n == 7


def test_newest_old_entry_is_held_against_what_follows_it(
    signed: list[Entry], behind: Behind
) -> None:
    stored = bytearray(signed[5].entry)
    stored[9] ^= 1
    behind("UPDATE ledger_entry SET entry = %s WHERE n = 5", bytes(stored))

    assert said(since()) == {"The newest entry under the checkpoint was changed."}


def test_entry_that_new_ones_go_on_from_is_held_against_them(
    signed: list[Entry], behind: Behind
) -> None:
    """Entry 6 goes on with the stream of entry 3."""
    other = bytes(signed[2].entry)
    behind(
        "UPDATE ledger_entry SET entry = %s, leaf = %s WHERE n = 3",
        *(other, bytes(signed[2].leaf)),
    )

    assert said(since()) == {"The entry does not follow its stream's previous entry."}


def test_older_entries_are_left_to_the_full_check(
    signed: list[Entry], behind: Behind
) -> None:
    behind("UPDATE ledger_entry SET leaf = %s WHERE n = 1", bytes(32))

    assert since() == []
    assert [fault.n for fault in verify.faults(LOG, keys=KEYS)] == [1]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("note = replace(note, 'river', 'hill')", "The checkpoint is of another log."),
        ("note = 'none'", "These lines are not a checkpoint."),
        (
            "frontier = root",
            "A frontier holds one hash for each set bit of its size.",
        ),
    ],
)
def test_changed_checkpoint_is_not_gone_on_from(
    signed: list[Entry], behind: Behind, change: str, says: str
) -> None:
    behind(f"UPDATE ledger_checkpoint SET {change} WHERE size = 6")

    faults = since()

    assert said(faults) == {says}
    assert faults[0].table == "ledger_checkpoint"


def test_checkpoint_of_a_made_up_key_is_not_gone_on_from(
    signed: list[Entry], behind: Behind
) -> None:
    made = Checkpoint.objects.get(log=LOG, size=6)
    forged = checkpoint.sign(origin=LOG, size=6, root=bytes(made.root), signer=STRANGER)
    behind("UPDATE ledger_checkpoint SET note = %s WHERE size = 6", forged)

    assert said(since()) == {"The log's key did not sign the checkpoint."}


def test_other_frontier_is_not_gone_on_from(
    signed: list[Entry], behind: Behind
) -> None:
    behind("UPDATE ledger_checkpoint SET frontier = %s WHERE size = 6", bytes(64))

    assert said(since()) == {"The checkpoint's frontier is not that of its tree."}


def falsify(behind: Behind, row: Entry) -> None:
    """Put a false signature into the newest entry, with leaf and head made to fit."""
    good = row.content.signatures[0].signature
    wrong = text_of(bytes(64))
    content = bytes(row.entry).replace(text_of(good).encode(), wrong.encode())
    leaf = leaf_hash(content)
    behind(
        "UPDATE ledger_entry SET entry = %s, leaf = %s WHERE n = %s",
        *(content, leaf, row.n),
    )
    behind("UPDATE ledger_head SET last_leaf = %s", leaf)


@pytest.mark.parametrize("worth", [1, 1000])
def test_false_signature_is_found_by_one_process_and_by_many(
    signed: list[Entry], behind: Behind, worth: int
) -> None:
    falsify(behind, note(9))

    faults = list(verify.faults(LOG, keys=KEYS, worth=worth))

    assert [(f.n, f.says) for f in faults] == [
        (8, "The signature is not that of its key.")
    ]


def test_false_signature_passes_where_nobody_looks(
    signed: list[Entry], behind: Behind
) -> None:
    """The control of the test above: the chain alone does not show it."""
    falsify(behind, note(9))

    assert list(verify.faults(LOG, keys=KEYS, with_signatures=False)) == []


def test_batches_are_told_in_order() -> None:
    proof = Signatures()

    assert proof.take([("5", 4, bytes(32), b"AA==", b"")]) == [("5", 4)]
    assert list(proof.rest()) == []
