"""The official form, box by box: what stands in each, and what stands in none.

A box is never blank: it has its answer, the reason why there is none, or the reason
why the box is not used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from centre.forensics.documents.rooms import words_from_rooms
from centre.forensics.frozen import FrozenExamination
from centre.packs.answers import Line, box_words, lines
from centre.packs.model import Pack, Question, every
from centre.packs.read import all_packs
from centre.packs.reasons import REASONS

SHOWN_OUTSIDE: Final = frozenset({"F", "A"})
"""Clinical, counselling and location answers need a release of their own (0.4)."""

WITHHELD: Final[Mapping[str, str]] = {"r": "withheld"}


class PrintedBox(NamedTuple):
    """One box as it is printed: its form, its key, its official heading, its words."""

    form: str
    box: str
    label: str
    words: str


def printed_boxes(
    frozen: FrozenExamination, *, is_for_outside: bool = False
) -> list[PrintedBox]:
    """Every box of the official form in the order of the paper; none is blank."""
    answers, told = frozen.answers, frozen.told
    if is_for_outside:
        answers, told = shown_outside(frozen), _masked_told(frozen)
    found = []
    for box in frozen.pack.boxes:
        said = ""
        if box.suppressed:
            said = words_from_rooms(frozen, box, told, is_for_outside=is_for_outside)
        words = said or box_words(frozen.pack, box, answers, frozen.facts, others=told)
        found.append(PrintedBox(box.form, box.box, box.label, words))
    return found


def other_lines(
    frozen: FrozenExamination, *, is_for_outside: bool = False
) -> dict[str, list[Line]]:
    """The questions that no box of the official form prints, by section title."""
    printed = set(_printed(frozen.pack))
    answers = shown_outside(frozen) if is_for_outside else frozen.answers
    found: dict[str, list[Line]] = {}
    for section in frozen.pack.sections:
        for line in lines(section, answers, frozen.facts):
            if line.code not in printed:
                found.setdefault(section.title(), []).append(line)
    return found


def _printed(pack: Pack) -> Iterator[str]:
    """What the boxes show; a repeat counts only if it is shown whole."""
    mapped = {code for box in pack.boxes for code in box.maps}
    for question in pack.questions:
        parts = question.children
        is_whole = bool(parts) and all(_is_shown(part, mapped) for part in parts)
        if is_whole or _is_shown(question, mapped):
            yield question.code


def _is_shown(question: Question, mapped: set[str]) -> bool:
    return question.code in mapped or bool(question.prints)


def shown_outside(frozen: FrozenExamination) -> dict[str, Any]:
    """The answers as a paper for outside tells them: the rest reads as withheld."""
    return {
        question.code: WITHHELD
        if question.disclosure not in SHOWN_OUTSIDE
        else _masked_rows(question, frozen.answers[question.code])
        for question in frozen.pack.questions
        if question.code in frozen.answers
    }


def _masked_rows(question: Question, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    hidden = {c.code for c in question.children if c.disclosure not in SHOWN_OUTSIDE}
    if not hidden or not isinstance(answer.get("v"), list):
        return answer
    rows = [
        {code: WITHHELD if code in hidden else held for code, held in row.items()}
        for row in answer["v"]
    ]
    return {**answer, "v": rows}


def _masked_told(frozen: FrozenExamination) -> dict[str, str]:
    shown = _shown_codes()
    return {
        code: said if code in shown else REASONS["withheld"]
        for code, said in frozen.told.items()
    }


@cache
def _shown_codes() -> frozenset[str]:
    """Codes of any form that may be shown outside in every form that has them."""
    found = [q for pack in all_packs() for q in every(pack.questions)]
    hidden = {q.code for q in found if q.disclosure not in SHOWN_OUTSIDE}
    return frozenset(q.code for q in found) - hidden
