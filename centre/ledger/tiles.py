"""Hashes of full tiles, so that a proof reads a few short runs and not the log.

A tile is 256 hashes (C2SP tlog-tiles, height 8). The tiles of level 0 are the leaf
column itself. Each full tile of a level has one row here: its root, which is one hash
of the level above. Rows are made by the clock or on demand, never by an append, and
tell nothing that the leaves do not: whoever doubts them has them made anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.db import transaction

from centre.ledger.errors import ProofError
from centre.ledger.merkle import node_hash
from centre.ledger.models import TILES, Entry, Head, Tile
from centre.ledger.walk import Fault

WIDTH: Final = 256
_HEIGHT: Final = 8
_NOT_SO: Final = "The hash of a full tile is not that of what lies below it."


def root_of_run(hashes: Iterable[bytes], height: int = 0) -> bytes:
    """The root over subtrees of one height, the first of them aligned (RFC 6962)."""
    return _joined((height, one) for one in hashes)


@transaction.atomic
def integrate(log: str) -> int:
    """Write the hash of every tile that became full since; say how many."""
    head = Head.objects.get(pk=log)
    below, level, made = head.size, 1, 0
    while below >= WIDTH:
        full = below // WIDTH
        first = Tile.objects.filter(log=log, level=level).count()
        for number in range(first, full):
            root = _computed(log, level, number)
            Tile.objects.create(log=log, level=level, number=number, root=root)
        made += max(0, full - first)
        below, level = full, level + 1
    return made


@transaction.atomic
def rebuild(log: str) -> int:
    """Make all of a log's tiles anew from its leaves; say how many."""
    Tile.objects.filter(log=log).delete()
    return integrate(log)


def faults(log: str, size: int) -> Iterator[Fault]:
    """Tiles that are not what the leaves below them give, or that cannot be yet."""
    rows = Tile.objects.filter(log=log).order_by("level", "number")
    for row in rows.iterator():
        is_full = row.level > 0 and (row.number + 1) * WIDTH**row.level <= size
        try:
            is_so = is_full and bytes(row.root) == _computed(log, row.level, row.number)
        except ProofError:
            is_so = False
        if not is_so:
            yield Fault(log, None, TILES, str(row.pk), _NOT_SO)


class Reader:
    """Reads runs of 256 hashes of one log, each at most once."""

    def __init__(self, log: str) -> None:
        self._log = log
        self._runs: dict[tuple[int, int], list[bytes]] = {}

    def root(self, first: int, end: int) -> bytes:
        """The root over a subtree's leaves, or over the ragged right edge."""
        return _joined(self._parts(first, end))

    def _parts(self, first: int, end: int) -> Iterator[tuple[int, bytes]]:
        level = 0
        while WIDTH ** (level + 1) <= end - first:
            level += 1
        while first < end:
            step: int = WIDTH**level
            while first + step <= end:
                yield level * _HEIGHT, self._hash(level, first // step)
                first += step
            level -= 1

    def _hash(self, level: int, index: int) -> bytes:
        number, at = divmod(index, WIDTH)
        run = self._run(level, number)
        if at < len(run):
            return run[at]
        if level == 0:
            raise ProofError("Entries are missing from the log; nothing can be proven.")
        below = range(index * WIDTH, (index + 1) * WIDTH)
        hashes = [self._hash(level - 1, one) for one in below]
        return root_of_run(hashes, (level - 1) * _HEIGHT)

    def _run(self, level: int, number: int) -> list[bytes]:
        key = (level, number)
        if key not in self._runs:
            self._runs[key] = _run(self._log, level, number)
        return self._runs[key]


def _computed(log: str, level: int, number: int) -> bytes:
    run = _run(log, level - 1, number)
    if len(run) != WIDTH:
        raise ProofError("Entries are missing from the log; nothing can be proven.")
    return root_of_run(run, (level - 1) * _HEIGHT)


def _run(log: str, level: int, number: int) -> list[bytes]:
    """The hashes of one tile of a level, up to the first that is not there yet."""
    first, end = number * WIDTH, (number + 1) * WIDTH
    found: Iterable[tuple[int, Any]]
    if level == 0:
        rows = Entry.objects.filter(log=log, n__gte=first, n__lt=end)
        found = rows.order_by("n").values_list("n", "leaf")
    else:
        tiles = Tile.objects.filter(log=log, level=level)
        tiles = tiles.filter(number__gte=first, number__lt=end)
        found = tiles.order_by("number").values_list("number", "root")
    run: list[bytes] = []
    for place, one in found:
        if place != first + len(run):
            break
        run.append(bytes(one))
    return run


def _joined(parts: Iterable[tuple[int, bytes]]) -> bytes:
    """One root over subtrees from left to right, none higher than the one before."""
    edge: list[tuple[int, bytes]] = []
    for height, one in parts:
        node = (height, one)
        while edge and edge[-1][0] == node[0]:
            node = (node[0] + 1, node_hash(edge.pop()[1], node[1]))
        edge.append(node)
    if not edge:
        raise ProofError("There is nothing to prove in an empty log.")
    root = edge.pop()[1]
    while edge:
        root = node_hash(edge.pop()[1], root)
    return root
