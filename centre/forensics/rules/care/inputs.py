"""What the answers of an examination tell the rules of care, input by input.

A question that was not answered leaves its input unknown. The rules then say what to
ask, or take what favours the survivor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from centre.forensics.body_map.marks import CLASSES, Badge
from centre.forensics.rules.care.told import (
    Told,
    bmi,
    creatinine_clearance,
    day_of,
    years_since,
)
from centre.packs.answers import value_of
from centre.packs.conditions import number, rows_of

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
_DTG_INDUCERS: Final = ("rifamp", "carbamazepine", "phenytoin", "phenobarb")
_MINERALS: Final = (
    "antacid",
    "magnesium",
    "alumin",
    "iron",
    "ferrous",
    "calcium",
    "zinc",
)
_PROTECTED: Final = frozenset(
    {"injectable", "implant", "cu_iud", "lng_iud", "sterilisation"}
)
_HURT_KIDNEYS: Final = frozenset({"renal", "diabetes", "hypertension"})
_ON_THE_NECK: Final = frozenset({"strangle", "smother"})
_FERTILE_FROM: Final = 8
_FERTILE_UNTIL: Final = 60
_TANNER_FERTILE: Final = 2
_GROWN: Final = 18
_FULL_SERIES: Final = 3
_HOURS_A_DAY: Final = 24


def inputs(told: Told) -> dict[str, Any]:
    """Everything the rules look at, by the input's name; None is not known."""
    return {name: find(told) for name, find in _INPUTS.items()}


def _fact(name: str) -> Callable[[Told], Decimal | None]:
    return lambda told: number(told.facts.get(name))


def _number(code: str) -> Callable[[Told], Decimal | None]:
    return lambda told: told.number(code)


def _value(code: str) -> Callable[[Told], Any]:
    return lambda told: told.value(code)


def _flag(code: str) -> Callable[[Told], bool | None]:
    return lambda told: told.flag(code)


def _medicine(*parts: str) -> Callable[[Told], bool | None]:
    return lambda told: told.medicine(parts)


def _text(told: Told, code: str) -> str | None:
    value = told.value(code)
    return None if value is None else str(value)


def _days(told: Told) -> Decimal | None:
    hours = number(told.facts.get("hours_min"))
    return None if hours is None else hours / _HOURS_A_DAY


def _word(*codes: str) -> Callable[[Told], str | None]:
    """The first plain choice that was answered; positive wins over all others."""

    def found(told: Told) -> str | None:
        said = [str(told.value(code)) for code in codes if told.value(code)]
        if any(word.startswith("positive") for word in said):
            return "positive"
        return said[0] if said else None

    return found


def _acts(told: Told) -> dict[str, str]:
    """Each sexual act that was asked about, and whether it happened."""
    return {
        code.removeprefix(_ACTS): _said(answer)
        for code, answer in told.answers.items()
        if code.startswith(_ACTS) and answer
    }


def _said(answer: Mapping[str, Any]) -> str:
    """What was said of one act; any reason for no answer leaves it possible."""
    return str(answer["v"]) if "v" in answer else "unsure"


def _happened(acts: Mapping[str, str], wanted: Sequence[str]) -> bool | None:
    """Yes if one did or is not sure; no only if each was answered no."""
    said = [acts[act] for act in wanted if act in acts]
    if any(word in _POSSIBLE for word in said):
        return True
    return False if len(said) == len(wanted) else None


def _exposure(told: Told) -> str | None:
    """Risk, none or not known (PEP-04); memory gaps mean any act is possible."""
    acts = _acts(told)
    if _has_gaps(told) or _happened(acts, _PENETRATION):
        return "risk"
    is_dry = told.value("ev.ejac") == ["none"]
    return "none" if is_dry and _happened(acts, _ANY_FLUID) is False else None


def _pregnancy_risk(told: Told) -> bool | None:
    return True if _has_gaps(told) else _happened(_acts(told), _CONCEIVING)


def _has_gaps(told: Told) -> bool:
    said = told.value("ev.loc") or []
    return bool({"gaps", "unconscious", "woke_after", "unsure"} & set(said))


def _anal(told: Told) -> bool | None:
    return _happened(_acts(told), ("penis_anus",))


def _can_conceive(told: Told) -> bool | None:
    """Uterus and ovaries, and puberty begun; a girl near menarche counts (EC-01)."""
    if "uterus_ovaries" not in told.facts.get("organs", ()):
        return False
    age = told.facts.get("age")
    if age is not None and age >= _FERTILE_UNTIL:
        return False
    if _is_in_puberty(told):
        return True
    return None if age is None else bool(age >= _FERTILE_FROM)


def _is_in_puberty(told: Told) -> bool:
    stages = (told.number(code) for code in ("ge.tanner_b", "ge.tanner_p"))
    staged = any(stage is not None and stage >= _TANNER_FERTILE for stage in stages)
    return staged or told.value("mh.menarche") == "yes"


def _grown(told: Told) -> bool | None:
    """Whether puberty has begun; at 18 it is taken to have."""
    age = told.facts.get("age")
    if _is_in_puberty(told) or (age is not None and age >= _GROWN):
        return True
    return {"yes": False, "no": True}.get(str(told.facts.get("prepubertal")))


def _pregnant(told: Told) -> str | None:
    test = _word("inv.pregnancy")(told)
    if test == "positive":
        return "yes"
    if _can_conceive(told) is False or test == "negative":
        return "no"
    said = told.value("mh.pregnant_known") or told.facts.get("pregnant")
    return str(said) if said else None


def _pregnancy_test(told: Told) -> str | None:
    test = _word("inv.pregnancy")(told)
    if test is not None:
        return test
    return "positive" if told.facts.get("pregnant") == "yes" else None


def _method(told: Told) -> str | None:
    return _text(told, "mh.contraception")


def _is_protected(told: Told) -> bool | None:
    method = _method(told)
    return None if method is None else method in _PROTECTED


def _uses_pill(told: Told) -> bool | None:
    method = _method(told)
    return None if method is None else method == "pill"


def _inducer_days(told: Told) -> Decimal | None:
    """Days since the last such medicine; 0 if one is taken now (EC-07)."""
    if told.medicine(_INDUCERS):
        return Decimal(0)
    return told.number("mh.inducer_days")


def _kidney_risk(told: Told) -> bool | None:
    conditions = told.value("mh.conditions")
    return None if conditions is None else bool(_HURT_KIDNEYS & set(conditions))


def _open_wound(told: Told) -> bool | None:
    """Whether a class that breaks skin or mucosa is written down; None before any."""
    if any(_is_open(one) for one in told.injuries):
        return True
    looked = any(code.startswith("er.") and a for code, a in told.answers.items())
    return False if looked else None


def _is_open(injury: Mapping[str, Any]) -> bool:
    known = CLASSES.get(str(injury.get("kind")))
    return known is not None and (known.badge is Badge.OPEN or injury["kind"] == "bite")


def _minor_wound(told: Told) -> bool | None:
    """Whether each open wound is superficial."""
    depths = [one.get("depth") for one in told.injuries if _is_open(one)]
    if not depths or any(depth in {None, "", "not_measured"} for depth in depths):
        return None
    return set(depths) == {"superficial"}


def _bite(told: Told) -> bool | None:
    marks = any(one.get("kind") == "bite" for one in told.injuries)
    return True if marks or "bite" in (told.value("ev.physical") or []) else None


def _iud_fitted(told: Told) -> bool | None:
    kind = told.value("tx.ec_kind")
    return None if kind is None else kind == "cu_iud"


def _vaccine(told: Told) -> str | None:
    """Doses that were counted, else what was said."""
    doses = told.number("mh.vacc.hbv_doses")
    if doses is not None and told.value("mh.vacc.hbv") is None:
        return "complete" if doses >= _FULL_SERIES else "partial" if doses else "none"
    return _text(told, "mh.vacc.hbv")


def _days_since_pregnancy(told: Told) -> Decimal | None:
    ended = day_of(told.value("mh.obs.last_end"))
    return None if ended is None else Decimal((told.at - ended).days)


def _strangled(told: Told) -> str | None:
    physical = told.value("ev.physical")
    if _ON_THE_NECK & set(physical or []) or told.value("str.method"):
        return "yes"
    said = told.facts.get("strangulation")
    return str(said) if said else ("no" if physical is not None else None)


def _by_partner(told: Told) -> bool | None:
    rows = rows_of(told.answers.get("ev.assailant"))
    said = [value_of(row, "ev.assailant.relationship") for row in rows]
    return True if "partner" in said else False if all(said) and said else None


_INPUTS: Final[Mapping[str, Callable[[Told], Any]]] = {
    "h_min": _fact("hours_min"),
    "h_max": _fact("hours_max"),
    "days": _days,
    "age": _fact("age"),
    "weight": _number("ge.weight"),
    "bmi": bmi,
    "sex": lambda told: told.facts.get("sex"),
    "organs": lambda told: told.facts.get("organs"),
    "hiv": _word("mh.hiv", "inv.hiv"),
    "exposure": _exposure,
    "assailants": _number("ev.n_assailants"),
    "anal": _anal,
    "open_wound": _open_wound,
    "minor_wound": _minor_wound,
    "clean_wound": lambda _told: None,
    "bite": _bite,
    "crcl": creatinine_clearance,
    "kidney_risk": _kidney_risk,
    "hb": _number("inv.hb"),
    "hbsag": _word("inv.hbsag", "mh.hbsag"),
    "anti_hbs": _number("inv.anti_hbs"),
    "assailant_hbsag": lambda _told: None,
    "pregnant": _pregnant,
    "pregnancy_test": _pregnancy_test,
    "breastfeeding": _flag("mh.breastfeeding"),
    "mineral": _medicine(*_MINERALS),
    "dtg_inducer": _medicine(*_DTG_INDUCERS),
    "metformin": _medicine("metformin"),
    "nevirapine": _medicine("nevirapine"),
    "can_conceive": _can_conceive,
    "pregnancy_risk": _pregnancy_risk,
    "is_protected": _is_protected,
    "uses_pill": _uses_pill,
    "days_since_pregnancy": _days_since_pregnancy,
    "inducer_days": _inducer_days,
    "asthma_steroids": _flag("mh.asthma_steroids"),
    "allergies": _value("mh.allergy_kinds"),
    "iud_fitted": _iud_fitted,
    "grown": _grown,
    "hbv_vaccine": _vaccine,
    "tetanus_doses": _value("mh.vacc.tetanus"),
    "tetanus_years": years_since("mh.vacc.tetanus_last"),
    "hpv_doses": _number("mh.vacc.hpv"),
    "torsion": _flag("g.torsion"),
    "strangled": _strangled,
    "neck_symptoms": _value("str.symptoms"),
    "neck_signs": _value("str.signs"),
    "pregnancy_weeks": _number("ge.obs.weeks"),
    "by_partner": _by_partner,
    "suicidal": _value("ps.suicidal"),
    "phq9": _number("ps.phq9"),
    "phq9_item9": _number("ps.phq9_item9"),
    "phq_a": _number("ps.phq_a"),
    "gad7": _number("ps.gad7"),
    "pc_ptsd5": _number("ps.pc_ptsd5"),
}
"""No question yet asks whether a wound is clean, or about the other person's hepatitis
B: both stay unknown, and the rules take the careful way."""
