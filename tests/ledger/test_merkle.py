"""The tree: roots, proofs and their refusal, against the definition and pymerkle."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from centre.ledger import merkle
from centre.ledger.errors import ProofError

WORDS = [f"entry {number}".encode() for number in range(70)]
LEAVES = [merkle.leaf_hash(word) for word in WORDS]
SIZES = st.integers(1, len(LEAVES))


def defined_root(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = defined_root(leaves[:split]), defined_root(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def defined_subproof(old: int, leaves: list[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962 §2.1.2, word for word."""
    if old == len(leaves):
        return [] if whole else [defined_root(leaves)]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if old <= split:
        below = defined_subproof(old, leaves[:split], whole)
        return [*below, defined_root(leaves[split:])]
    below = defined_subproof(old - split, leaves[split:], whole=False)
    return [*below, defined_root(leaves[:split])]


@pytest.mark.parametrize("size", range(len(LEAVES) + 1))
def test_root_is_that_of_the_definition(size: int) -> None:
    assert merkle.root(LEAVES[:size]) == defined_root(LEAVES[:size])


@given(SIZES)
def test_root_is_that_of_pymerkle(size: int) -> None:
    tree = InmemoryTree("sha256")
    for word in WORDS[:size]:
        tree.append_entry(word)

    assert merkle.root(LEAVES[:size]) == tree.get_root()


@given(st.data())
def test_inclusion_proof_is_that_of_pymerkle(data: st.DataObject) -> None:
    size = data.draw(SIZES)
    index = data.draw(st.integers(0, size - 1))
    tree = InmemoryTree("sha256")
    for word in WORDS[:size]:
        tree.append_entry(word)

    path = tree.prove_inclusion(index + 1).serialize()["path"]

    proof = merkle.inclusion_proof(LEAVES[:size], index)
    assert [LEAVES[index].hex(), *(h.hex() for h in proof)] == path


@given(st.data())
def test_consistency_proof_is_that_of_the_definition(data: st.DataObject) -> None:
    new = data.draw(SIZES)
    old = data.draw(st.integers(1, new))

    proof = merkle.consistency_proof(LEAVES[:new], old)

    assert proof == defined_subproof(old, LEAVES[:new], whole=True)


@given(st.data())
def test_inclusion_is_proven_for_its_leaf_alone(data: st.DataObject) -> None:
    size = data.draw(SIZES)
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, len(LEAVES) - 1).filter(lambda i: i != index))
    proof = merkle.inclusion_proof(LEAVES[:size], index)
    root = defined_root(LEAVES[:size])

    merkle.verify_inclusion(
        LEAVES[index], index=index, size=size, proof=proof, root=root
    )

    for leaf, at, hashes in (
        (LEAVES[other], index, proof),
        (LEAVES[index], index, [*proof, LEAVES[0]]),
        (LEAVES[index], other, proof),
        (LEAVES[index], -1, proof),
    ):
        with pytest.raises(ProofError):
            merkle.verify_inclusion(leaf, index=at, size=size, proof=hashes, root=root)


@given(st.data())
def test_inclusion_proof_holds_no_spare_bit(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, len(LEAVES)))
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(LEAVES[:size], index)
    place = data.draw(st.integers(0, len(proof) - 1))
    flipped = bytes([proof[place][0] ^ 1]) + proof[place][1:]
    root = defined_root(LEAVES[:size])

    for hashes in ([*proof[:place], flipped, *proof[place + 1 :]], proof[:-1]):
        with pytest.raises(ProofError):
            merkle.verify_inclusion(
                LEAVES[index], index=index, size=size, proof=hashes, root=root
            )


@given(st.data())
def test_consistency_is_proven_for_the_honest_beginning_alone(
    data: st.DataObject,
) -> None:
    new = data.draw(SIZES)
    old = data.draw(st.integers(0, new))
    proof = merkle.consistency_proof(LEAVES[:new], old)
    old_root, new_root = defined_root(LEAVES[:old]), defined_root(LEAVES[:new])
    forged = defined_root([merkle.leaf_hash(b"forged"), *LEAVES[1:old]])

    merkle.verify_consistency(
        old=old, new=new, old_root=old_root, new_root=new_root, proof=proof
    )

    for first, second, hashes in (
        (forged, new_root, proof),
        (old_root, new_root, [*proof, LEAVES[0]]),
        *([(old_root, forged, proof)] if old else []),
        *([(old_root, new_root, proof[:-1])] if proof else []),
        *([(old_root, new_root, proof[1:])] if proof else []),
    ):
        with pytest.raises(ProofError):
            merkle.verify_consistency(
                old=old, new=new, old_root=first, new_root=second, proof=hashes
            )


@given(SIZES, SIZES)
def test_frontier_goes_on_from_where_it_was_kept(first: int, second: int) -> None:
    old, new = sorted((first, second))
    kept = merkle.Frontier()
    for leaf in LEAVES[:old]:
        kept.add(leaf)

    tree = merkle.Frontier(old, kept.packed())
    for leaf in LEAVES[old:new]:
        tree.add(leaf)

    assert tree.root() == defined_root(LEAVES[:new])
    assert len(tree.packed()) == new.bit_count() * merkle.HASH_BYTES


@pytest.mark.parametrize(("size", "packed"), [(1, b""), (-1, b""), (3, bytes(32))])
def test_frontier_of_another_size_is_refused(size: int, packed: bytes) -> None:
    with pytest.raises(ProofError):
        merkle.Frontier(size, packed)


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0)])
def test_no_proof_exists_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ProofError):
        merkle.inclusion_ranges(index, size)


@pytest.mark.parametrize(("old", "new"), [(-1, 4), (5, 4)])
def test_no_tree_begins_with_a_larger_one(old: int, new: int) -> None:
    with pytest.raises(ProofError):
        merkle.consistency_ranges(old, new)
    with pytest.raises(ProofError):
        merkle.verify_consistency(
            old=old, new=new, old_root=LEAVES[0], new_root=LEAVES[0], proof=[]
        )
