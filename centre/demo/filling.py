"""Filling packs for the demo: what a visit tells, and a reason everywhere else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from centre.packs import answers as pack_answers
from centre.packs.model import Pack, Question
from centre.packs.reasons import POLICIES

Keep = Callable[[str, dict[str, Any]], object]

_PREFERRED: Final = ("not_asked", "na", "unknown", "not_performed", "declined")


def fill(
    pack: Pack, given: Mapping[str, Any], facts: Mapping[str, Any], keep: Keep
) -> None:
    """Keep every section: the given values, and a reason for what is asked besides."""
    answers: dict[str, Any] = {}
    for section in pack.sections:
        kept: dict[str, Any] = {}
        for _ in range(2):
            for question in pack_answers.asked(section, {**answers, **kept}, facts):
                answer = answer_of(question, given)
                if answer:
                    kept[question.code] = answer
        if kept:
            keep(section.code, kept)
        answers.update(kept)


def answer_of(question: Question, given: Mapping[str, Any]) -> dict[str, Any] | None:
    """The visit's own answer, or the first fitting reason."""
    if question.code in given:
        value = given[question.code]
        is_reason = isinstance(value, dict) and "r" in value
        return value if is_reason else {"v": value}
    if str(question.required) == "system" or str(question.kind) in {"calc", "note"}:
        return None
    reason = next((r for r in _PREFERRED if r in POLICIES[question.absent]), None)
    if reason is None:
        return None
    if reason == "not_performed":
        return {"r": reason, "sub": "not_indicated"}
    return {"r": reason}
