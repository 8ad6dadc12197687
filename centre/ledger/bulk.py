"""Many signatures at once, spread over as many processes as the machine has for it.

A worker knows neither the database nor the application: it gets keys, signatures and
messages, and hands back which of them do not belong together.
"""

from __future__ import annotations

import multiprocessing
import os
from binascii import a2b_base64
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WORTH: Final = 20_000
"""From how many signatures on it pays to start processes for them."""
_WAITING: Final = 8
"""Batches handed out at a time, so that memory stays bounded."""

Signed = tuple[str, int, bytes, bytes, bytes]
"""Row, position, public key, signature as base64, message."""
Place = tuple[str, int]


class Signatures:
    """Takes batches of signatures and tells, in order, which are false."""

    def __init__(
        self, pool: ProcessPoolExecutor | None = None, *, are_wanted: bool = True
    ) -> None:
        self._pool = pool
        self._are_wanted = are_wanted
        self._waiting: deque[Future[list[Place]]] = deque()

    def take(self, batch: Sequence[Signed]) -> list[Place]:
        """Check a batch, now or soon; hand back what is known to be false by now."""
        if not self._are_wanted:
            return []
        if self._pool is None:
            return false_ones(batch)
        self._waiting.append(self._pool.submit(false_ones, list(batch)))
        if len(self._waiting) < _WAITING:
            return []
        return self._waiting.popleft().result()

    def rest(self) -> Iterator[Place]:
        """What is false in the batches that were still being checked."""
        while self._waiting:
            yield from self._waiting.popleft().result()


def cores() -> int:
    """How many processes can work at once here."""
    return len(os.sched_getaffinity(0))


@contextmanager
def signatures(
    count: int, *, are_wanted: bool = True, worth: int = WORTH
) -> Iterator[Signatures]:
    """Whatever pays for so many signatures: this process alone, or one per core."""
    if not are_wanted or count < worth or cores() == 1:
        yield Signatures(are_wanted=are_wanted)
        return
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(cores(), mp_context=fresh) as pool:
        yield Signatures(pool)


def false_ones(batch: Sequence[Signed]) -> list[Place]:
    """Rows and positions whose signature is not that of its key (RFC 8032)."""
    return [
        (row, n)
        for row, n, key, signature, message in batch
        if not _holds(key, signature, message)
    ]


def _holds(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        _key(key).verify(a2b_base64(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=4096)
def _key(public: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public)
