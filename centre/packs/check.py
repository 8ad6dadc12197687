"""What only shows when all packs lie side by side.

One question code means the same everywhere; one terminology code means one thing
(swapped codings are a known hazard: "negative" bound to the code of "positive"); every
box of an official form leads to a question that exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

from centre.packs import read
from centre.packs.errors import PackError
from centre.packs.model import Coding, Pack, Question, every

OUTSIDE: Final = (
    "case",
    "centre",
    "consent",
    "custody",
    "examination",
    "item",
    "referral",
    "survivor",
    "treatment",
)
"""First words of codes that boxes may map to and that the rooms answer, not a pack."""


def faults(folder: Path | None = None) -> list[str]:
    """Every fault of every pack beneath this folder, as sentences."""
    found: list[str] = []
    packs: list[Pack] = []
    for path in sorted((folder or read.DATA).glob("*/*/pack.toml")):
        try:
            packs.append(read.read_folder(path.parent))
        except PackError as error:
            found.extend(error.faults)
    return found + list(faults_between(packs))


def faults_between(packs: Iterable[Pack]) -> Iterator[str]:
    """What packs that are each well formed say against each other."""
    packs = tuple(packs)
    yield from _meaning_faults(packs)
    yield from _coding_faults(packs)
    yield from _box_faults(packs)


def _meaning_faults(packs: tuple[Pack, ...]) -> Iterator[str]:
    seen: dict[str, list[tuple[Pack, Question]]] = {}
    for pack in packs:
        for question in every(pack.questions):
            seen.setdefault(question.code, []).append((pack, question))
    for code, uses in seen.items():
        for (one, first), (other, second) in pairwise(uses):
            for matter in _differences(first, second):
                yield f"{code}: {matter} differs between {one} and {other}."


def _differences(first: Question, second: Question) -> Iterator[str]:
    for matter in ("kind", "unit", "parent", "absent", "sensitivity", "disclosure"):
        if getattr(first, matter) != getattr(second, matter):
            yield matter
    one, other = set(first.choices), set(second.choices)
    if not (one <= other or other <= one):
        yield "choices"


def _coding_faults(packs: tuple[Pack, ...]) -> Iterator[str]:
    meanings: dict[tuple[str, str], set[str]] = {}
    for pack in packs:
        for question in every(pack.questions):
            for coding in question.codes:
                key = (coding.system, coding.code)
                meanings.setdefault(key, set()).add(_meaning(question, coding))
    for (system, code), bound in meanings.items():
        if len(bound) > 1:
            things = ", ".join(sorted(bound))
            yield f"The code {code} of {system} is bound to several things: {things}."


def _meaning(question: Question, coding: Coding) -> str:
    return f"{question.code}={coding.choice}" if coding.choice else question.code


def _box_faults(packs: tuple[Pack, ...]) -> Iterator[str]:
    known = {code for pack in packs for code in pack.by_code}
    for pack in packs:
        for box in pack.boxes:
            for code in box.maps:
                if code not in known and code.split(".")[0] not in OUTSIDE:
                    yield f"{pack}, box {box.box}: no pack has the question {code}."
