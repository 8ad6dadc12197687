"""Every kind of change to a centre's database and files that we could think of.

Each kind falls on a random place, past the application and the guards. A good check
names it and the place; what no entry holds is listed in the threat model and left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from django.db import DatabaseError

from centre.core import verification
from centre.ledger.verify import Fault
from centre.management.commands.verify import CHECKS
from centre.vault import keys
from tools.mutations import apart, ledger, rows
from tools.mutations.scene import (
    Done,
    NothingThereError,
    Scene,
    attempted,
    undone,
)

TRIES: Final = 12
"""So often another place is looked for where the database refuses a change."""

Change = Callable[[Scene], Done]

KINDS: Final[Mapping[str, Change]] = {
    "a text": rows.text,
    "a code of a list": rows.choice,
    "a number": rows.number,
    "a yes or no": rows.truth,
    "a time, by a millionth of a second": rows.moment,
    "a day": rows.day,
    "what a row belongs to": rows.reference,
    "a value emptied": rows.emptied,
    "an empty value filled": rows.filled,
    "plain bytes": rows.bytes_turned,
    "a bit of a ciphertext": rows.ciphertext_bit,
    "a ciphertext cut": rows.ciphertext_cut,
    "a ciphertext longer": rows.ciphertext_longer,
    "a ciphertext of another row": rows.ciphertext_of_another_row,
    "a ciphertext of another column": rows.ciphertext_of_another_column,
    "words where a ciphertext stood": rows.plaintext_planted,
    "two rows swapped": rows.swapped,
    "a row twice": rows.duplicated,
    "a row deleted": rows.deleted,
    "a row inserted again": rows.inserted_again,
    "a person": rows.of_table("core_user"),
    "a role": rows.of_table("core_membership"),
    "a role deleted": rows.deleted_from("core_membership"),
    "a signing key": rows.of_table("core_signingkey"),
    "a second factor": rows.of_table("core_totpdevice"),
    "a custody event": rows.of_table("chain_of_custody_custodyevent"),
    "a custody event deleted": rows.deleted_from("chain_of_custody_custodyevent"),
    "a transfer": rows.of_table("chain_of_custody_transfer"),
    "a proposal of two people": rows.of_table("core_proposal", "core_approval"),
    "a proposal deleted": rows.deleted_from("core_proposal", "core_approval"),
    "a note of a reading": rows.of_table("core_accessnote"),
    "a note of a reading deleted": rows.deleted_from("core_accessnote"),
    "a consent": rows.of_table("core_consentdecision"),
    "a version deleted": rows.version_deleted,
    "a row rolled back to its version before": rows.rolled_back,
    "two versions swapped": rows.versions_swapped,
    "an opening deleted": rows.opening_deleted,
    "two openings swapped": rows.openings_swapped,
    "an opening of another row": rows.opening_turned_to_another_row,
    "an opening of no entry": rows.opening_of_a_position_that_is_none,
    "a bit of an entry": ledger.bit,
    "a bit of an entry, hashed anew": ledger.bit_hashed,
    "an entry cut": ledger.cut,
    "an entry longer": ledger.longer,
    "an entry's keys in another order": ledger.keys_in_another_order,
    "a blank in an entry": ledger.blank,
    "other signs for the same text": ledger.escaped,
    "a part of an entry twice": ledger.part_twice,
    "a part too many": ledger.part_more,
    "a column of an entry": ledger.column,
    "an entry deleted": ledger.removed,
    "a gap in the log": ledger.gap,
    "two entries swapped": ledger.swapped,
    "an entry planted": ledger.planted,
    "the newest entry cut off": ledger.newest_removed,
    "the head": ledger.head,
    "a whole log deleted": ledger.log_removed,
    "a checkpoint": ledger.checkpoint,
    "two checkpoints swapped": ledger.checkpoints_swapped,
    "a bit of a wrapped key": apart.key_bit,
    "a wrapped key cut": apart.key_cut,
    "a key emptied": apart.key_emptied,
    "a key deleted": apart.key_deleted,
    "two wrapped keys swapped": apart.keys_swapped,
    "a key of another case": apart.key_turned_to_another_case,
    "two keys of logs swapped": apart.system_keys_swapped,
    "a bit of a file": apart.file_bit,
    "a file cut": apart.file_cut,
    "a file longer": apart.file_longer,
    "a file emptied": apart.file_emptied,
    "a file deleted": apart.file_deleted,
    "two files swapped": apart.files_swapped,
    "where a thing is": apart.whereabouts_changed,
    "where a thing is, deleted": apart.whereabouts_gone,
    "a mark of what is under way deleted": apart.transit_gone,
    "a check planted": apart.run_turned_round,
}
"""What is changed, in words, and how."""


@dataclass(frozen=True)
class Outcome:
    """What came of one change: where it fell, and whether a check said so."""

    kind: str
    what: str
    is_found: bool
    is_placed: bool
    says: str


def trial(kind: str, scene: Scene) -> Outcome | None:
    """One change of this kind, checked and undone; None if it can fall nowhere."""
    with undone(), apart.files_as_they_were():
        done = _changed(kind, scene)
        return None if done is None else _outcome(kind, done, faults())


def trials(kinds: Iterable[str], scene: Scene) -> list[Outcome]:
    """Changes of all these kinds at once, under one check.

    What another change hid is tried once more by itself, until it falls somewhere.
    """
    with undone(), apart.files_as_they_were():
        tried = {kind: _changed(kind, scene) for kind in kinds}
        found = faults()
    outcomes = [
        _outcome(kind, done, found) for kind, done in tried.items() if done is not None
    ]
    hidden = [one for one in outcomes if not one.is_placed]
    seen = [one for one in outcomes if one.is_placed]
    return seen + [_alone(one, scene) for one in hidden]


def _alone(hidden: Outcome, scene: Scene) -> Outcome:
    """The same kind of change by itself; it fell somewhere once, so it can again."""
    tries = (trial(hidden.kind, scene) for _ in range(TRIES))
    return next((one for one in tries if one is not None), hidden)


def _changed(kind: str, scene: Scene) -> Done | None:
    """The change, made; None if it can fall nowhere."""
    for _ in range(TRIES):
        with suppress(DatabaseError, NothingThereError), attempted():
            return KINDS[kind](scene)
    return None


def faults() -> list[Fault]:
    """What `manage.py verify` finds, but for the guards that were taken down."""
    keys.forget()
    found = [f for f in verification.faults(checks=CHECKS) if _counts(f)]
    keys.forget()
    return found


def _counts(fault: Fault) -> bool:
    return "lost the guard" not in fault.says


def _outcome(kind: str, done: Done, found: list[Fault]) -> Outcome:
    named = {(f.table, f.row) for f in found}
    named |= {(f.table, f"{f.log} {f.n}") for f in found}
    named |= {("*", f.row) for f in found}
    says = "; ".join(str(fault) for fault in found[:3])
    return Outcome(kind, done.what, bool(found), bool(named & done.places), says)
