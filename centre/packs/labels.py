"""The words of a pack: every label there, none to spare, in every language it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from centre.packs.model import SHARED_CHOICES, Question, QuestionText

Raw = Mapping[str, Any]


def texts_of(
    table: Raw, labels: Mapping[str, Raw], earlier: Mapping[str, Question]
) -> Mapping[str, QuestionText]:
    """The words of one question, by language."""
    like = earlier.get(table.get("choices_from", ""))
    return MappingProxyType(
        {
            language: _text(table["code"], raw, like, language)
            for language, raw in labels.items()
        }
    )


def _text(code: str, raw: Raw, like: Question | None, language: str) -> QuestionText:
    words = raw["question"].get(code, {})
    own = raw.get("choice", {}).get(code, {})
    taken = like.text(language).choices if like else {}
    choices = MappingProxyType({**SHARED_CHOICES, **taken, **own})
    return QuestionText(words.get("label", code), words.get("hint", ""), choices)


def section_words(
    labels: Mapping[str, Raw], table: str, code: str
) -> Mapping[str, str]:
    """The heading (or the sentence beneath it) of a section, by language."""
    return {
        language: raw.get(table, {}).get(code, "") for language, raw in labels.items()
    }


def rule_words(labels: Mapping[str, Raw], code: str) -> Mapping[str, str]:
    """The sentence of a rule, by language."""
    return {
        language: raw.get("rule", {}).get(code, code)
        for language, raw in labels.items()
    }


def faults(
    raw: Raw, labels: Mapping[str, Raw], questions: Mapping[str, Question]
) -> Iterator[str]:
    """Labels that are missing and labels that belong to nothing."""
    for language, table in labels.items():
        where = f"labels/{language}.toml"
        sections = {section["code"] for section in raw["section"]}
        rules = {rule["code"] for rule in raw.get("rule", [])}
        yield from _pairing(where, "section", table["section"], sections)
        yield from _pairing(where, "rule", table.get("rule", {}), rules)
        yield from _pairing(where, "question", table["question"], set(questions))
        yield from _spare(where, "intro", table.get("intro", {}), sections)
        yield from _choice_faults(where, table.get("choice", {}), raw, questions)


def _pairing(where: str, name: str, given: Raw, wanted: set[str]) -> Iterator[str]:
    for code in sorted(wanted - given.keys()):
        yield f"{where}: the {name} {code} has no words."
    yield from _spare(where, name, given, wanted)


def _spare(where: str, name: str, given: Raw, wanted: set[str]) -> Iterator[str]:
    for code in sorted(given.keys() - wanted):
        yield f"{where}: there are words for the {name} {code}, which there is not."


def _choice_faults(
    where: str, given: Raw, raw: Raw, questions: Mapping[str, Question]
) -> Iterator[str]:
    borrowing = {q["code"] for q in raw["question"] if "choices_from" in q}
    owners = {
        code: question.choices
        for code, question in questions.items()
        if question.choices and code not in borrowing
    }
    for code in sorted(given.keys() - owners.keys()):
        yield f"{where}: there are choices for {code}, which has none of its own."
    for code, choices in owners.items():
        words = given.get(code, {})
        for choice in choices:
            if choice not in words and choice not in SHARED_CHOICES:
                yield f"{where}: the choice {choice} of {code} has no words."
        for choice in sorted(words.keys() - set(choices)):
            yield f"{where}: {code} has words for {choice}, which is not a choice."
