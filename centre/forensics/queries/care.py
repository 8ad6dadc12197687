"""What the answers tell the care rules, and the advice that follows.

A question that was not answered stays unknown: the rules then say “cannot tell”, or
take what favours the survivor.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from centre.core import drafts
from centre.forensics.models import Examination
from centre.forensics.queries.facts import (
    answers_with,
    facts_of,
    pack_of,
    told_before,
)
from centre.forensics.rules import advice as rules
from centre.forensics.rules.advice import Advice, Inputs
from centre.packs.answers import rows_of, value_of
from centre.packs.conditions import number

RULES: Final = ("PEP", "EC")
_SAME_AS_YES: Final = frozenset({"yes", "completed", "attempted", "attempt"})
_NOT_KNOWN: Final = frozenset({"unsure", "not_sure", "not_asked", "unknown"})
_PENETRATION: Final = ("penis_vagina", "penis_anus", "penis_mouth")
_CONCEIVING: Final = ("penis_vagina",)
_PROTECTED: Final = frozenset(
    {"injectable", "implant", "cu_iud", "lng_iud", "sterilisation", "sterilised"}
)
_FERTILE_FROM: Final = 8
_FERTILE_UNTIL: Final = 60
_TANNER_FERTILE: Final = 2


def care_inputs(examination: Examination, at: datetime) -> Inputs:
    """What the care rules look at, of one examination at this moment."""
    earlier = told_before(examination.case)
    facts = facts_of(examination.case, earlier, at)
    kept = drafts.of(examination.pk)
    answers = {**earlier, **answers_with(pack_of(examination), kept, earlier)}
    return inputs_of(answers, facts)


def inputs_of(answers: Mapping[str, Any], facts: Mapping[str, Any]) -> Inputs:
    """The same, from answers and facts at hand."""
    age = facts.get("age")
    return Inputs(
        h_min=_decimal(facts.get("hours_min")),
        h_max=_decimal(facts.get("hours_max")),
        age=age,
        weight=number(value_of(answers, "ge.weight")),
        bmi=_bmi(answers),
        hiv=_word(answers, "mh.hiv", "inv.hiv", "lab.hiv"),
        exposure=_exposure(answers),
        can_conceive=_can_conceive(answers, facts),
        pregnancy_risk=_pregnancy_risk(answers),
        pregnancy_test=_pregnancy_test(answers, facts),
        is_protected=_is_protected(answers),
        inducer_days_ago=_inducer_days(answers),
    )


def advice_on(given: Inputs) -> tuple[Advice, ...]:
    """The advice of every rule."""
    return rules.pep(given), rules.emergency_contraception(given)


def snapshot(given: Inputs) -> dict[str, Any]:
    """The inputs as they are kept with an answer: text, whole numbers and flags."""
    return {
        name: format(value, "f") if isinstance(value, Decimal) else value
        for name, value in vars(given).items()
    }


def _decimal(value: Any) -> Decimal | None:
    return number(value)


def _word(answers: Mapping[str, Any], *codes: str) -> str | None:
    """The first plain choice that was answered; positive wins over all others."""
    told = [str(value_of(answers, c)) for c in codes if value_of(answers, c)]
    if any(word.startswith("positive") for word in told):
        return "positive"
    return told[0] if told else None


def _acts(answers: Mapping[str, Any]) -> dict[str, str]:
    """Each sexual act that was asked about, and whether it happened."""
    return {
        act: said
        for code, answer in answers.items()
        if code.startswith("ev.acts")
        for act, said in _told(code, answer)
    }


def _told(code: str, answer: Any) -> list[tuple[str, str]]:
    act = code.removeprefix("ev.acts").strip(".")
    value = (answer or {}).get("v")
    if isinstance(value, str):
        return [(act, value)]
    if rows_of(answer):
        return [
            (str(value_of(row, "ev.acts.act")), str(value_of(row, "ev.acts.done")))
            for row in rows_of(answer)
        ]
    if isinstance(value, list):
        return [(str(one), "yes") for one in value]
    return [(act, "unsure")] if act and answer else []


def _happened(acts: Mapping[str, str], wanted: tuple[str, ...]) -> bool | None:
    """Yes if one did or is not sure; no only if each was answered no."""
    said = [acts[act] for act in wanted if act in acts]
    if any(word in _SAME_AS_YES | _NOT_KNOWN for word in said):
        return True
    return False if len(said) == len(wanted) else None


def _exposure(answers: Mapping[str, Any]) -> str | None:
    """Risk, none or not known (PEP-04); memory gaps mean any act is possible."""
    if _has_gaps(answers):
        return "risk"
    happened = _happened(_acts(answers), _PENETRATION)
    if happened is None:
        return None
    return "risk" if happened else None


def _pregnancy_risk(answers: Mapping[str, Any]) -> bool | None:
    if _has_gaps(answers):
        return True
    return _happened(_acts(answers), _CONCEIVING)


def _has_gaps(answers: Mapping[str, Any]) -> bool:
    told = value_of(answers, "ev.loc") or []
    return bool({"gaps", "unconscious", "woke_after", "unsure"} & set(told))


def _can_conceive(answers: Mapping[str, Any], facts: Mapping[str, Any]) -> bool | None:
    """Uterus and ovaries, and puberty begun; a girl near menarche counts (EC-01)."""
    if "uterus_ovaries" not in facts.get("organs", ()):
        return False
    age = facts.get("age")
    if age is not None and age >= _FERTILE_UNTIL:
        return False
    if value_of(answers, "mh.menarche") == "yes" or _is_in_puberty(answers):
        return True
    if age is None:
        return None
    return bool(age >= _FERTILE_FROM)


def _is_in_puberty(answers: Mapping[str, Any]) -> bool:
    stages = (number(value_of(answers, c)) for c in ("ge.tanner_b", "ge.tanner_p"))
    return any(stage is not None and stage >= _TANNER_FERTILE for stage in stages)


def _pregnancy_test(answers: Mapping[str, Any], facts: Mapping[str, Any]) -> str | None:
    test = _word(answers, "inv.pregnancy", "inv.preg", "lab.pregnancy")
    if test is not None:
        return test
    return "positive" if facts.get("pregnant") == "yes" else None


def _is_protected(answers: Mapping[str, Any]) -> bool | None:
    told = value_of(answers, "mh.contraception")
    if told is None:
        return None
    methods = {told} if isinstance(told, str) else set(told)
    missed = value_of(answers, "mh.contra_missed")
    return bool(methods & _PROTECTED) and missed not in {"yes", "unsure"}


def _inducer_days(answers: Mapping[str, Any]) -> int | None:
    days = number(value_of(answers, "mh.inducer_days"))
    if days is not None:
        return int(days)
    return 0 if value_of(answers, "mh.inducer") == "yes" else None


def _bmi(answers: Mapping[str, Any]) -> Decimal | None:
    weight = number(value_of(answers, "ge.weight"))
    height = number(value_of(answers, "ge.height"))
    if not weight or not height:
        return None
    return (weight / (height / 100) ** 2).quantize(Decimal("0.1"))
