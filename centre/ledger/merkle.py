"""The tree of RFC 6962 / 9162 with SHA-256: roots, and proofs that two of them agree.

Making a proof and checking it are two algorithms: the makers follow the recursive
definition (RFC 6962 §2.1), the checkers RFC 9162 §2.1.3.2 and §2.1.4.2.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Final

from centre.ledger.errors import ProofError

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()

Range = tuple[int, int]
"""The leaves of a subtree: from the first up to, not including, the second."""


def leaf_hash(entry: bytes) -> bytes:
    """The leaf of one entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The node above two."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A growing tree as the roots of its perfect subtrees, the largest first."""

    def __init__(self, size: int = 0, packed: bytes = b"") -> None:
        if size < 0 or len(packed) != size.bit_count() * HASH_BYTES:
            raise ProofError("A frontier holds one hash for each set bit of its size.")
        self.size = size
        self._roots = [
            packed[at : at + HASH_BYTES] for at in range(0, len(packed), HASH_BYTES)
        ]

    def add(self, leaf: bytes) -> None:
        """Grow by one leaf."""
        bits, roots = self.size, self._roots
        while bits & 1:
            leaf = sha256(b"\x01" + roots.pop() + leaf).digest()
            bits >>= 1
        roots.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root of the tree as it is now."""
        if not self._roots:
            return EMPTY_ROOT
        above = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            above = node_hash(left, above)
        return above

    def packed(self) -> bytes:
        """The hashes one after the other, to go on from later."""
        return b"".join(self._roots)


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, in constant memory."""
    tree = Frontier()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The subtrees whose roots prove leaf `index` of a tree, from the leaf upwards."""
    if not 0 <= index < size:
        raise ProofError("Only a leaf of the tree can be proven to be in it.")
    return list(_siblings(index, 0, size))[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The subtrees whose roots prove that one tree begins with another."""
    if not 0 <= old <= new:
        raise ProofError("A tree can only begin with a smaller one.")
    if old in {0, new}:
        return []
    return list(_steps(old, new))[::-1]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The proof that a leaf is in the tree of these leaf hashes."""
    return [root(leaves[a:b]) for a, b in inclusion_ranges(index, len(leaves))]


def consistency_proof(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """The proof that the tree of these leaf hashes begins with that of the first."""
    return [root(leaves[a:b]) for a, b in consistency_ranges(old, len(leaves))]


def verify_inclusion(
    leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Raise unless the proof leads from the leaf at its place to the root."""
    if not 0 <= index < size:
        raise ProofError("The position lies outside the tree.")
    found, node, last = leaf, index, size - 1
    for sibling in proof:
        if last == 0:
            raise ProofError("The proof is longer than the tree is high.")
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise ProofError("The proof ends below the root.")
    _same(found, root, "The proof leads to another root.")


def verify_consistency(
    *, old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Raise unless the proof shows that the new tree begins with the old one."""
    if not 0 <= old <= new:
        raise ProofError("A tree can only begin with a smaller one.")
    if old in {0, new}:
        _verify_trivial(old, old_root, new_root, proof)
        return
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        raise ProofError("The proof is empty.")
    first, second = _climb(old - 1, new - 1, path)
    _same(first, old_root, "The proof leads to another old root.")
    _same(second, new_root, "The proof leads to another new root.")


def _siblings(index: int, start: int, end: int) -> Iterator[Range]:
    """From the root downwards: at each fork, the side the leaf is not on."""
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            yield middle, end
            end = middle
        else:
            yield start, middle
            start = middle


def _steps(old: int, new: int) -> Iterator[Range]:
    """From the root downwards until what is left is a subtree of both trees."""
    start, end = 0, new
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            yield middle, end
            end = middle
        else:
            yield start, middle
            start = middle
    if start:
        yield start, end


def _split(width: int) -> int:
    """The largest power of two smaller than the width."""
    return 1 << ((width - 1).bit_length() - 1)


def _verify_trivial(
    old: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    if proof:
        raise ProofError("The proof is longer than it needs to be.")
    expected = new_root if old else EMPTY_ROOT
    _same(old_root, expected, "The old root is not that of the old tree.")


def _climb(node: int, last: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Both roots at once, as far as the path leads (RFC 9162 §2.1.4.2)."""
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofError("The proof is longer than the tree is high.")
        if node & 1 or node == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise ProofError("The proof ends below the root.")
    return first, second


def _same(found: bytes, expected: bytes, says: str) -> None:
    if found != expected:
        raise ProofError(says)
