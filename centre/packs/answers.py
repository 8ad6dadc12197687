"""Answers by code: a value or one coded reason, never both, never neither.

An answer is `{"v": value}` or `{"r": reason, "sub": …, "note": …}`. While a form is a
draft it may also be `{"t": what was typed}`: not valid yet, kept all the same. The rows
of a repeat are `{"v": [{"n": 1, "<sub-code>": answer, …}], "last": 1}`; `last` is the
highest number ever given, so that no number is given twice. A reason that follows from
earlier answers bears `"by": "rule"`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from centre.packs import values
from centre.packs.conditions import Scene, rows_of
from centre.packs.errors import AnswerError
from centre.packs.faults import Fault, faults
from centre.packs.model import Kind, Pack, Question, Required, Section
from centre.packs.reasons import POLICIES, SUB_REASONS
from centre.packs.text import UNKEEPABLE, is_tidy
from centre.packs.wording import Line, box_words, lines, words

__all__ = [
    "Answer",
    "Answers",
    "Facts",
    "Fault",
    "Line",
    "Place",
    "asked",
    "box_words",
    "checked_answer",
    "clean",
    "faults",
    "is_answered",
    "is_asked",
    "is_expected",
    "lines",
    "open_places",
    "open_questions",
    "rows_of",
    "settled",
    "value_of",
    "words",
]

Answer = dict[str, Any]
Answers = dict[str, Answer]
Facts = Mapping[str, Any]

NOT_ASKED: Final[Mapping[str, str]] = {"r": "na", "by": "rule"}
_LONGEST_NOTE: Final = 1000


@dataclass(frozen=True)
class Place:
    """A question, and the row it stands in if it is asked once a row."""

    question: Question
    row: int | None = None


def value_of(answers: Mapping[str, Any], code: str) -> Any:
    """The value of this answer, or None where there is none."""
    return (answers.get(code) or {}).get("v")


def is_answered(answer: Mapping[str, Any] | None) -> bool:
    """Whether it holds a value or a reason."""
    return answer is not None and ("v" in answer or "r" in answer)


def is_asked(
    question: Question, answers: Mapping[str, Any], facts: Facts | None = None
) -> bool:
    """Whether earlier answers and the facts call for this question.

    For a sub-question ask about its repeat; each row decides for itself.
    """
    return question.when.holds(Scene(answers, facts or {}))


def asked(
    within: Pack | Section, answers: Mapping[str, Any], facts: Facts | None = None
) -> list[Question]:
    """The questions that stand by themselves and are asked, in order."""
    scene = Scene(answers, facts or {})
    return [q for q in within.questions if q.when.holds(scene)]


def open_questions(
    within: Pack | Section,
    answers: Mapping[str, Any],
    facts: Facts | None = None,
    *,
    required: Required = Required.REASON,
) -> list[Question]:
    """The questions that lack a value or a reason; each once, in order.

    What was typed and is not valid is open whatever the question requires.
    """
    found = open_places(within, answers, facts, required=required)
    return list(dict.fromkeys(place.question for place in found))


def open_places(
    within: Pack | Section,
    answers: Mapping[str, Any],
    facts: Facts | None = None,
    *,
    required: Required = Required.REASON,
) -> list[Place]:
    """The same, with the row each stands in."""
    scene = Scene(answers, facts or {})
    places = (
        place for question in within.questions for place in _places(question, scene)
    )
    return [
        place for place, held, seen in places if _is_open(place, held, seen, required)
    ]


def _places(
    question: Question, scene: Scene
) -> Iterator[tuple[Place, Mapping[str, Any], Scene]]:
    if not question.when.holds(scene):
        return
    yield Place(question), scene.answers, scene
    for row in rows_of(scene.answers.get(question.code)):
        inside = scene.within(row, question.code)
        for child in question.children:
            if child.when.holds(inside):
                yield Place(child, row["n"]), row, inside


def _is_open(
    place: Place, held: Mapping[str, Any], scene: Scene, required: Required
) -> bool:
    question = place.question
    answer = held.get(question.code) or {}
    if "t" in answer:
        return required is Required.REASON
    if question.required is not required or is_answered(answer):
        return _lacks_rows(question, answer)
    return question.required_when.holds(scene)


def _lacks_rows(question: Question, answer: Mapping[str, Any]) -> bool:
    if question.kind is not Kind.REPEAT or "v" not in answer:
        return False
    return len(answer["v"]) < (question.least or 0)


def is_expected(question: Question, scene: Scene) -> bool:
    """Whether completing the form needs a value or a reason here."""
    is_needed = question.required is Required.REASON
    return is_needed and question.required_when.holds(scene)


def settled(
    pack: Pack, answers: Mapping[str, Any], facts: Facts | None = None
) -> Answers:
    """The answers as they are completed: what is not asked is not applicable by rule.

    A value kept from before a question fell away is not carried over.
    """
    scene = Scene(answers, facts or {})
    return {
        question.code: _settled(question, scene)
        for question in pack.questions
        if not question.when.holds(scene) or is_answered(answers.get(question.code))
    }


def _settled(question: Question, scene: Scene) -> Answer:
    if not question.when.holds(scene):
        return dict(NOT_ASKED)
    answer = dict(scene.answers[question.code])
    if question.kind is Kind.REPEAT and "v" in answer:
        answer["v"] = [_settled_row(question, row, scene) for row in answer["v"]]
    return answer


def _settled_row(
    question: Question, row: Mapping[str, Any], scene: Scene
) -> dict[str, Any]:
    inside = scene.within(row, question.code)
    kept: dict[str, Any] = {"n": row["n"]}
    for child in question.children:
        if not child.when.holds(inside):
            kept[child.code] = dict(NOT_ASKED)
        elif row.get(child.code):
            kept[child.code] = dict(row[child.code])
    return kept


def clean(pack: Pack, answers: Mapping[str, Any]) -> Answers:
    """The answers in the form they are kept; AnswerError names every one that is wrong.

    Empty answers are left out. Nothing is changed silently.
    """
    kept: Answers = {}
    wrong: list[str] = []
    for code, answer in answers.items():
        question = pack.by_code.get(code)
        if question is None or question.parent:
            wrong.append(f"The form {pack} has no question {code}.")
        elif answer and set(answer) != {"last"}:
            kept |= _try(question, answer, wrong)
    if wrong:
        raise AnswerError(wrong)
    return {code: kept[code] for code in _in_order(pack, kept)}


def _in_order(pack: Pack, kept: Answers) -> Iterable[str]:
    return (question.code for question in pack.questions if question.code in kept)


def _try(question: Question, answer: Any, wrong: list[str]) -> Answers:
    try:
        return {question.code: checked_answer(question, answer)}
    except AnswerError as error:
        wrong.extend(f"{question.label()}: {said}" for said in error.sentences)
        return {}


def checked_answer(question: Question, answer: Any) -> Answer:
    """One answer in the form it is kept; AnswerError says what is wrong."""
    if not isinstance(answer, Mapping) or ("v" in answer) == ("r" in answer):
        raise AnswerError("Give a value or a reason, not both.")
    if "r" in answer:
        return _checked_reason(question, answer)
    if question.kind is Kind.REPEAT:
        return _checked_rows(question, answer)
    if answer.keys() != {"v"}:
        raise AnswerError("This answer cannot be read.")
    return {"v": values.checked(question, answer["v"])}


def _checked_reason(question: Question, answer: Mapping[str, Any]) -> Answer:
    if dict(answer) == NOT_ASKED:
        return dict(answer)
    reason, sub, note = answer["r"], answer.get("sub", ""), answer.get("note", "")
    if answer.keys() - {"r", "sub", "note"} or reason not in POLICIES[question.absent]:
        raise AnswerError("This reason is not possible here.")
    if reason == "not_performed" and sub not in SUB_REASONS:
        raise AnswerError("Say why it was not done.")
    if reason != "not_performed" and sub:
        raise AnswerError("This reason is not possible here.")
    if sub == "other" and not note:
        raise AnswerError("Say in the note which other reason it was.")
    _check_note(note)
    return (
        {"r": reason} | ({"sub": sub} if sub else {}) | ({"note": note} if note else {})
    )


def _check_note(note: Any) -> None:
    if not isinstance(note, str) or len(note) > _LONGEST_NOTE:
        raise AnswerError(f"A note can have {_LONGEST_NOTE:,} characters.")
    if not is_tidy(note):
        raise AnswerError(UNKEEPABLE)


def _checked_rows(question: Question, answer: Mapping[str, Any]) -> Answer:
    if answer.keys() - {"v", "last"}:
        raise AnswerError("This answer cannot be read.")
    rows = values.check_rows(question, answer["v"])
    children = {child.code: child for child in question.children}
    wrong: list[str] = []
    kept = [_checked_row(children, row, wrong) for row in rows]
    if wrong:
        raise AnswerError(wrong)
    highest = max((row["n"] for row in kept), default=0)
    last = answer.get("last", highest)
    if type(last) is not int or last < highest:
        raise AnswerError("The highest row number cannot be read.")
    return {"v": kept, "last": last}


def _checked_row(
    children: Mapping[str, Question], row: Mapping[str, Any], wrong: list[str]
) -> dict[str, Any]:
    kept: dict[str, Any] = {"n": row["n"]}
    for code, answer in row.items():
        if code == "n" or not answer:
            continue
        if code not in children:
            wrong.append(f"There is no question {code}.")
        else:
            kept |= _try(children[code], answer, wrong)
    return kept
