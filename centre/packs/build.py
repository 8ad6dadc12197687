"""From the tables of a pack to the pack itself; what the shapes alone cannot tell.

The shapes have been checked before, so every key here has its type. Faults are gathered
and raised together, so that an author sees all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from centre.packs import labels as words
from centre.packs.conditions import ALWAYS, All, Condition, Earlier
from centre.packs.conditions import read as read_condition
from centre.packs.errors import PackError
from centre.packs.model import Box, Pack, Question, Section, SignOff, Status
from centre.packs.questions import own_faults, question_of
from centre.packs.rule_reader import rule_of

Raw = Mapping[str, Any]


def pack(
    raw: Raw, labels: Mapping[str, Raw], forms: Raw | None, fingerprint: str
) -> Pack:
    """The pack that these tables describe."""
    builder = _Builder(raw, labels, forms)
    built = builder.pack(fingerprint)
    if builder.faults:
        raise PackError(*builder.faults)
    return built


class _Builder:
    def __init__(self, raw: Raw, labels: Mapping[str, Raw], forms: Raw | None) -> None:
        self.raw, self.labels = raw, labels
        self.boxes = tuple(_box(box) for box in (forms or {}).get("box", []))
        self.places = {(box.form, box.box) for box in self.boxes}
        self.faults: list[str] = []
        self.earlier: dict[str, Earlier] = {}
        self.guards: dict[str, Condition] = {}
        self.questions: dict[str, Question] = {}

    def pack(self, fingerprint: str) -> Pack:
        """Read everything in the order of the form."""
        self.faults.extend(_repeated("section", self.raw["section"]))
        self.faults.extend(_repeated("question", self.raw["question"]))
        self.faults.extend(_repeated("rule", self.raw.get("rule", [])))
        order = [section["code"] for section in self.raw["section"]]
        reached = 0
        for table in self.raw["question"]:
            reached = self._take_question(self._whole(table), order, reached)
        sections = tuple(self._section(table) for table in self.raw["section"])
        rules = tuple(self._rules())
        self.faults.extend(words.faults(self.raw, self.labels, self.questions))
        self.faults.extend(self._box_faults())
        return Pack(
            name=self.raw["name"],
            version=self.raw["version"],
            status=self._status(),
            jurisdiction=self.raw["jurisdiction"],
            source=self.raw["source"],
            fingerprint=fingerprint,
            sign_offs=tuple(SignOff(**s) for s in self.raw.get("sign_off", [])),
            sections=sections,
            rules=rules,
            boxes=self.boxes,
            titles=MappingProxyType({n: t["title"] for n, t in self.labels.items()}),
        )

    def _whole(self, table: Raw) -> Raw:
        """A sub-question with what it takes from its repeat."""
        parent = self.questions.get(table.get("parent", ""))
        if parent is None:
            return table
        inherited = {
            "section": parent.section,
            "required": parent.required.value,
            "absent": parent.absent,
            "sensitivity": parent.sensitivity,
            "disclosure": parent.disclosure,
        }
        return {**inherited, **table}

    def _take_question(self, table: Raw, order: list[str], reached: int) -> int:
        code = table["code"]
        where = f"question {code}"
        if "section" not in table:
            self.faults.append(f"{where}: the parent is not an earlier question.")
            return reached
        if table["section"] not in order:
            self.faults.append(f"{where}: there is no section '{table['section']}'.")
            return reached
        position = order.index(table["section"])
        if position < reached:
            self.faults.append(f"{where}: it stands after a later section.")
        self.faults.extend(own_faults(table, self.questions, self.places))
        self._keep(table)
        return max(position, reached)

    def _keep(self, table: Raw) -> None:
        where = f"question {table['code']}"
        own = self._condition(table.get("when"), where)
        required_when = self._condition(table.get("required_when"), where)
        shown = All((self._guard_above(table), own))
        question = question_of(
            table,
            when=shown,
            required_when=required_when,
            texts=words.texts_of(table, self.labels, self.questions),
            like=self.questions.get(table.get("choices_from", "")),
        )
        self.questions[question.code] = question
        self.earlier[question.code] = Earlier(
            question.kind.value, question.choices, question.parent, shown
        )

    def _guard_above(self, table: Raw) -> Condition:
        """What must hold of the section, or of the repeat the row belongs to."""
        parent = self.questions.get(table.get("parent", ""))
        if parent is not None:
            return parent.when
        return self._section_guard(table["section"])

    def _section_guard(self, code: str) -> Condition:
        """A section's condition sees only the questions that stand before it."""
        if code not in self.guards:
            tables = {s["code"]: s for s in self.raw["section"]}
            when = tables[code].get("when")
            self.guards[code] = self._condition(when, f"section {code}")
        return self.guards[code]

    def _condition(self, when: Raw | None, where: str) -> Condition:
        if when is None:
            return ALWAYS
        try:
            return read_condition(when, self.earlier)
        except PackError as error:
            self.faults.append(f"{where}: {error}.")
            return ALWAYS

    def _section(self, table: Raw) -> Section:
        code = table["code"]
        mine = [q for q in self.questions.values() if q.section == code]
        if not mine:
            self.faults.append(f"section {code}: it has no question.")
        tops = (self._with_rows(q) for q in mine if not q.parent)
        return Section(
            code=code,
            when=self._section_guard(code),
            titles=words.section_words(self.labels, "section", code),
            intros=words.section_words(self.labels, "intro", code),
            questions=tuple(tops),
        )

    def _with_rows(self, question: Question) -> Question:
        children = [q for q in self.questions.values() if q.parent == question.code]
        if question.kind == "repeat" and not children:
            self.faults.append(f"question {question.code}: it has no sub-question.")
        return replace(question, children=tuple(children))

    def _rules(self) -> Iterator[Any]:
        for table in self.raw.get("rule", []):
            where = f"rule {table['code']}"
            when = self._condition(table.get("when"), where)
            texts = words.rule_words(self.labels, table["code"])
            rule, faults = rule_of(table, when, texts, self.questions)
            self.faults.extend(f"{where}: {fault}" for fault in faults)
            yield rule

    def _status(self) -> Status:
        status = Status(self.raw["status"])
        if status is Status.APPROVED and not self.raw.get("sign_off"):
            self.faults.append("pack.toml: an approved pack needs a sign_off.")
        return status

    def _box_faults(self) -> Iterator[str]:
        printed = {
            (place.form, place.box)
            for question in self.questions.values()
            for place in question.prints
        }
        for box in self.boxes:
            if box.is_extra and (box.form, box.box) not in printed:
                yield f"forms.toml, box {box.box}: no question is printed in it."


def _box(table: Raw) -> Box:
    return Box(
        form=table["form"],
        box=table["box"],
        label=table["label"],
        maps=tuple(table.get("maps", ())),
        suppressed=table.get("suppressed", ""),
        is_extra=table.get("extra", False),
    )


def _repeated(name: str, tables: list[Raw]) -> Iterator[str]:
    codes = [table["code"] for table in tables]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield f"{name} {code}: the code is used twice."
