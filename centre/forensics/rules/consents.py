"""Which consent each step of an examination needs, and what may be kept without it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from centre.packs.answers import rows_of
from centre.packs.model import FROM_ROOMS, Question

BODY: Final = "C02"
GENITAL: Final = "C03"
ANAL: Final = "C05"

_ANAL_VIEWS: Final = frozenset({"anus_clock"})


def consent_of_view(view_id: str, group: str) -> str:
    """The consent that marks on this view of the body need."""
    if view_id in _ANAL_VIEWS:
        return ANAL
    return GENITAL if group == "genital" else BODY


def values(
    questions: Iterable[Question], answers: Mapping[str, Any]
) -> dict[str, tuple[str, Any]]:
    """What was found under a consent: by place, the consent's code and the value.

    A reason is no finding. What was typed and is not valid yet counts as a value. Marks
    and photographs stand on the consents of their own acts.
    """
    return {
        place: (code, answer.get("t") or answer.get("v"))
        for place, code, answer in _bound(questions, answers)
        if "v" in answer or "value" in answer.get("t", {})
    }


def newly_valued(
    questions: Iterable[Question], before: Mapping[str, Any], now: Mapping[str, Any]
) -> set[str]:
    """The consents that what is new or different now must stand on.

    What was found while a consent was in force stays when it ends; nothing is added.
    """
    asked = list(questions)
    kept = values(asked, before)
    return {
        code
        for place, (code, value) in values(asked, now).items()
        if kept.get(place) != (code, value)
    }


def _bound(
    questions: Iterable[Question], answers: Mapping[str, Any]
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for question in questions:
        answer = answers.get(question.code) or {}
        if question.consent and question.kind not in FROM_ROOMS:
            yield question.code, question.consent, answer
        for row in rows_of(answer):
            for child in question.children:
                if child.consent:
                    place = f"{question.code}.{row['n']}.{child.code}"
                    yield place, child.consent, row.get(child.code) or {}
