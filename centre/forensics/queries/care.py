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
from centre.packs.answers import value_of
from centre.packs.conditions import number

_ACTS: Final = "ev.acts."
_POSSIBLE: Final = frozenset({"completed", "attempted", "unsure"})
_PENETRATION: Final = ("penis_vagina", "penis_anus", "penis_mouth")
_ANY_FLUID: Final = (*_PENETRATION, "object", "mouth_genitals")
_CONCEIVING: Final = ("penis_vagina",)
_INDUCERS: Final = (
    "rifamp", "rifabutin", "phenytoin", "carbamazepine", "phenobarb", "primidone",
    "topiramate", "efavirenz", "nevirapine", "ritonavir", "john",
)  # fmt: skip
"""Parts of the names of medicines that make liver enzymes work faster (FSRH; the list
is recalled and not verified)."""
_PROTECTED: Final = frozenset(
    {"injectable", "implant", "cu_iud", "lng_iud", "sterilisation"}
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
        hiv=_word(answers, "mh.hiv", "inv.hiv"),
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
        code.removeprefix(_ACTS): _said(answer)
        for code, answer in answers.items()
        if code.startswith(_ACTS) and answer
    }


def _said(answer: Mapping[str, Any]) -> str:
    """What was said of one act; any reason for no answer leaves it possible."""
    return str(answer["v"]) if "v" in answer else "unsure"


def _happened(acts: Mapping[str, str], wanted: tuple[str, ...]) -> bool | None:
    """Yes if one did or is not sure; no only if each was answered no."""
    said = [acts[act] for act in wanted if act in acts]
    if any(word in _POSSIBLE for word in said):
        return True
    return False if len(said) == len(wanted) else None


def _exposure(answers: Mapping[str, Any]) -> str | None:
    """Risk, none or not known (PEP-04); memory gaps mean any act is possible."""
    acts = _acts(answers)
    if _has_gaps(answers) or _happened(acts, _PENETRATION):
        return "risk"
    is_dry = value_of(answers, "ev.ejac") == ["none"]
    return "none" if is_dry and _happened(acts, _ANY_FLUID) is False else None


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
    test = _word(answers, "inv.pregnancy")
    if test is not None:
        return test
    return "positive" if facts.get("pregnant") == "yes" else None


def _is_protected(answers: Mapping[str, Any]) -> bool | None:
    method = value_of(answers, "mh.contraception")
    return None if method is None else method in _PROTECTED


def _inducer_days(answers: Mapping[str, Any]) -> int | None:
    """Today, if a medicine taken now makes the pill weaker (EC-07)."""
    medicines = str(value_of(answers, "mh.meds") or "").casefold()
    return 0 if any(name in medicines for name in _INDUCERS) else None


def _bmi(answers: Mapping[str, Any]) -> Decimal | None:
    weight = number(value_of(answers, "ge.weight"))
    height = number(value_of(answers, "ge.height"))
    if not weight or not height:
        return None
    return (weight / (height / 100) ** 2).quantize(Decimal("0.1"))
