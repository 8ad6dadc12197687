"""What a thief does with a small log, and what the verifier says of it."""

from __future__ import annotations

import importlib
from dataclasses import replace
from typing import Any

from centre.ledger import merkle
from centre.ledger.witness import Cosigner, Request, State, answer
from tools.workshop import ALL_KEYS, LOG, WITNESS, WITNESS_KEY, Log, Told

osc_verify: Any = importlib.import_module("verifier.osc_verify")
SEALED = 4
"""Where the swab's sealing stands: what the thief wants changed."""
EVERYBODY = tuple(ALL_KEYS.values())


def found(
    files: dict[str, bytes],
    *,
    notes: tuple[str, ...] = (),
    codes: tuple[str, ...] = (),
    trusted: bytes | None = None,
) -> str:
    """What the verifier objects to, and where; nothing if it holds."""
    given = [("paper.note", note.encode()) for note in notes]
    checked = osc_verify.Bundle(files, given, codes, trusted)
    try:
        checked.check()
    except osc_verify.Wrong as error:
        return f"{error} ({checked.where})"
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        return f"{error!r} ({checked.where})"
    return ""


def changed(told: list[Told]) -> list[Told]:
    """The story with another seal on the swab."""
    edited = list(told)
    edited[SEALED] = replace(edited[SEALED], facts={"seal": "K9"})
    return edited


def in_place(log: Log, n: int, old: bytes, new: bytes) -> Log:
    """The log with bytes of one entry changed and nothing else."""
    assert old in log.raw[n]
    raw = list(log.raw)
    raw[n] = raw[n].replace(old, new, 1)
    return replace(log, raw=tuple(raw))


def without(log: Log, n: int) -> Log:
    """The log with one entry taken out and nothing else changed."""
    raw, told = list(log.raw), list(log.told)
    del raw[n], told[n]
    return replace(log, raw=tuple(raw), told=tuple(told))


def witness_says(tmp_path, honest: Log, forged: Log, size: int) -> int:
    """What a witness that signed the honest log answers to the forged one."""
    state = State(tmp_path / "witness.json")
    state.begin()
    role = Cosigner(WITNESS, WITNESS_KEY, {LOG: honest.vkey})
    first = Request(0, (), honest.note(size)).encode()
    assert answer(first, role=role, state=state, time=1).status == 200
    proof: tuple[bytes, ...] = ()
    if size < len(forged.raw):
        proof = tuple(merkle.consistency_proof(forged.leaves, size))
    old = min(size, len(forged.raw))
    second = Request(old, proof, forged.note()).encode()
    return answer(second, role=role, state=state, time=2).status
