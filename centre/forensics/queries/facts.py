"""What a form may ask about the case besides its own answers, and what it may reuse.

Triage and intake are answered once: a question of the examination with the same code
means the same, so it begins with their answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from centre.core import consent, drafts
from centre.core.consent_items import ITEMS
from centre.core.models import Case
from centre.forensics.models import Examination
from centre.intake import queries as intake
from centre.intake.actions.forms import draft_key
from centre.intake.actions.forms import facts_of as cover_facts
from centre.intake.rules.forms import Form
from centre.packs.answers import value_of
from centre.packs.conditions import number
from centre.packs.model import Pack, Required
from centre.packs.partial import hours_since
from centre.packs.read import load

_FROM_TRIAGE: Final = {
    "sex": "tri.sex_recorded",
    "gender": "tri.gender",
    "organs": "tri.organs",
    "pregnant": "tri.pregnant_known",
    "strangulation": "tri.strang",
    "intoxication": "tri.intox",
    "reporting": "int.report_status",
}
_FEMALE: Final = ("uterus_ovaries", "vagina", "breasts")
_MALE: Final = ("penis", "testes")
_USUAL_ORGANS: Final = {"female": _FEMALE, "male": _MALE}
_BEFORE_PUBERTY: Final = 8
_GROWN: Final = 18


def pack_of(examination: Examination) -> Pack:
    """The very form the examination was begun with."""
    return load(
        examination.pack,
        examination.pack_version,
        fingerprint=examination.fingerprint,
    )


def told_before(case: Case) -> dict[str, Any]:
    """What triage and intake kept of this case, by code."""
    kept = [drafts.of(draft_key(case, form)) for form in Form]
    return {c: a for one in kept for c, a in drafts.answers_of(one).items()}


def facts_of(case: Case, earlier: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The facts of a case, from its cover, triage and the consents in force."""
    facts: dict[str, Any] = dict(cover_facts(case))
    for name, code in _FROM_TRIAGE.items():
        value = value_of(earlier, code)
        if value is not None:
            facts[name] = value
    age = number(value_of(earlier, "tri.age_est"))
    if age is not None:
        facts["age"] = int(age)
    facts["organs"] = _organs(facts)
    facts["prepubertal"] = _prepubertal(facts.get("age"))
    facts["consents"] = consents_in_force(case, at)
    facts["now"] = at.isoformat()
    return facts | _hours(case, at)


def consents_in_force(case: Case, at: datetime) -> list[str]:
    """The items that the survivor allows this centre now."""
    return sorted(
        d.item
        for d in consent.current(case)
        if d.recipient == consent.CENTRE
        and d.purpose == ITEMS[d.item].purposes[0]
        and consent.allows(d, at)
    )


def answers_with(
    pack: Pack, kept: Mapping[str, Any], earlier: Mapping[str, Any]
) -> dict[str, Any]:
    """The answers kept so far; in sections not begun, what was told before."""
    answers = drafts.answers_of(kept)
    for question in pack.questions:
        is_free = not question.consent and question.required is not Required.SYSTEM
        if question.section not in kept and is_free and question.code in earlier:
            answers.setdefault(question.code, earlier[question.code])
    return answers


def _organs(facts: Mapping[str, Any]) -> list[str]:
    """What triage was told; else what is usual, and never less than may be there."""
    if facts.get("organs"):
        return list(facts["organs"])
    return list(_USUAL_ORGANS.get(facts.get("sex", ""), (*_FEMALE, *_MALE)))


def _prepubertal(age: int | None) -> str:
    if age is None or _BEFORE_PUBERTY <= age < _GROWN:
        return "unsure"
    return "yes" if age < _BEFORE_PUBERTY else "no"


def _hours(case: Case, at: datetime) -> dict[str, str]:
    when = intake.incident_time(case)
    if when is None:
        return {}
    least, most = hours_since(when, at)
    named = {"hours_min": least, "hours_max": most}
    return {name: format(h, "f") for name, h in named.items() if h is not None}
