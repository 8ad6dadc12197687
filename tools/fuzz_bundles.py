"""Evidence bundles with a bit or more turned, handed to the one-file verifier.

The manifest is mended after each change, as a forger would mend it: what passes then
would pass in court. Nothing in a bundle may change unseen but what is told to be read
by people alone.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any, Final

from tools import workshop

QUORUM: Final = "registrar"
MOST_BYTES: Final = 64
"""So many bytes at most are changed at once in a round of many."""


def small(*, is_whole: bool) -> dict[str, bytes]:
    """A bundle in which every kind of file stands once, under a quorum."""
    log = workshop.write(workshop.story())
    return workshop.bundle(
        log,
        note=log.witnessed(),
        older=[log.witnessed(6)],
        under=workshop.policy(log, QUORUM),
        is_whole=is_whole,
    )


def says(files: Mapping[str, bytes]) -> str:
    """What the verifier tells, be it that the bundle holds."""
    verifier: Any = importlib.import_module("verifier.osc_verify")
    bundle = verifier.Bundle(dict(files))
    wrong = (verifier.Wrong, KeyError, TypeError, ValueError, AttributeError)
    try:
        bundle.check()
    except (*wrong, IndexError, RecursionError) as error:
        return f"{type(error).__name__}: {error} ({bundle.where})"
    return "\n".join(bundle.said)


def bits(files: Mapping[str, bytes]) -> list[tuple[str, int]]:
    """Every bit there is to turn, but those of the manifest."""
    return [
        (name, at)
        for name, raw in sorted(files.items())
        if name != "manifest.json"
        for at in range(8 * len(raw))
    ]


def turned(files: Mapping[str, bytes], name: str, at: int) -> dict[str, bytes]:
    """The bundle with one bit turned, and its manifest mended."""
    raw = bytearray(files[name])
    raw[at // 8] ^= 1 << at % 8
    return workshop.mended({**files, name: bytes(raw)})


def scrambled(files: Mapping[str, bytes], chance: Random) -> dict[str, bytes]:
    """The bundle with some bytes of some file changed, taken out or put in."""
    name = chance.choice(sorted(set(files) - {"manifest.json"}))
    raw = bytearray(files[name])
    for _ in range(chance.randint(1, MOST_BYTES)):
        at = chance.randrange(len(raw) + 1)
        how = chance.randrange(3)
        if how == 0:
            raw[at:at] = bytes([chance.randrange(256)])
        elif how == 1:
            del raw[at : at + chance.randint(1, 8)]
        elif at < len(raw):
            raw[at] = chance.randrange(256)
    return workshop.mended({**files, name: bytes(raw)})


def rounds(chance: Random, seconds: float) -> Iterator[str]:
    """Bits in a random order, then scrambled files, until the time is over.

    Hands back an empty text for what was found and the place of what passed.
    """
    until = time.monotonic() + seconds
    honest = [small(is_whole=True), small(is_whole=False)]
    told = [says(files) for files in honest]
    every = [(which, *bit) for which in (0, 1) for bit in bits(honest[which])]
    chance.shuffle(every)
    for which, name, at in every:
        if time.monotonic() > until:
            return
        is_missed = says(turned(honest[which], name, at)) == told[which]
        yield f"{name}, bit {at}" if is_missed else ""
    while time.monotonic() < until:
        which = chance.randrange(2)
        changed = scrambled(honest[which], chance)
        is_missed = changed != honest[which] and says(changed) == told[which]
        yield "scrambled bytes" if is_missed else ""


def main(what: str, seconds: str, seed: str) -> int:
    """Turn bits until the time is over; the last line is the result as JSON."""
    chance = Random(int(seed))  # noqa: S311 - what is repeated must not be secret
    found = list(rounds(chance, float(seconds)))
    missed = [one for one in found if one]
    result = {"what": what, "seed": int(seed), "changes": len(found), "missed": missed}
    print(json.dumps(result), flush=True)
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
