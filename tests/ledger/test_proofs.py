"""Proofs out of a stored log stand on a checkpoint alone."""

from __future__ import annotations

import pytest

from centre.ledger import actions, merkle, proofs
from centre.ledger.errors import LedgerError, ProofError
from centre.ledger.models import Checkpoint, Entry, Head
from centre.ledger.tiles import Reader
from tests.ledger.conftest import LOG, LOG_KEY, OPENED, Behind, note

pytestmark = pytest.mark.django_db


@pytest.fixture
def under(history: list[Entry]) -> Checkpoint:
    """A checkpoint over the history, older than the newest entry."""
    made = actions.make_checkpoint(log=LOG, signer=LOG_KEY, at=OPENED)
    note(7)
    return made


def test_each_entry_is_proven_under_a_checkpoint(
    history: list[Entry], under: Checkpoint
) -> None:
    vkey = Head.objects.get(pk=LOG).vkey
    for one in history:
        text = proofs.prove_inclusion(one, under).encode()

        proofs.read(text).verify(bytes(one.entry), vkey=vkey)

        assert text.startswith(f"c2sp.org/tlog-proof@v1\nindex {one.n}\n")
        assert text.endswith("\n\n" + under.note)


def test_no_other_entry_is_proven_by_it(
    history: list[Entry], under: Checkpoint
) -> None:
    vkey = Head.objects.get(pk=LOG).vkey
    proof = proofs.prove_inclusion(history[2], under)

    with pytest.raises(ProofError):
        proof.verify(bytes(history[3].entry), vkey=vkey)
    with pytest.raises(LedgerError):
        proof.verify(
            bytes(history[2].entry), vkey=vkey.replace("riverside", "hillside")
        )


def test_entry_newer_than_the_checkpoint_is_not_proven(under: Checkpoint) -> None:
    newest = Entry.objects.get(log=LOG, n=6)

    with pytest.raises(ProofError):
        proofs.prove_inclusion(newest, under)


def test_entry_of_another_log_is_not_proven(
    history: list[Entry], under: Checkpoint
) -> None:
    history[0].log = "osc.example/hillside/custody"

    with pytest.raises(ProofError):
        proofs.prove_inclusion(history[0], under)


@pytest.mark.parametrize("old", range(8))
def test_log_is_proven_to_begin_with_what_it_was(under: Checkpoint, old: int) -> None:
    leaves = [bytes(one.leaf) for one in Entry.objects.filter(log=LOG)]

    proof = proofs.prove_consistency(log=LOG, old=old, new=7)

    merkle.verify_consistency(
        old=old,
        new=7,
        old_root=merkle.root(leaves[:old]),
        new_root=merkle.root(leaves),
        proof=proof,
    )


def test_nothing_is_proven_over_a_gap(
    history: list[Entry], under: Checkpoint, behind: Behind
) -> None:
    behind("DELETE FROM ledger_entry WHERE n = 3")

    with pytest.raises(ProofError):
        proofs.prove_inclusion(history[0], under)


def test_proof_may_carry_a_line_that_is_not_part_of_it(
    history: list[Entry], under: Checkpoint
) -> None:
    proof = proofs.prove_inclusion(history[1], under)
    text = proof.encode().replace("\nindex", "\nextra AAAA\nindex")

    assert proofs.read(text) == proof


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: "",
        lambda text: text.replace("@v1", "@v2"),
        lambda text: text.replace("index 1", "index 01"),
        lambda text: text.replace("index 1", "index -1"),
        lambda text: text.replace("index 1\n", ""),
        lambda text: text.replace("=\n", "\n", 1),
        lambda text: text.partition("\n\n")[0],
    ],
)
def test_lines_that_are_no_proof_are_refused(
    history: list[Entry], under: Checkpoint, edit: object
) -> None:
    text = proofs.prove_inclusion(history[1], under).encode()

    with pytest.raises(LedgerError):
        proofs.read(edit(text))  # type: ignore[operator]


@pytest.mark.parametrize("kept", [[1], [0], [0, 2], [0, 2, 3], []])
def test_nothing_is_proven_where_an_entry_is_missing(
    history: list[Entry], behind: Behind, kept: list[int]
) -> None:
    for one in history:
        if one.n not in kept:
            behind("DELETE FROM ledger_entry WHERE n = %s", one.n)

    with pytest.raises(ProofError, match="missing"):
        Reader(LOG).root(0, 2)
