"""What a pack is once it has been read: frozen, complete, in the order of the form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Final

from centre.packs.conditions import ALWAYS, Condition

FALLBACK_LANGUAGE: Final = "en"


class Kind(StrEnum):
    """The closed list of what an answer can be. A new kind needs code."""

    BOOL = "bool"
    BOOL3 = "bool3"
    CHOICE = "choice"
    MULTI = "multi"
    INT = "int"
    DEC = "dec"
    QTY = "qty"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    TEXT = "text"
    LONG = "long"
    VERBATIM = "verbatim"
    PERSON = "person"
    SIGN = "sign"
    REPEAT = "repeat"
    BODYMAP = "bodymap"
    PHOTO = "photo"
    CALC = "calc"


class Required(StrEnum):
    """What a missing answer does when the form is to be completed."""

    REASON = "reason"
    WARN = "warn"
    OPTIONAL = "optional"
    SYSTEM = "system"


class Status(StrEnum):
    """Who may rely on a pack: nobody yet, everybody, or only its old forms."""

    DRAFT = "draft"
    APPROVED = "approved"
    RETIRED = "retired"


NUMBERS: Final = frozenset({Kind.INT, Kind.DEC, Kind.QTY})
TEXTS: Final = frozenset({Kind.TEXT, Kind.LONG, Kind.VERBATIM, Kind.PERSON})
CHOICES: Final = frozenset({Kind.CHOICE, Kind.MULTI})
MOMENTS: Final = frozenset({Kind.DATE, Kind.DATETIME})
FROM_ROOMS: Final = frozenset({Kind.SIGN, Kind.BODYMAP, Kind.PHOTO, Kind.CALC})
"""Kinds whose value a room gives (a signature, marks, photographs, a result)."""

YES_NO: Final = ("yes", "no")
YES_NO_UNSURE: Final = ("yes", "no", "unsure")
SHARED_CHOICES: Final[Mapping[str, str]] = MappingProxyType(
    {"yes": "Yes", "no": "No", "unsure": "Not sure"}
)
"""Labels every pack has without writing them."""

SPEAKERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "survivor": "Survivor",
        "companion": "Companion",
        "interpreter": "Interpreter",
        "officer": "Police officer",
        "other": "Other person",
    }
)
"""Whose words a verbatim answer holds."""


@dataclass(frozen=True, eq=False)
class SignOff:
    """Who stands for the content of a pack."""

    who: str
    role: str
    on: date


@dataclass(frozen=True, eq=False)
class Print:
    """The box of an official form that a question is printed in."""

    form: str
    box: str


@dataclass(frozen=True, eq=False)
class Coding:
    """A terminology code of a question, or of one of its choices."""

    system: str
    code: str
    choice: str = ""
    display: str = ""
    verified: bool = False


@dataclass(frozen=True, eq=False)
class QuestionText:
    """The words of a question in one language."""

    label: str
    hint: str
    choices: Mapping[str, str]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Question:
    """One question. Its code is permanent and means the same in every pack."""

    code: str
    section: str
    kind: Kind
    required: Required
    absent: str
    sensitivity: int
    disclosure: str
    choices: tuple[str, ...] = ()
    exclusive: tuple[str, ...] = ()
    unit: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    places: int | None = None
    exact: bool = False
    format: str = ""
    max_length: int
    when: Condition = ALWAYS
    required_when: Condition = ALWAYS
    parent: str = ""
    consent: str = ""
    prints: tuple[Print, ...] = ()
    codes: tuple[Coding, ...] = ()
    verified: bool = False
    source: str = ""
    texts: Mapping[str, QuestionText]
    children: tuple[Question, ...] = ()

    def __str__(self) -> str:
        return self.code

    def __repr__(self) -> str:
        return f"<Question {self.code}>"

    def text(self, language: str = FALLBACK_LANGUAGE) -> QuestionText:
        """All words of the question, in this language or else in English."""
        return self.texts.get(language) or self.texts[FALLBACK_LANGUAGE]

    def label(self, language: str = FALLBACK_LANGUAGE) -> str:
        """The question as it is asked."""
        return self.text(language).label

    def hint(self, language: str = FALLBACK_LANGUAGE) -> str:
        """Help beneath the question; may be empty."""
        return self.text(language).hint

    def choice_label(self, choice: str, language: str = FALLBACK_LANGUAGE) -> str:
        """The words of one choice; a choice of an older version reads as its code."""
        return self.text(language).choices.get(choice, choice)


@dataclass(frozen=True, eq=False)
class Section:
    """One page of the form."""

    code: str
    when: Condition
    titles: Mapping[str, str]
    intros: Mapping[str, str]
    questions: tuple[Question, ...]

    def __str__(self) -> str:
        return self.code

    def title(self, language: str = FALLBACK_LANGUAGE) -> str:
        """The heading of the page."""
        return self.titles.get(language) or self.titles[FALLBACK_LANGUAGE]

    def intro(self, language: str = FALLBACK_LANGUAGE) -> str:
        """A sentence beneath the heading; may be empty."""
        return self.intros.get(language) or self.intros.get(FALLBACK_LANGUAGE, "")


@dataclass(frozen=True, eq=False)
class Rule:
    """A validation over several answers; its kind is one of a closed list."""

    code: str
    kind: str
    severity: str
    questions: tuple[str, ...]
    amount: Decimal | None
    slack: int
    least: Decimal | None
    most: Decimal | None
    when: Condition
    parent: str
    texts: Mapping[str, str]

    def says(self, language: str = FALLBACK_LANGUAGE) -> str:
        """The sentence shown when the rule is broken."""
        return self.texts.get(language) or self.texts[FALLBACK_LANGUAGE]


@dataclass(frozen=True, eq=False)
class Box:
    """One box of an official paper form, in the order of the paper.

    Exactly one of the three holds: it is mapped to questions, suppressed with the
    printed reason, or extra (asked for this paper alone).
    """

    form: str
    box: str
    label: str
    maps: tuple[str, ...] = ()
    suppressed: str = ""
    is_extra: bool = False


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Pack:
    """One version of one form. A version is never edited once a record used it."""

    name: str
    version: str
    status: Status
    jurisdiction: str
    source: str
    fingerprint: str
    sign_offs: tuple[SignOff, ...]
    sections: tuple[Section, ...]
    rules: tuple[Rule, ...]
    boxes: tuple[Box, ...]
    titles: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    def __repr__(self) -> str:
        return f"<Pack {self}>"

    def title(self, language: str = FALLBACK_LANGUAGE) -> str:
        """What people call the form."""
        return self.titles.get(language) or self.titles[FALLBACK_LANGUAGE]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages the whole form can be shown in."""
        return tuple(self.titles)

    @property
    def is_signed_off(self) -> bool:
        """Whether a named person approved this version."""
        return self.status is Status.APPROVED and bool(self.sign_offs)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every question that stands by itself; rows hang beneath their repeat."""
        return tuple(q for section in self.sections for q in section.questions)

    @cached_property
    def by_code(self) -> Mapping[str, Question]:
        """Every question, sub-questions included, by its code."""
        return {question.code: question for question in every(self.questions)}

    def label(self, part: Section | Question, language: str = FALLBACK_LANGUAGE) -> str:
        """The heading of a section, or a question as it is asked."""
        if isinstance(part, Section):
            return part.title(language)
        return part.label(language)

    def question(self, code: str) -> Question:
        """The question of this code; KeyError if the pack has none."""
        return self.by_code[code]

    def section(self, code: str) -> Section:
        """The section of this code; KeyError if the pack has none."""
        return {section.code: section for section in self.sections}[code]


def every(questions: tuple[Question, ...]) -> Iterator[Question]:
    """The questions with their sub-questions, in order."""
    for question in questions:
        yield question
        yield from question.children
