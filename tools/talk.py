"""What the set-up says to the person at the keyboard."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

_STARTED = time.monotonic()


class SetUpError(Exception):
    """It cannot go on; the message says why and what to do, in plain sentences."""


def say(text: str) -> None:
    """One line, at once."""
    print(text, flush=True)


def complain(text: str) -> None:
    """One paragraph on the error stream."""
    print(f"\n{text}", file=sys.stderr, flush=True)


def shout(text: str) -> None:
    """Something that must not be overlooked."""
    rule = "!" * 72
    complain(f"{rule}\n{text}\n{rule}")


@contextmanager
def step(what: str) -> Iterator[None]:
    """Say what begins, and how long it took."""
    say(f"→ {what} …")
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    say(f"  {what}: done in {took:.1f} s ({time.monotonic() - _STARTED:.0f} s in all)")
