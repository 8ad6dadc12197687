"""The rules of care at every edge: what is advised, what it stands on, what is asked.

B13 to B23 name the acceptance tests that forms.md lists in its appendix B.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from centre.forensics import apps
from centre.forensics.queries import care
from centre.forensics.rules import complete
from centre.forensics.rules.care import Advice, Verdict, conditions, judge, load
from centre.forensics.rules.care.inputs import inputs
from centre.forensics.rules.care.told import Told
from centre.packs.errors import PackError
from centre.packs.read import load as load_form

RULES = Path(django_settings.CARE_RULES)
PACK = load(RULES)
TODAY = date(2026, 3, 2)
SECOND = Decimal(1) / 3600
FERTILE = {"can_conceive": True, "pregnancy_risk": True}


def kg(weight: str) -> dict[str, Decimal]:
    return {"weight": Decimal(weight)}


def at(hours: str | int | Decimal, **more: Any) -> dict[str, Any]:
    return {"h_min": Decimal(hours), "h_max": Decimal(hours), **more}


def on(code: str, **known: Any) -> Advice:
    return next(one for one in judge(PACK, known) if one.rule == code)


def told(advice: Advice) -> str:
    """Everything that is said, so that a test can look for a rule by its number."""
    return "\n".join((advice.says, *advice.reasons, *advice.notes))


def rules_told(advice: Advice) -> set[str]:
    return {line.partition(":")[0] for line in (*advice.reasons, *advice.notes)}


@pytest.mark.parametrize(
    ("known", "verdict", "rule"),
    [
        (at("71.99"), Verdict.OFFER, "PEP-01"),
        (at(72), Verdict.OFFER, "PEP-01"),
        (at(72 + SECOND), Verdict.LATE, "PEP-02"),
        ({}, Verdict.OFFER, "PEP-01"),
        ({"h_min": Decimal(70), "h_max": Decimal(75)}, Verdict.OFFER, "PEP-03"),
        ({"h_min": Decimal(0), "h_max": Decimal(72)}, Verdict.OFFER, "PEP-01"),
        (at(1, hiv="positive"), Verdict.REFER, "PEP-06"),
        (at(100, hiv="positive"), Verdict.REFER, "PEP-06"),
        (at(71, hiv="unknown"), Verdict.OFFER, "PEP-01"),
        (at(71, hiv="declined"), Verdict.OFFER, "PEP-01"),
        (at(1, exposure="none"), Verdict.NOT_NEEDED, "PEP-04"),
        (at(1, exposure="risk"), Verdict.OFFER, "PEP-01"),
    ],
)
def test_b14_pep_at_each_edge_of_time_and_status(
    known: dict[str, Any], verdict: Verdict, rule: str
) -> None:
    found = on("PEP", **known)

    assert found.verdict is verdict
    assert rule in rules_told(found)


def test_b11_a_time_known_as_a_range_is_said_as_a_range() -> None:
    """“Last weekend”: it may be over 72 hours, and the first dose is offered."""
    found = on("PEP", h_min=Decimal(60), h_max=Decimal("108.5"))

    assert found.verdict is Verdict.OFFER
    assert "from 60 h 0 min to 108 h 30 min" in told(found)
    assert "cannot be excluded" in on("PEP").says


def test_the_second_that_decides_is_shown() -> None:
    assert "72 h 0 min 1 s" in told(on("PEP", **at(72 + SECOND)))


def test_pep_is_never_made_to_wait_for_a_test() -> None:
    assert "PEP-07" in rules_told(on("PEP", **at(1)))


@pytest.mark.parametrize(
    ("age", "kilograms", "says"),
    [
        (10, "30", "TDF 300"),
        (10, "29.9", "4 + 4"),
        (9, "45", "300/150 mg 1 + 1"),
        (2, "12", "2 + 2"),
        (1, "2.99", "specialist"),
        (1, "3.0", "mg 1 + 1"),
        (1, "5.95", "mg 1 + 1"),
        (1, "5.99", "mg 1 + 1"),
        (1, "6.0", "1½ + 1½"),
        (1, "9.99", "1½ + 1½"),
        (2, "10.0", "2 + 2"),
        (3, "13.99", "2 + 2"),
        (3, "14.0", "2½ + 2½"),
        (5, "19.99", "2½ + 2½"),
        (5, "20.0", "3 + 3"),
        (7, "24.99", "3 + 3"),
        (7, "25.0", "4 + 4"),
        (9, "29.99", "4 + 4"),
        (9, "30.0", "4 + 4"),
        (9, "34.99", "4 + 4"),
        (9, "35.0", "300/150 mg 1 + 1"),
        (None, "50", "ask about the age"),
        (30, None, "ask about the weight"),
        (None, None, "ask about the age, the weight"),
    ],
)
def test_the_course_at_each_edge_of_the_weights(
    age: int | None, kilograms: str | None, says: str
) -> None:
    weight = None if kilograms is None else Decimal(kilograms)

    assert says in on("PEP", **at(1), age=age, weight=weight).says


@given(st.integers(0, 90), st.decimals(Decimal(3), Decimal(200), places=2))
def test_b13_every_weight_from_three_kilograms_has_a_course(
    age: int, weight: Decimal
) -> None:
    found = on("PEP", **at(1), age=age, weight=weight)

    assert "28 days" in found.says
    assert "specialist" not in found.says


@pytest.mark.parametrize("table", PACK.tables)
def test_b13_every_hundredth_of_a_kilogram_is_in_one_band(table: str) -> None:
    bands = PACK.tables[table]

    for hundredths in range(300, 20_001):
        weight = Decimal(hundredths) / 100
        fits = [
            band
            for band in bands
            if band.least <= weight and (band.under is None or weight < band.under)
        ]
        assert len(fits) == 1, weight


@pytest.mark.parametrize(
    ("more", "says", "is_verified"),
    [
        ({"crcl": Decimal(50)}, "TDF 300", True),
        ({"crcl": Decimal("49.9")}, "without TDF", False),
        ({}, "TDF 300", True),
    ],
)
def test_kidney_function_at_the_edge(
    more: dict[str, Any], says: str, is_verified: bool
) -> None:
    found = on("PEP", **at(1), age=30, weight=Decimal(60), **more)

    assert says in found.says
    assert found.is_verified is is_verified


def test_kidneys_at_risk_are_measured_without_waiting() -> None:
    noted = on("PEP", **at(1), kidney_risk=True)
    measured = on("PEP", **at(1), kidney_risk=True, crcl=Decimal(80))

    assert "PEP-13" in rules_told(noted)
    assert "PEP-13" not in rules_told(measured)


@pytest.mark.parametrize(
    ("hb", "says"), [("8", "AZT/3TC 60/30 mg 3 + 3"), ("7.9", "ABC/3TC 120/60 mg 3")]
)
def test_haemoglobin_at_the_edge(hb: str, says: str) -> None:
    found = on("PEP", **at(1), age=6, weight=Decimal(20), hb=Decimal(hb))

    assert says in found.says


@pytest.mark.parametrize("more", [{"pregnant": "yes"}, {"breastfeeding": True}])
def test_pregnancy_and_breastfeeding_change_no_course(more: dict[str, Any]) -> None:
    known = {**at(1), "age": 30, "weight": Decimal(60)}

    assert on("PEP", **known, **more).says == on("PEP", **known).says
    assert "PEP-15" in rules_told(on("PEP", **known, **more))


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"assailants": Decimal(2)}, "PEP-05"),
        ({"anal": True}, "PEP-05"),
        ({"open_wound": True}, "PEP-05"),
        ({"nevirapine": True}, "PEP-11"),
        ({"mineral": True}, "PEP-16"),
        ({"dtg_inducer": True}, "PEP-16"),
        ({"metformin": True}, "PEP-16"),
        ({"hbsag": "positive"}, "PEP-17"),
        ({"hiv": "prep"}, "PEP-23"),
    ],
)
def test_a_caution_is_told_where_it_holds_only(more: dict[str, Any], rule: str) -> None:
    assert rule in rules_told(on("PEP", **at(1), **more))
    assert rule not in rules_told(on("PEP", **at(1), exposure="risk"))


def test_recalled_doses_are_said_to_be_unverified() -> None:
    assert not on("PEP", **at(1), age=5, weight=Decimal(20)).is_verified
    assert on("PEP", **at(1), age=30, weight=Decimal(60)).is_verified
    assert "Recalled, not verified" in told(on("PEP", **at(1), metformin=True))


@pytest.mark.parametrize(
    ("known", "verdict"),
    [
        (at(120, **FERTILE), Verdict.OFFER),
        (at(120 + SECOND, **FERTILE), Verdict.LATE),
        (at(10, **FERTILE, pregnancy_test="positive"), Verdict.NOT_NEEDED),
        (at(10, **FERTILE, is_protected=True), Verdict.NOT_NEEDED),
        (at(10, can_conceive=False), Verdict.NOT_NEEDED),
        (at(10, can_conceive=True, pregnancy_risk=False), Verdict.NOT_NEEDED),
        (at(10, can_conceive=True), Verdict.CANNOT_TELL),
        (at(10, pregnancy_risk=True), Verdict.CANNOT_TELL),
        (FERTILE, Verdict.CANNOT_TELL),
        (at(10, **FERTILE, days_since_pregnancy=Decimal(4)), Verdict.NOT_NEEDED),
        (at(10, **FERTILE, days_since_pregnancy=Decimal(5)), Verdict.OFFER),
    ],
)
def test_b15_emergency_contraception_at_each_edge(
    known: dict[str, Any], verdict: Verdict
) -> None:
    assert on("EC", **known).verdict is verdict


def test_cannot_tell_says_what_to_ask_and_not_to_wait() -> None:
    says = on("EC", **FERTILE).says

    assert "when it happened" in says
    assert "Do not delay care." in says


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({**kg("70.0"), "bmi": Decimal("26.0")}, "levonorgestrel 1.5 mg"),
        (kg("70.1"), "levonorgestrel 3 mg"),
        ({"bmi": Decimal("26.1")}, "levonorgestrel 3 mg"),
        ({"inducer_days": Decimal(0)}, "Ulipristal is not"),
        ({"inducer_days": Decimal(28)}, "Ulipristal is not"),
        ({"inducer_days": Decimal(29)}, "ulipristal 30 mg"),
        ({}, "levonorgestrel 1.5 mg"),
    ],
)
def test_b16_the_choice_of_pill_at_each_edge(more: dict[str, Any], says: str) -> None:
    assert says in on("EC", **at(10), **FERTILE, **more).says


@pytest.mark.parametrize(("hours", "is_said"), [("72.0", False), ("72.1", True)])
def test_over_72_hours_ulipristal_is_said_to_work_better(
    hours: str, is_said: bool
) -> None:
    assert ("EC-04" in rules_told(on("EC", **at(hours), **FERTILE))) is is_said


@pytest.mark.parametrize(
    ("days", "is_said"), [("4", False), ("5", True), ("20", True), ("21", False)]
)
def test_the_days_after_a_pregnancy(days: str, is_said: bool) -> None:
    found = on("EC", **at(10), **FERTILE, days_since_pregnancy=Decimal(days))

    assert ("needed from day 5" in told(found)) is is_said


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"asthma_steroids": True}, "EC-08"),
        ({"breastfeeding": True}, "EC-08"),
        ({"uses_pill": True}, "EC-08"),
    ],
)
def test_cautions_of_ulipristal(more: dict[str, Any], rule: str) -> None:
    assert rule in rules_told(on("EC", **at(1), **FERTILE, **more))
    assert rule not in rules_told(on("EC", **at(1), **FERTILE))


@pytest.mark.parametrize(
    ("weight", "pregnant", "says"),
    [
        ("149.9", "no", "Ceftriaxone 500 mg IM once, and doxycycline"),
        ("150", "no", "Ceftriaxone 1 g IM once, and doxycycline"),
        ("149.9", "yes", "Ceftriaxone 500 mg IM once, and azithromycin"),
        ("150", "yes", "Ceftriaxone 1 g IM once, and azithromycin"),
        ("60", "unsure", "azithromycin"),
        ("60", None, "azithromycin"),
    ],
)
def test_b17_infections_at_150_kilograms_and_in_pregnancy(
    weight: str, pregnant: str | None, says: str
) -> None:
    known = {"weight": Decimal(weight), "age": 30, "grown": True, "pregnant": pregnant}

    assert says in on("STI", **known).says


@pytest.mark.parametrize(
    ("weight", "says"),
    [
        ("44.9", "cefixime 359.2 mg once (older than 6 months); azithromycin 898 mg"),
        ("45", "Ceftriaxone 500 mg IM once, and doxycycline"),
        ("20", "azithromycin 400 mg once; metronidazole 100 mg three times"),
        ("40", "benzathine penicillin 2000000 IU"),
    ],
)
def test_b18_infections_at_45_kilograms(weight: str, says: str) -> None:
    known = {"weight": Decimal(weight), "age": 14, "grown": True, "pregnant": "no"}

    assert says in on("STI", **known).says


@given(st.decimals(Decimal(3), Decimal("44.99"), places=2))
def test_no_dose_by_weight_is_above_the_most_that_is_given(weight: Decimal) -> None:
    matter = next(one for one in PACK.matters if one.code == "STI")
    amounts = {a.name: a for dose in matter.doses for a in dose.amounts}
    says = on("STI", age=14, grown=True, weight=weight).says

    for name in ("cefixime", "azithromycin"):
        given_now = Decimal(says.partition(f"{name} ")[2].partition(" mg")[0])
        assert 0 < given_now <= (amounts[name].most or 0)


def test_a_dose_by_weight_stops_at_the_most_that_is_given(tmp_path: Path) -> None:
    text = RULES.read_text().replace("most = 400,", "most = 300,")
    pack = load(written(tmp_path, text))
    found = judge(pack, {"age": 14, "grown": True, "weight": Decimal(44)})

    assert "cefixime 300 mg" in "".join(one.says for one in found)


def test_infections_of_a_child_before_puberty_are_referred() -> None:
    assert on("STI", age=7, grown=False).verdict is Verdict.REFER
    assert on("STI", age=7, grown=None).verdict is Verdict.OFFER


def test_a_severe_allergy_is_never_answered_with_another_drug() -> None:
    found = on("STI", grown=True, age=30, allergies=["penicillin"])

    assert "A clinician chooses." in found.says
    assert "500 mg" not in found.says


@pytest.mark.parametrize("kind", ["macrolide", "tetracycline", "nitroimidazole"])
def test_other_allergies_are_told(kind: str) -> None:
    assert kind in told(on("STI", grown=True, allergies=[kind]))
    assert "STI-06" not in rules_told(on("STI", grown=True, allergies=["latex"]))


@pytest.mark.parametrize(
    ("more", "verdict", "says"),
    [
        ({}, Verdict.OFFER, "first dose now"),
        ({"hbv_vaccine": "none"}, Verdict.OFFER, "first dose now"),
        ({"hbv_vaccine": "partial"}, Verdict.OFFER, "next dose now"),
        ({"hbv_vaccine": "complete"}, Verdict.OFFER, "one dose of vaccine"),
        (
            {"hbv_vaccine": "complete", "assailant_hbsag": "negative"},
            Verdict.NOT_NEEDED,
            "No dose",
        ),
        ({"anti_hbs": Decimal(10)}, Verdict.NOT_NEEDED, "No dose"),
        ({"anti_hbs": Decimal("9.9")}, Verdict.OFFER, "first dose"),
        ({"hbsag": "positive"}, Verdict.NOT_NEEDED, "No dose"),
    ],
)
def test_hepatitis_b_by_what_she_had(
    more: dict[str, Any], verdict: Verdict, says: str
) -> None:
    found = on("HBV", **at(10), **more)

    assert found.verdict is verdict
    assert says in found.says


@pytest.mark.parametrize(
    ("hours", "is_given"), [(Decimal(336), True), (336 + SECOND, False)]
)
def test_b20_immunoglobulin_to_the_end_of_day_14(
    hours: Decimal, is_given: bool
) -> None:
    known = at(hours, **kg("50"), assailant_hbsag="positive", hbv_vaccine="none")
    found = on("HBV", **known)

    assert ("3 mL IM" in found.says) is is_given
    assert ("HB-03" in rules_told(found)) is not is_given


def test_b21_unknown_person_and_partly_vaccinated_gets_the_next_dose_alone() -> None:
    says = on("HBV", **at(10), hbv_vaccine="partial").says

    assert "next dose now" in says
    assert "No immunoglobulin" in says


@pytest.mark.parametrize(
    ("more", "verdict", "says"),
    [
        ({"open_wound": False}, Verdict.NOT_NEEDED, "no skin or mucosa"),
        ({}, Verdict.CANNOT_TELL, "broken skin"),
        (
            {"open_wound": True, "tetanus_doses": "3", "tetanus_years": Decimal(5)},
            Verdict.NOT_NEEDED,
            "No dose is due",
        ),
        (
            {
                "open_wound": True,
                "tetanus_doses": "3",
                "tetanus_years": Decimal("5.003"),
            },
            Verdict.OFFER,
            "no immunoglobulin",
        ),
        (
            {
                "open_wound": True,
                "minor_wound": True,
                "tetanus_doses": "3",
                "tetanus_years": Decimal(10),
            },
            Verdict.NOT_NEEDED,
            "No dose is due",
        ),
        (
            {
                "open_wound": True,
                "minor_wound": True,
                "tetanus_doses": "3",
                "tetanus_years": Decimal("10.003"),
            },
            Verdict.OFFER,
            "one dose of vaccine",
        ),
        (
            {"open_wound": True, "tetanus_doses": "3"},
            Verdict.OFFER,
            "no immunoglobulin",
        ),
        (
            {"open_wound": True, "tetanus_doses": "2"},
            Verdict.OFFER,
            "and immunoglobulin with another syringe",
        ),
        (
            {"open_wound": True, "minor_wound": True},
            Verdict.OFFER,
            "no immunoglobulin for a clean wound",
        ),
    ],
)
def test_b19_tetanus_at_each_edge(
    more: dict[str, Any], verdict: Verdict, says: str
) -> None:
    found = on("TETANUS", **at(10), **more)

    assert found.verdict is verdict
    assert says in found.says


@pytest.mark.parametrize(("hours", "is_given"), [("5.99", False), ("6", True)])
def test_a_clean_wound_counts_as_other_from_six_hours(
    hours: str, is_given: bool
) -> None:
    found = on("TETANUS", **at(hours), open_wound=True, clean_wound=True)

    assert ("and immunoglobulin with" in found.says) is is_given


@pytest.mark.parametrize(("age", "product"), [(6, "DTP or DT"), (7, "Td or Tdap")])
def test_the_tetanus_vaccine_follows_the_age(age: int, product: str) -> None:
    assert product in on("TETANUS", **at(1), open_wound=True, age=age).says


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        ({"age": 8}, Verdict.NOT_NEEDED),
        ({"age": 9}, Verdict.OFFER),
        ({"age": 26}, Verdict.OFFER),
        ({"age": 27}, Verdict.NOT_NEEDED),
        ({"age": 20, "pregnant": "yes"}, Verdict.LATE),
        ({"age": 14, "hpv_doses": Decimal(1)}, Verdict.OFFER),
        ({"age": 14, "hpv_doses": Decimal(2)}, Verdict.NOT_NEEDED),
        ({"age": 15, "hpv_doses": Decimal(2)}, Verdict.OFFER),
        ({"age": 15, "hpv_doses": Decimal(3)}, Verdict.NOT_NEEDED),
        ({}, Verdict.CANNOT_TELL),
    ],
)
def test_hpv_at_each_edge_of_age_and_doses(
    more: dict[str, Any], verdict: Verdict
) -> None:
    assert on("HPV", **more).verdict is verdict


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        (at(24, open_wound=True), Verdict.OFFER),
        (at(24 + SECOND, open_wound=True), Verdict.LATE),
        (at(1, open_wound=False), Verdict.NOT_NEEDED),
        (at(1, open_wound=False, torsion=True), Verdict.REFER),
        (at(1), Verdict.CANNOT_TELL),
    ],
)
def test_wounds_at_the_edge_of_a_day(more: dict[str, Any], verdict: Verdict) -> None:
    assert on("WOUND", **more).verdict is verdict


@pytest.mark.parametrize(
    ("more", "verdict", "says"),
    [
        ({"neck_symptoms": ["voice"]}, Verdict.REFER, "Medical review now"),
        ({"strangled": "no", "neck_signs": ["petechiae"]}, Verdict.REFER, "review now"),
        ({"strangled": "yes"}, Verdict.REFER, "Fill in the part on the neck"),
        ({"strangled": "no"}, Verdict.NOT_NEEDED, "No pressure"),
        ({"strangled": "unsure"}, Verdict.REFER, "not sure"),
        ({}, Verdict.CANNOT_TELL, "around the neck"),
    ],
)
def test_pressure_on_the_neck(
    more: dict[str, Any], verdict: Verdict, says: str
) -> None:
    found = on("NECK", **more)

    assert found.verdict is verdict
    assert says in found.says


@pytest.mark.parametrize(
    ("more", "rule", "is_said"),
    [
        ({"age": 17}, "SR-03", True),
        ({"age": 18}, "SR-03", False),
        ({"age": 64}, "SR-03", False),
        ({"age": 65}, "SR-03", True),
        ({"pregnancy_weeks": Decimal(20)}, "SR-04", False),
        ({"pregnancy_weeks": Decimal("20.1")}, "SR-04", True),
        ({"by_partner": True}, "SR-05", True),
        ({"by_partner": False}, "SR-05", False),
    ],
)
def test_who_needs_more_after_pressure_on_the_neck(
    more: dict[str, Any], rule: str, is_said: bool
) -> None:
    found = on("NECK", strangled="yes", **more)

    assert any(note.startswith(rule) for note in found.notes) is is_said


@pytest.mark.parametrize(
    ("more", "verdict", "says"),
    [
        ({"suicidal": "attempt"}, Verdict.REFER, "stay with her"),
        ({"suicidal": "plan_intent"}, Verdict.REFER, "stay with her"),
        ({"suicidal": "plan_unclear"}, Verdict.REFER, "Assess today"),
        ({"suicidal": "ideas"}, Verdict.OFFER, "safety plan"),
        ({"suicidal": "none"}, Verdict.NOT_NEEDED, "None are told"),
        ({}, Verdict.CANNOT_TELL, "thoughts of ending her life"),
    ],
)
def test_thoughts_of_ending_her_life(
    more: dict[str, Any], verdict: Verdict, says: str
) -> None:
    found = on("SUICIDE", **more)

    assert found.verdict is verdict
    assert says in found.says


@pytest.mark.parametrize(
    ("item", "verdict"), [("0", Verdict.NOT_NEEDED), ("1", Verdict.REFER)]
)
def test_b24_the_last_item_of_phq9_asks_for_an_assessment_today(
    item: str, verdict: Verdict
) -> None:
    """Whatever the total, and whatever was answered when she was asked outright."""
    known = {"phq9": Decimal(4), "phq9_item9": Decimal(item), "suicidal": "none"}

    assert on("SUICIDE", **known).verdict is verdict


@pytest.mark.parametrize(
    ("days", "verdict"), [("27.99", Verdict.OFFER), ("28", Verdict.REFER)]
)
def test_b22_a_score_of_stress_counts_from_day_28(days: str, verdict: Verdict) -> None:
    known = {"days": Decimal(days), "pc_ptsd5": Decimal(4)}

    assert on("MIND", **known).verdict is verdict


@pytest.mark.parametrize(
    ("sex", "score", "verdict"),
    [
        ("female", 3, Verdict.REFER),
        ("female", 2, Verdict.OFFER),
        ("male", 3, Verdict.OFFER),
        ("male", 4, Verdict.REFER),
        (None, 3, Verdict.OFFER),
    ],
)
def test_b23_the_lower_cut_is_for_women(
    sex: str | None, score: int, verdict: Verdict
) -> None:
    known = {"days": Decimal(40), "pc_ptsd5": Decimal(score), "sex": sex}

    assert on("MIND", **known).verdict is verdict


@pytest.mark.parametrize("scale", ["phq9", "phq_a", "gad7"])
@pytest.mark.parametrize(("score", "is_referred"), [(9, False), (10, True)])
def test_scores_at_their_cut(scale: str, score: int, is_referred: bool) -> None:
    found = on("MIND", **{scale: Decimal(score)})

    assert (found.verdict is Verdict.REFER) is is_referred


KNOWN = {
    "number": st.none() | st.decimals(0, 400, places=2),
    "flag": st.none() | st.booleans(),
    "word": st.none() | st.sampled_from(["yes", "no", "positive", "risk", "none", "?"]),
    "words": st.none() | st.lists(st.sampled_from(["vagina", "voice", "penicillin"])),
}


@given(st.fixed_dictionaries({n: KNOWN[one.kind] for n, one in PACK.inputs.items()}))
def test_whatever_is_known_each_matter_has_one_advice_with_its_reasons(
    known: dict[str, Any],
) -> None:
    found = judge(PACK, known)

    assert [one.rule for one in found] == [one.code for one in PACK.matters]
    for one in found:
        assert one.says
        assert one.reasons
        assert one.source
        assert "{" not in told(one)


@given(
    st.fixed_dictionaries({n: KNOWN[one.kind] for n, one in PACK.inputs.items()}),
    st.sampled_from(sorted(PACK.inputs)),
)
def test_forgetting_something_never_turns_into_not_eligible(
    known: dict[str, Any], name: str
) -> None:
    """What is not known may become “cannot tell” or an offer, never “too late”."""
    before = {one.rule: one for one in judge(PACK, known)}
    after = {one.rule: one for one in judge(PACK, {**known, name: None})}

    for code in ("PEP", "EC"):
        if before[code].verdict in {Verdict.OFFER, Verdict.CANNOT_TELL}:
            assert after[code].verdict in {
                Verdict.OFFER,
                Verdict.CANNOT_TELL,
                before[code].verdict,
            }


# What the answers tell the rules ------------------------------------------------------


def heard(
    answers: dict[str, Any],
    facts: dict[str, Any] | None = None,
    injuries: list[dict[str, str]] | None = None,
) -> dict[str, Any]:
    return inputs(
        Told(answers, ORGANS if facts is None else facts, TODAY, injuries or ())
    )


def v(**answers: Any) -> dict[str, Any]:
    return {code.replace("__", "."): {"v": value} for code, value in answers.items()}


ORGANS = {"organs": ["uterus_ovaries", "vagina"], "age": 25, "sex": "female"}


@pytest.mark.parametrize(
    ("facts", "answers", "expected"),
    [
        ({"organs": ["uterus_ovaries"], "age": 7}, {}, False),
        ({"organs": ["uterus_ovaries"], "age": 8}, {}, True),
        ({"organs": ["uterus_ovaries"], "age": 7}, v(ge__tanner_b="2"), True),
        ({"organs": ["uterus_ovaries"], "age": 7}, v(ge__tanner_b="1"), False),
        ({"organs": ["uterus_ovaries"], "age": 59}, {}, True),
        ({"organs": ["uterus_ovaries"], "age": 60}, {}, False),
        ({"organs": ["penis", "testes"], "age": 25}, {}, False),
        ({"organs": ["uterus_ovaries"]}, {}, None),
        ({"organs": ["uterus_ovaries"]}, v(mh__menarche="yes"), True),
    ],
)
def test_who_can_conceive(
    facts: dict[str, Any], answers: dict[str, Any], expected: bool | None
) -> None:
    assert heard(answers, facts)["can_conceive"] is expected


@pytest.mark.parametrize(
    ("answers", "exposure", "pregnancy"),
    [
        ({}, None, None),
        (v(ev__acts__penis_vagina="completed"), "risk", True),
        (v(ev__acts__penis_vagina="attempted"), "risk", True),
        (v(ev__acts__penis_vagina="unsure"), "risk", True),
        ({"ev.acts.penis_vagina": {"r": "declined"}}, "risk", True),
        (v(ev__acts__penis_vagina="no"), None, False),
        (v(ev__acts__penis_mouth="completed", ev__acts__penis_vagina="no"), "risk",
         False),
        (v(ev__loc=["gaps"], ev__acts__penis_vagina="no"), "risk", True),
        (v(ev__acts__penis_vagina="no", ev__acts__penis_anus="no",
           ev__acts__penis_mouth="no", ev__acts__object="no",
           ev__acts__mouth_genitals="no", ev__ejac=["none"]), "none", False),
        (v(ev__acts__penis_vagina="no", ev__acts__penis_anus="no",
           ev__acts__penis_mouth="no", ev__acts__object="no",
           ev__acts__mouth_genitals="no", ev__ejac=["body"]), None, False),
    ],
)  # fmt: skip
def test_what_the_acts_mean_for_risk(
    answers: dict[str, Any], exposure: str | None, pregnancy: bool | None
) -> None:
    found = heard(answers)

    assert (found["exposure"], found["pregnancy_risk"]) == (exposure, pregnancy)


MAPPED = v(inj__map=[])
BRUISE, TEAR, BITE = {"kind": "bruise"}, {"kind": "laceration"}, {"kind": "bite"}


@pytest.mark.parametrize(
    ("answers", "name", "expected"),
    [
        (v(ge__weight="70.1"), "weight", Decimal("70.1")),
        (v(ge__weight="65", ge__height="158"), "bmi", Decimal("26.0")),
        (v(ge__weight="65"), "bmi", None),
        (v(mh__meds="Rifampicin 600 mg"), "inducer_days", 0),
        (v(mh__meds="paracetamol"), "inducer_days", None),
        (v(mh__inducer_days="28"), "inducer_days", Decimal(28)),
        (v(mh__meds="Rifampicin"), "dtg_inducer", True),
        (v(mh__meds="paracetamol"), "dtg_inducer", False),
        ({}, "dtg_inducer", None),
        (v(mh__meds="ferrous sulphate"), "mineral", True),
        (v(mh__contraception="implant"), "is_protected", True),
        (v(mh__contraception="condom"), "is_protected", False),
        (v(mh__hiv="negative", inv__hiv="positive"), "hiv", "positive"),
        (v(mh__hiv="positive_art"), "hiv", "positive"),
        (v(inv__pregnancy="positive"), "pregnancy_test", "positive"),
        (v(inv__pregnancy="positive"), "pregnant", "yes"),
        (v(mh__pregnant_known="unsure"), "pregnant", "unsure"),
        ({"mh.hiv": {"r": "declined"}}, "hiv", None),
        (v(mh__breastfeeding="yes"), "breastfeeding", True),
        (v(mh__breastfeeding="unsure"), "breastfeeding", None),
        (v(ev__acts__penis_anus="completed"), "anal", True),
        (v(mh__vacc__hbv="partial"), "hbv_vaccine", "partial"),
        (v(mh__vacc__hbv_doses="2"), "hbv_vaccine", "partial"),
        (v(mh__vacc__hbv_doses="3"), "hbv_vaccine", "complete"),
        (v(mh__vacc__hbv_doses="0"), "hbv_vaccine", "none"),
        (v(mh__vacc__tetanus_last="2021-03-02"), "tetanus_years", Decimal(5)),
        (v(mh__vacc__tetanus_last="2021-03-01"), "tetanus_years", Decimal("5.003")),
        (v(mh__vacc__tetanus_last="2021-03-03"), "tetanus_years", Decimal("4.997")),
        (v(mh__vacc__tetanus_last="2016-02-29"), "tetanus_years", Decimal("10.005")),
        (v(mh__vacc__tetanus_last="2021"), "tetanus_years", None),
        (v(mh__vacc__tetanus_last="2027-01-01"), "tetanus_years", None),
        (v(mh__obs__last_end="2026-02-26"), "days_since_pregnancy", Decimal(4)),
        (v(mh__conditions=["diabetes"]), "kidney_risk", True),
        (v(mh__conditions=["asthma"]), "kidney_risk", False),
        (v(inv__crcl="49.9"), "crcl", Decimal("49.9")),
        (v(inv__creatinine="88.4", ge__weight="72"), "crcl", Decimal("97.8")),
        (v(tx__ec_kind="cu_iud"), "iud_fitted", True),
        (v(ev__physical=["strangle"]), "strangled", "yes"),
        (v(ev__physical=["pushed"]), "strangled", "no"),
        (v(str__method="hands"), "strangled", "yes"),
        ({}, "strangled", None),
        ({}, "grown", True),
    ],
)
def test_answers_reach_the_rules(
    answers: dict[str, Any], name: str, expected: object
) -> None:
    assert heard(answers)[name] == expected


@pytest.mark.parametrize(
    ("answers", "injuries", "is_open", "is_minor", "is_bite"),
    [
        ({}, [], None, None, None),
        (v(er__head="no_injury"), [], False, None, None),
        (v(er__head="injury"), [BRUISE], False, None, None),
        ({}, [TEAR], True, None, None),
        ({}, [{**TEAR, "depth": "superficial"}], True, True, None),
        ({}, [{**TEAR, "depth": "deep"}], True, False, None),
        ({}, [BRUISE, BITE], True, None, True),
        (v(ev__physical=["bite"]), [], None, None, True),
    ],
)
def test_injuries_reach_the_rules(
    answers: dict[str, Any],
    injuries: list[dict[str, str]],
    is_open: bool | None,
    is_minor: bool | None,
    is_bite: bool | None,
) -> None:
    found = heard(answers, injuries=injuries)

    assert (found["open_wound"], found["minor_wound"], found["bite"]) == (
        is_open,
        is_minor,
        is_bite,
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([{"relationship": "partner"}, {"relationship": "stranger"}], True),
        ([{"relationship": "stranger"}], False),
        ([{}], None),
        ([], None),
    ],
)
def test_who_did_it_reaches_the_rules(
    said: list[dict[str, str]], expected: bool | None
) -> None:
    rows = [
        {f"ev.assailant.{name}": {"v": value} for name, value in one.items()}
        for one in said
    ]

    assert heard({"ev.assailant": {"v": rows}})["by_partner"] is expected


def test_the_pack_asks_for_nothing_that_nobody_tells_and_is_told_nothing_else() -> None:
    assert set(heard({})) == set(PACK.inputs)


def test_every_question_looked_at_stands_in_each_form() -> None:
    """No misspelt code: an answer that no form asks for would stay unknown for ever."""
    wanted = _Asked()
    inputs(Told(wanted, ORGANS, TODAY))

    for name in complete.PACKS:
        missing = wanted.codes - set(load_form(name).by_code) - OF_SOME[name]
        assert missing == set(), name


SCORES = {"ps.phq9", "ps.phq9_item9", "ps.phq_a", "ps.gad7", "ps.pc_ptsd5"}
OF_SOME: dict[str, set[str]] = {
    "ke-moh-363": SCORES,
    "who-core-adult": set(),
    "who-core-child": {
        "ge.obs.weeks",
        "inv.crcl",
        "mh.breastfeeding",
        "mh.obs.last_end",
    },
}
"""What some forms leave out: the ministry's has no scores, the child's says nothing of
earlier pregnancies and kidneys."""


class _Asked(dict[str, Any]):
    """Answers that remember what was looked up in them."""

    def __init__(self) -> None:
        super().__init__()
        self.codes: set[str] = set()

    def get(self, code: str, default: Any = None) -> Any:
        self.codes.add(code)
        return super().get(code, default)


# The file -----------------------------------------------------------------------------

FAULTS = [
    ('rule = "PEP-06"\n', "", "'rule' is missing"),
    ('verdict = "refer"', 'verdict = "cannot_tell"', "no verdict 'cannot_tell'"),
    ('verdict = "refer"', 'verdict = "maybe"', "no verdict 'maybe'"),
    ('code = "PEP"', 'code = "EC"', "two matters have one code"),
    ('code = "PEP"', 'code = "PEPPEPPEPPEP"', "longer than 10"),
    ('{ input = "hiv", is', '{ input = "hvi", is', "there is no input 'hvi'"),
    (
        '{ input = "hiv", is',
        '{ input = "hiv", at_least',
        "exactly one of known, is, in",
    ),
    ("above = 72", 'above = "72"', "does not fit 'h_min'"),
    ('{ input = "hiv", is = "positive" }', "{ some = 1 }", "'some' is not understood"),
    ('{ input = "hiv", is = "positive" }', "{ all = [] }", "'all' is not understood"),
    ('{ input = "hiv", is = "positive" }', "{}", "one of input, all, any, not"),
    ('{ input = "hiv", is = "positive" }', '"hiv"', "'when' is not as it must be"),
    ("{h_min} is over 72 h.", "{h_mni} is over 72 h.", "'{h_mni}' names nothing"),
    ("least = 6, under = 10", "least = 6.1, under = 10", "is a hole"),
    ("least = 6, under = 10", "least = 5.9, under = 10", "or they overlap"),
    ("least = 35, says", "least = 35, under = 99, says", "last band must have no end"),
    ("least = 35, says", 'least = "35", says', "'least' is not as it must be"),
    ('table = "pep-child"\n', 'table = "pep-kids"\n', "there is no table 'pep-kids'"),
    ('kind = "number"', 'kind = "colour"', "no kind 'colour'"),
    ("\nverified = false", '\nverified = "no"', "'verified' is not as it must be"),
    ("must_know = true", "must_now = true", "'must_now' is not known"),
    ('on = ["offer", "late"]', 'on = ["always"]', "'always' is not a valid"),
    ('version = "2026.2"', 'version = "2026.2', "Illegal character"),
    (
        'version = "2026.2"',
        'version = "2026.2"\n[sign_off]\nwho = " "\non = 2026-01-01',
        "'who' is a name",
    ),
    (
        'version = "2026.2"',
        'version = "2026.2"\n[sign_off]\nwho = "Dr A."\non = "today"',
        "'on' is not as it must be",
    ),
]


@pytest.mark.parametrize(("found", "instead", "says"), FAULTS)
def test_a_faulty_file_is_refused_with_its_place(
    tmp_path: Path, found: str, instead: str, says: str
) -> None:
    text = RULES.read_text()
    assert found in text

    with pytest.raises(PackError) as refused:
        load(written(tmp_path, text.replace(found, instead, 1)))

    assert says in str(refused.value)


def test_a_matter_without_a_last_word_is_refused(tmp_path: Path) -> None:
    text = RULES.read_text()
    last = text.rindex("[[matter.case]]")

    with pytest.raises(PackError, match="matter MIND: the last case has no condition"):
        load(written(tmp_path, text[:last]))


def written(folder: Path, text: str) -> Path:
    path = folder / "rules.toml"
    path.write_text(text)
    return path


SIGNED = '\n[sign_off]\nwho = "Dr Invented Lead"\non = 2026-01-05\n\n[table]'


def test_b37_unsigned_rules_advise_nobody_at_a_centre_that_is_served(
    tmp_path: Path,
) -> None:
    signed = written(tmp_path, RULES.read_text().replace("\n[table]", SIGNED, 1))

    with override_settings(HTTPS=True):
        assert care.advice_on(at(1)) == ()
        assert [one.id for one in apps.care_rules_hold()] == ["care.I001"]
        with override_settings(CARE_RULES=signed):
            assert care.advice_on(at(1))
            assert apps.care_rules_hold() == []
    with override_settings(HTTPS=False):
        assert care.advice_on(at(1))
        assert apps.care_rules_hold() == []


def test_faulty_rules_let_no_server_start(tmp_path: Path) -> None:
    for path in (written(tmp_path, "name = 1"), tmp_path / "nowhere.toml"):
        with override_settings(CARE_RULES=path):
            assert [one.id for one in apps.care_rules_hold()] == ["care.E001"]


def test_the_command_tells_who_stands_for_the_rules(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    signed = written(tmp_path, RULES.read_text().replace("\n[table]", SIGNED, 1))

    call_command("check_care_rules")
    assert "who-care 2026.2: not signed" in capsys.readouterr().out
    call_command("check_care_rules", str(signed))
    said = capsys.readouterr().out
    assert "signed by Dr Invented Lead on 2026-01-05" in said
    assert load(signed).fingerprint in said
    assert load(signed).fingerprint != PACK.fingerprint


def test_the_command_tells_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="'input' is missing"):
        call_command("check_care_rules", str(written(tmp_path, 'name = "x"')))


# Three answers ------------------------------------------------------------------------

KINDS = {"n": "number", "w": "word", "m": "words", "f": "flag"}
RISING = {"input": "n", "at_least": 5}


@pytest.mark.parametrize(
    ("raw", "known", "value"),
    [
        (RISING, {"n": Decimal(5)}, True),
        (RISING, {"n": Decimal("4.99")}, False),
        (RISING, {}, None),
        ({"not": RISING}, {}, None),
        ({"not": RISING}, {"n": Decimal(5)}, False),
        ({"all": [RISING, {"input": "f", "is": True}]}, {"f": False}, False),
        ({"all": [RISING, {"input": "f", "is": True}]}, {"f": True}, None),
        ({"any": [RISING, {"input": "f", "is": True}]}, {"f": True}, True),
        ({"any": [RISING, {"input": "f", "is": True}]}, {"f": False}, None),
        ({"input": "n", "above": 5}, {"n": Decimal(5)}, False),
        ({"input": "n", "at_most": 5}, {"n": Decimal(5)}, True),
        ({"input": "n", "below": 5}, {"n": Decimal(5)}, False),
        ({"input": "w", "in": ["a", "b"]}, {"w": "b"}, True),
        ({"input": "m", "has": "a"}, {"m": ["b"]}, False),
        ({"input": "w", "known": False}, {}, True),
        ({"input": "w", "known": True}, {"w": "a"}, True),
    ],
)
def test_a_condition_is_true_false_or_not_known(
    raw: dict[str, Any], known: dict[str, Any], value: bool | None
) -> None:
    assert conditions.read(raw, KINDS).on(known).value is value
