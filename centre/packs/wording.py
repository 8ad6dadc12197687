"""Answers in words, for the screen and for paper. A blank is never printed.

A blank line could be filled in by hand later and be read as an omission; so a missing
value prints its reason, and a missing reason prints that there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils import translation
from django.utils.dates import MONTHS

from centre.packs.conditions import Scene
from centre.packs.model import (
    FALLBACK_LANGUAGE,
    FROM_ROOMS,
    SPEAKERS,
    Box,
    Kind,
    Pack,
    Question,
    Required,
    Section,
)
from centre.packs.partial import PartialTime, written
from centre.packs.reasons import reason_words

NO_ANSWER: Final = "No answer recorded"
NOT_APPLICABLE: Final = "Not applicable"
UNITS: Final[Mapping[str, str]] = {
    "/min": "per minute",
    "mm[Hg]": "mmHg",
    "Cel": "°C",
    "wk": "weeks",
    "d": "days",
    "a": "years",
    "mo": "months",
    "{score}": "",
    "{tablet}": "tablets",
}
"""UCUM units that people write otherwise."""


@dataclass(frozen=True)
class Line:
    """One question with its answer in words."""

    code: str
    section: str
    label: str
    words: str
    kind: Kind
    disclosure: str
    sensitivity: int
    is_answered: bool


def unit_words(unit: str) -> str:
    """The unit as people write it."""
    return UNITS.get(unit, unit)


def words(
    question: Question,
    answer: Mapping[str, Any] | None,
    language: str = FALLBACK_LANGUAGE,
) -> str:
    """The answer as it is printed; never empty."""
    if not answer:
        return NO_ANSWER
    if "r" in answer:
        return reason_words(answer["r"], answer.get("sub", ""), answer.get("note", ""))
    if "t" in answer:
        return f"{NO_ANSWER}: what was typed is not valid yet"
    if "v" not in answer:
        return NO_ANSWER
    said = _WORDS[question.kind](question, answer["v"], language)
    return said if said.strip() else NO_ANSWER


def _choice(question: Question, value: Any, language: str) -> str:
    return question.choice_label(value, language)


def _choices(question: Question, value: Any, language: str) -> str:
    return "; ".join(question.choice_label(one, language) for one in value)


def _number(question: Question, value: Any, language: str) -> str:
    del language
    return f"{value} {unit_words(question.unit)}".strip()


def _quantity(question: Question, value: Any, language: str) -> str:
    del question, language
    return f"{value['n']} {unit_words(value['u'])}".strip()


def _date(question: Question, value: Any, language: str) -> str:
    del question
    year, month, day = (*str(value).split("-"), "", "")[:3]
    with translation.override(language):
        name = str(MONTHS[int(month)]) if month else ""
    return " ".join(part for part in (day.lstrip("0"), name, year) if part)


def _datetime(question: Question, value: Any, language: str) -> str:
    del question
    return written(PartialTime.from_json(value), language)


def _text(question: Question, value: Any, language: str) -> str:
    del question, language
    return str(value)


def _verbatim(question: Question, value: Any, language: str) -> str:
    del question, language
    return f"{SPEAKERS[value['by']]}: “{value['words']}”"


def _person(question: Question, value: Any, language: str) -> str:
    del question, language
    parts = (value.get(key, "") for key in ("name", "role", "contact"))
    return ", ".join(part for part in parts if part)


def _rows(question: Question, value: Any, language: str) -> str:
    if not value:
        return "None"
    return "\n".join(_row(question, row, language) for row in value)


def _row(question: Question, row: Mapping[str, Any], language: str) -> str:
    said = (
        f"{child.label(language)}: {words(child, row[child.code], language)}"
        for child in question.children
        if row.get(child.code) and row[child.code].get("by") != "rule"
    )
    return f"{row['n']}. " + "; ".join(said)


def _from_room(question: Question, value: Any, language: str) -> str:
    if isinstance(value, list):
        return _listed(question, value, language)
    if isinstance(value, dict):
        said = value.get("words") or value.get("name")
        return str(said) if said else f"{len(value)} recorded"
    return f"{question.choice_label(str(value), language)} {unit_words(question.unit)}"


def _listed(question: Question, value: list[Any], language: str) -> str:
    if all(isinstance(one, str) for one in value):
        return (
            "; ".join(question.choice_label(one, language) for one in value) or "None"
        )
    return f"{len(value)} recorded"


_WORDS: Final[Mapping[Kind, Callable[[Question, Any, str], str]]] = {
    Kind.BOOL: _choice,
    Kind.BOOL3: _choice,
    Kind.CHOICE: _choice,
    Kind.MULTI: _choices,
    Kind.INT: _number,
    Kind.DEC: _number,
    Kind.QTY: _quantity,
    Kind.DATE: _date,
    Kind.DATETIME: _datetime,
    Kind.TIME: _text,
    Kind.TEXT: _text,
    Kind.LONG: _text,
    Kind.VERBATIM: _verbatim,
    Kind.PERSON: _person,
    Kind.REPEAT: _rows,
    **dict.fromkeys(FROM_ROOMS, _from_room),
}


def lines(
    within: Pack | Section,
    answers: Mapping[str, Any],
    facts: Mapping[str, Any] | None = None,
    *,
    language: str = FALLBACK_LANGUAGE,
) -> list[Line]:
    """Every question with its answer in words; not asked reads as not applicable."""
    scene = Scene(answers, facts or {})
    return [
        _line(question, scene, language)
        for question in within.questions
        if question.required is not Required.SYSTEM or answers.get(question.code)
    ]


def _line(question: Question, scene: Scene, language: str) -> Line:
    answer = scene.answers.get(question.code) or {}
    is_asked = question.when.holds(scene)
    return Line(
        code=question.code,
        section=question.section,
        label=question.label(language),
        words=words(question, answer, language) if is_asked else NOT_APPLICABLE,
        kind=question.kind,
        disclosure=question.disclosure,
        sensitivity=question.sensitivity,
        is_answered=not is_asked or "v" in answer or "r" in answer,
    )


def box_words(
    pack: Pack,
    box: Box,
    answers: Mapping[str, Any],
    facts: Mapping[str, Any] | None = None,
    *,
    others: Mapping[str, str] | None = None,
    language: str = FALLBACK_LANGUAGE,
) -> str:
    """What is printed in one box of an official form; never empty.

    `others` has the words of codes that other packs or the rooms answer.
    """
    if box.suppressed:
        return box.suppressed
    said = list(
        _box_parts(pack, box, Scene(answers, facts or {}), others or {}, language)
    )
    if not said:
        return NO_ANSWER
    if len(said) == 1:
        return said[0][1]
    return "\n".join(f"{label}: {text}" if label else text for label, text in said)


def _box_parts(
    pack: Pack, box: Box, scene: Scene, others: Mapping[str, str], language: str
) -> Iterator[tuple[str, str]]:
    for code in box.maps or _printed_in(pack, box):
        question = pack.by_code.get(code)
        if code in others:
            yield "", others[code]
        elif question is None:
            yield "", NO_ANSWER
        elif question.parent:
            yield question.label(language), _each_row(pack, question, scene, language)
        else:
            line = _line(question, scene, language)
            yield line.label, line.words


def _printed_in(pack: Pack, box: Box) -> list[str]:
    return [
        question.code
        for question in pack.by_code.values()
        for place in question.prints
        if (place.form, place.box) == (box.form, box.box)
    ]


def _each_row(pack: Pack, question: Question, scene: Scene, language: str) -> str:
    parent = pack.by_code[question.parent]
    answer = scene.answers.get(parent.code) or {}
    if not parent.when.holds(scene):
        return NOT_APPLICABLE
    rows = answer.get("v")
    if not rows:
        return words(parent, answer, language)
    said = (words(question, row.get(question.code), language) for row in rows)
    return "; ".join(
        f"{row['n']}. {text}" for row, text in zip(rows, said, strict=True)
    )
