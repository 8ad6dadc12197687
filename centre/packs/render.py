"""One section of a pack as one Django form: a value or a reason for each question.

Fields: `<code>` and `<code>__r` (the reason; its note is `<code>__r__n`). Rows of a
repeat are numbered: `<repeat>.0.<rest of the code>`; `<repeat>.0__row` is the row's
lasting number and `<repeat>.0__remove` takes it out. Everything works as a plain post.

The form is made for drafts. What is typed and not valid is reported, kept in `answers`
as typed, and shown again; nothing is lost. A question whose turn comes only through an
answer in the same post is listed in `revealed`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms

from centre.packs import controls, entering
from centre.packs.answers import Answer, Answers, Facts, Place, open_places
from centre.packs.conditions import Scene, rows_of
from centre.packs.model import (
    FALLBACK_LANGUAGE,
    FROM_ROOMS,
    Kind,
    Pack,
    Question,
    Required,
    Section,
)
from centre.packs.posted import Posted, tidied
from centre.packs.wording import words

_MOST_ROWS: Final = 200


@dataclass
class Row:
    """One row of a repeat on the page."""

    number: int
    name: str
    parts: list[Part]
    is_new: bool


@dataclass
class Part:
    """One question on the page."""

    question: Question
    name: str
    label: str
    hint: str
    words: str
    value: forms.BoundField | None
    reason: forms.BoundField | None
    rows: list[Row]
    says: tuple[str, ...]
    is_open: bool
    is_permitted: bool

    @property
    def kind(self) -> str:
        """The kind, for a template that draws some kinds itself."""
        return self.question.kind.value

    @property
    def code(self) -> str:
        """The question's code."""
        return self.question.code


@dataclass
class _Drawn:
    """What was decided for one question while the form was made."""

    question: Question
    name: str
    answer: Mapping[str, Any]
    says: tuple[str, ...]
    rows: list[tuple[int, str, list[_Drawn], bool]]
    is_permitted: bool


class SectionForm(forms.Form):
    """The questions of one section that are asked now."""

    template_name = "packs/fields.html"

    def __init__(
        self,
        pack: Pack,
        section: Section,
        *,
        data: Mapping[str, Any] | None = None,
        answers: Mapping[str, Any],
        facts: Facts | None = None,
        language: str = FALLBACK_LANGUAGE,
    ) -> None:
        self.pack, self.section, self.language = pack, section, language
        self.posted = Posted(*tidied(data)) if data is not None else None
        super().__init__(self.posted.data if self.posted else None, label_suffix="")
        self.given = answers
        self.facts: Facts = facts or {}
        self.revealed: list[Question] = []
        self._all: Answers = dict(answers)
        self._wrong: list[tuple[str | None, tuple[str, ...]]] = []
        scene = Scene(self._all, self.facts)
        self._drawn = [
            self._draw(question, question.code, self._all, scene)
            for question in section.questions
            if question.when.holds(scene)
        ]

    @property
    def answers(self) -> Answers:
        """The answers of this section, those kept from before included.

        An answer that was emptied is left out: store them as the whole section.
        """
        codes = (question.code for question in self.section.questions)
        return {code: self._all[code] for code in codes if self._all.get(code)}

    @property
    def all_answers(self) -> Answers:
        """The answers of the whole form with this section as it is now."""
        return {code: answer for code, answer in self._all.items() if answer}

    @property
    def open_places(self) -> list[Place]:
        """What in this section still lacks a value or a reason."""
        return open_places(self.section, self._all, self.facts)

    @property
    def add_requested(self) -> str:
        """The repeat whose "keep and add another" was pressed; else empty."""
        return str(self.posted.data.get("add", "")) if self.posted else ""

    @property
    def parts(self) -> list[Part]:
        """The questions as a template draws them."""
        is_open = {(p.question.code, p.row) for p in self.open_places}
        drawn = (
            one for one in self._drawn if one.answer or not _is_given(one.question)
        )
        return [self._part(one, None, is_open) for one in drawn]

    def _clean_fields(self) -> None:
        """Report what was found while reading; the fields themselves take anything."""
        for name, sentences in self._wrong:
            for sentence in sentences:
                self.add_error(name, sentence)

    def _draw(
        self, question: Question, name: str, held: dict[str, Any], scene: Scene
    ) -> _Drawn:
        """Add the fields of one question and, if posted, read them."""
        is_permitted = _is_permitted(question, self.facts)
        before = held.get(question.code) or {}
        self._add_fields(question, name, before, is_permitted=is_permitted)
        rows: list[tuple[int, str, list[_Drawn], bool]] = []
        if question.kind is Kind.REPEAT:
            rows = self._draw_rows(question, name, held, scene)
        says = entering.still_wrong(question, before)
        if self.posted is not None:
            says = self._enter(question, name, held, is_permitted=is_permitted)
        answer = held.get(question.code) or {}
        return _Drawn(question, name, answer, says, rows, is_permitted)

    def _add_fields(
        self,
        question: Question,
        name: str,
        before: Mapping[str, Any],
        *,
        is_permitted: bool,
    ) -> None:
        if _is_given(question):
            return
        if question.kind in controls.CONTROLS and is_permitted:
            initial = entering.initial_value(question, before)
            self.fields[name] = controls.value_field(question, self.language, initial)
        initial_reason = entering.initial_reason(before)
        reason = controls.reason_field(
            question, self.language, initial_reason, is_permitted=is_permitted
        )
        if reason is not None:
            self.fields[f"{name}__r"] = reason

    def _enter(
        self, question: Question, name: str, held: dict[str, Any], *, is_permitted: bool
    ) -> tuple[str, ...]:
        posted = self.posted
        if posted is None or _is_given(question):
            return ()
        if not posted.holds(name):
            if not held.get(question.code) and question.kind not in FROM_ROOMS:
                self.revealed.append(question)
            return ()
        entry = entering.Entry(question, name, posted, is_permitted=is_permitted)
        held[question.code], says = entry.answer(held.get(question.code) or {})
        if says:
            self._wrong.append((self._error_place(name), says))
        return says

    def _error_place(self, name: str) -> str | None:
        places = (place for place in (name, f"{name}__r") if place in self.fields)
        return next(places, None)

    def _draw_rows(
        self, question: Question, name: str, held: dict[str, Any], scene: Scene
    ) -> list[tuple[int, str, list[_Drawn], bool]]:
        answer = held.get(question.code) or {}
        stored = {row["n"]: row for row in rows_of(answer)}
        last = max([answer.get("last", 0), *stored])
        drawn, kept = [], dict(stored)
        for row_name, number in self._row_names(question, name, list(stored), last):
            if self._is_removed(row_name):
                kept.pop(number, None)
                continue
            row: dict[str, Any] = dict(stored.get(number, {"n": number}))
            parts = self._draw_row(question, row_name, row, scene)
            drawn.append((number, row_name, parts, number not in stored))
            if len([code for code in row if row[code]]) > 1 or number in stored:
                kept[number] = {code: given for code, given in row.items() if given}
        if self.posted is not None and self.posted.holds(name):
            held[question.code] = _rows_answer(answer, kept, last)
        return drawn

    def _draw_row(
        self, question: Question, name: str, row: dict[str, Any], scene: Scene
    ) -> list[_Drawn]:
        inside = scene.within(row, question.code)
        parts = []
        for child in question.children:
            if child.when.holds(inside):
                rest = child.code.removeprefix(f"{question.code}.")
                parts.append(self._draw(child, f"{name}.{rest}", row, inside))
        return parts

    def _row_names(
        self, question: Question, name: str, stored: list[int], last: int
    ) -> Iterator[tuple[str, int]]:
        """The rows to draw: those posted, or those kept and an empty one."""
        if self.posted is not None and self.posted.rows(name):
            for index in self.posted.rows(name)[:_MOST_ROWS]:
                number = self.posted.row_number(f"{name}.{index}") or last + 1
                last = max(last, number)
                yield f"{name}.{index}", number
            return
        most = _MOST_ROWS if question.most is None else int(question.most)
        numbers = [*stored, last + 1] if len(stored) < most else stored
        yield from ((f"{name}.{index}", n) for index, n in enumerate(numbers))

    def _is_removed(self, row_name: str) -> bool:
        return self.posted is not None and bool(
            self.posted.data.get(f"{row_name}__remove")
        )

    def _part(
        self, drawn: _Drawn, row: int | None, is_open: set[tuple[str, int | None]]
    ) -> Part:
        question, name = drawn.question, drawn.name
        reason = f"{name}__r"
        return Part(
            question=question,
            name=name,
            label=question.label(self.language),
            hint=question.hint(self.language),
            words=words(question, drawn.answer, self.language),
            value=self[name] if name in self.fields else None,
            reason=self[reason] if reason in self.fields else None,
            rows=[
                Row(
                    number,
                    row_name,
                    [self._part(p, number, is_open) for p in parts],
                    new,
                )
                for number, row_name, parts, new in drawn.rows
            ],
            says=() if self.is_bound else drawn.says,
            is_open=(question.code, row) in is_open,
            is_permitted=drawn.is_permitted,
        )


def section_form(
    pack: Pack,
    section: Section | str,
    *,
    data: Mapping[str, Any] | None = None,
    answers: Mapping[str, Any],
    facts: Facts | None = None,
    language: str = FALLBACK_LANGUAGE,
) -> SectionForm:
    """The form of one section; bound if there is data."""
    page = pack.section(section) if isinstance(section, str) else section
    return SectionForm(
        pack, page, data=data, answers=answers, facts=facts, language=language
    )


def _is_permitted(question: Question, facts: Facts) -> bool:
    """Whether the consent that the step needs is given, as far as the room tells."""
    if not question.consent or "consents" not in facts:
        return True
    return question.consent in facts["consents"]


def _is_given(question: Question) -> bool:
    """Whether the software gives the answer and nobody enters it."""
    return question.required is Required.SYSTEM


def _rows_answer(
    before: Mapping[str, Any], kept: Mapping[int, Mapping[str, Any]], last: int
) -> Answer:
    highest = max([last, *kept])
    if kept:
        return {"v": [dict(kept[n]) for n in sorted(kept)], "last": highest}
    remembered = {"last": highest} if highest else {}
    return {
        **{k: v for k, v in before.items() if k in {"r", "sub", "note"}},
        **remembered,
    }
