"""Every manipulation by name: what gives it away, and where the verifier says it is.

The thief holds ever more keys, mends the manifest each time, and tells the whole story
anew.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from centre.ledger.kinds import Kind
from tests.verifier.thief import (
    EVERYBODY,
    SEALED,
    changed,
    found,
    in_place,
    without,
    witness_says,
)
from tools import workshop
from tools.workshop import (
    AMINA,
    BLOOD,
    KITO,
    OTHER_LOG_KEY,
    SWAB,
    THIEF,
    Told,
    bundle,
    mended,
    policy,
    resigned,
    write,
)


@pytest.mark.parametrize("is_whole", [True, False])
def test_what_was_honestly_written_holds(honest, is_whole):
    older = [honest.witnessed(6)]
    under = policy(honest, "registrar")
    files = bundle(honest, older=older, under=under, is_whole=is_whole)

    assert found(files, notes=(honest.note(6),), trusted=under) == ""


# What whoever can write to the database can do


@pytest.mark.parametrize(
    ("old", "new", "seen_at"),
    [
        (b"item.sealed", b"item.stored", SEALED),
        (b'"role":"c', b'"role":"d', SEALED),
        (b'"commit":"', b'"commit":"A', SEALED),
        (b'"at":"2026-06-01T09:04', b'"at":"2026-06-01T09:03', SEALED),
        (b"04:00.000000", b"04:00.000001", SEALED + 1),
    ],
)
def test_row_edited_in_place(honest, old, new, seen_at):
    """Its time is not its actor's to sign: the next entry tells."""
    forged = in_place(honest, SEALED, old, new)

    says = found(bundle(forged, note=honest.note()))
    assert says.endswith(f"(entries.jsonl, line {seen_at + 1})")


def test_row_edited_and_all_hashes_recomputed_under_the_old_checkpoint(honest):
    forged = write(changed(list(honest.told)))

    says = found(bundle(forged, note=honest.note()))
    assert says.startswith(f"the signature of entry {SEALED} is false")


def test_recomputed_links_alone_are_found_by_the_stream(honest):
    """Entry and leaf are made anew, but the next statement still names the old one."""
    forged = write(resigned(changed(list(honest.told)), [AMINA]))
    kept = list(forged.raw)
    kept[SEALED + 2] = honest.raw[SEALED + 2]

    says = found(bundle(replace(forged, raw=tuple(kept)), note=honest.note()))
    assert says.startswith(f"entry {SEALED + 2} does not follow")


def test_row_edited_and_signed_with_a_made_up_key(honest):
    told = changed(list(honest.told))
    told[SEALED] = replace(told[SEALED], signer=THIEF)
    forged = write(resigned(told, EVERYBODY))

    says = found(bundle(forged, note=forged.note(by=THIEF)))
    assert says.startswith("the log's key did not sign the checkpoint")


def test_log_told_anew_under_a_made_up_log_key(honest):
    forged = write(changed(resigned(honest.told, EVERYBODY)), key=OTHER_LOG_KEY)

    says = found(bundle(forged), trusted=policy(honest))
    assert says.startswith("the log's key did not sign the checkpoint")


def test_row_deleted_in_place(honest):
    forged = without(honest, SEALED)

    says = found(bundle(forged, note=honest.note()))
    assert says.startswith(f"entry {SEALED} is missing")


def test_two_rows_swapped_in_place(honest):
    raw = list(honest.raw)
    raw[SEALED], raw[SEALED + 1] = raw[SEALED + 1], raw[SEALED]

    says = found(bundle(replace(honest, raw=tuple(raw))))
    assert says.startswith(f"entry {SEALED} is missing")


def test_row_written_twice(honest):
    raw = (*honest.raw[:SEALED], honest.raw[SEALED - 1], *honest.raw[SEALED:])

    says = found(bundle(replace(honest, raw=raw)))
    assert says.startswith(f"entry {SEALED - 1} is out of order")


def test_tail_cut_off_under_the_newest_checkpoint(honest):
    forged = replace(honest, raw=honest.raw[:7], told=honest.told[:7])

    says = found(bundle(forged, note=honest.note()))
    assert says.startswith("the log has 7 entries, 10 were signed")


def test_tail_cut_off_and_an_older_checkpoint_put_back_with_newer_paper_at_hand(honest):
    forged = replace(honest, raw=honest.raw[:7], told=honest.told[:7])

    says = found(bundle(forged), notes=(honest.note(9),))
    assert says.startswith("TRUNCATED: it was signed over 9 entries, here are 7")
    assert says.endswith("(paper.note)")


# What a thief of keys can do besides


def test_row_edited_with_the_logs_key_stolen(honest):
    forged = write(changed(list(honest.told)))

    assert found(bundle(forged)).startswith(f"the signature of entry {SEALED} is false")


def test_row_edited_with_the_keys_of_log_and_people_stolen(honest):
    """The witnesses the policy asks for signed another history, or none."""
    forged = write(changed(resigned(honest.told, EVERYBODY)))
    under = policy(honest, "registrar")

    assert found(bundle(forged, under=under)).startswith("too few witnesses")
    kept = bundle(forged, under=under, older=[honest.witnessed(6)])
    assert found(kept).startswith(
        "FORK: the log does not begin as this checkpoint says"
    )


def test_row_edited_with_log_and_witness_lying_together(honest):
    forged = write(changed(list(honest.told)))
    under = policy(honest, "registrar")

    says = found(bundle(forged, note=forged.witnessed(), under=under))
    assert says.startswith(f"the signature of entry {SEALED} is false")


def test_row_edited_with_log_witness_and_its_actor_lying_together(honest):
    """Whoever signed later pinned what was there before."""
    forged = write(resigned(changed(list(honest.told)), [AMINA]))
    under = policy(honest, "registrar")

    says = found(bundle(forged, note=forged.witnessed(), under=under))
    stored = next(n for n, one in enumerate(forged.told) if one.signer is KITO)
    assert says.startswith(f"entry {stored} does not follow its stream's previous")


def test_row_deleted_with_log_and_witness_lying_together(honest):
    told = list(honest.told)
    del told[SEALED]
    forged = write(told)

    says = found(bundle(forged, note=forged.witnessed()))
    assert f"of entry {SEALED + 1}" in says or f"entry {SEALED + 1} " in says
    told = resigned(told, EVERYBODY)
    assert found(bundle(write(told)), notes=(honest.note(6),)).startswith("FORK")


def test_rows_swapped_and_recomputed_with_stolen_keys(honest):
    told = list(honest.told)
    told[SEALED], told[SEALED + 2] = told[SEALED + 2], told[SEALED]
    forged = write(told)

    assert found(bundle(forged)).endswith(f"(entries.jsonl, line {SEALED + 1})")


def test_rows_swapped_with_every_key_stolen_are_found_by_their_times(honest):
    told = resigned(honest.told, EVERYBODY)
    told[SEALED], told[SEALED + 1] = told[SEALED + 1], told[SEALED]

    says = found(bundle(write(told)))
    assert says.startswith(f"entry {SEALED + 1} is out of order or of an earlier time")


def test_another_tail_with_the_logs_key_stolen(honest, tmp_path):
    told = [*honest.told[:7], Told(Kind.ITEM_DESTROYED, BLOOD, KITO, 7.5)]
    forged = write(told)

    assert found(bundle(forged), notes=(honest.note(8),)).startswith("FORK")
    assert witness_says(tmp_path, honest, forged, 8) in {409, 422}


def test_entry_of_an_earlier_time(honest):
    told = resigned(honest.told, EVERYBODY)
    told[SEALED] = replace(told[SEALED], minutes=2.5)

    says = found(bundle(write(told)))
    assert says.startswith(f"entry {SEALED} is out of order or of an earlier time")


def test_statement_attributed_to_somebody_else(honest):
    told = list(honest.told)
    told[SEALED] = replace(told[SEALED], signer=KITO)

    says = found(bundle(write(told)))
    assert says.startswith(f"entry {SEALED} is not signed by its actor")


def test_statement_of_somebody_else_under_her_key_but_not_her_signature(honest):
    forged = in_place(honest, SEALED, AMINA.kid.encode(), KITO.kid.encode())
    forged = in_place(forged, SEALED, AMINA.kid.encode(), KITO.kid.encode())

    says = found(bundle(forged, note=forged.note()))
    assert says.startswith(f"the signature of entry {SEALED} is false")


def test_key_that_no_entry_registered(honest):
    """A made-up person: her registration must be shown, and must name her key."""
    told = [*honest.told, Told(Kind.ITEM_STORED, BLOOD, THIEF, 10)]
    forged = write(told)
    files = bundle(forged)
    files["actors.json"] = files["actors.json"].replace(
        b'"registered":null', b'"registered":2'
    )

    says = found(mended(files))
    assert says.startswith(f"entry 2 does not tell of the key {THIEF.kid}")


def test_revocation_that_the_list_of_keys_is_silent_about(honest):
    gone = Told(Kind.KEY_REVOKED, SWAB, workshop.SYSTEM, 8.5, {"key": AMINA.kid})
    forged = write([*honest.told[:9], gone, honest.told[9]])
    forged = write(resigned(forged.told, EVERYBODY))

    assert found(bundle(forged)).startswith("entry 9 revokes a key that is said to")
