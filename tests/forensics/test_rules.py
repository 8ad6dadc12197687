"""The rules of care at every edge, injuries, photographs, consent: plain values."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from centre.core.errors import RuleError
from centre.forensics.queries.care import inputs_of
from centre.forensics.rules import advice, complete, consents, injuries, photographs
from centre.forensics.rules.advice import Inputs, Verdict
from centre.packs.read import load
from tests.forensics.conftest import picture


def at(hours, **more):
    return Inputs(h_min=Decimal(hours), h_max=Decimal(hours), **more)


FERTILE = {"can_conceive": True, "pregnancy_risk": True}


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (at("71.99"), Verdict.OFFER),
        (at("72.000"), Verdict.OFFER),
        (at("72.0003"), Verdict.LATE),
        (Inputs(), Verdict.OFFER),
        (Inputs(h_min=Decimal(70), h_max=Decimal(75)), Verdict.OFFER),
        (at(1, hiv="positive"), Verdict.REFER),
        (at(71, hiv="unknown"), Verdict.OFFER),
        (at(71, hiv=None), Verdict.OFFER),
        (at(1, exposure="none"), Verdict.NOT_NEEDED),
        (at(1, exposure="risk"), Verdict.OFFER),
    ],
)
def test_pep_at_each_edge_of_time_and_status(given, verdict):
    assert advice.pep(given).verdict is verdict


def test_pep_says_when_the_time_is_uncertain_or_unknown():
    straddling = advice.pep(Inputs(h_min=Decimal(70), h_max=Decimal(75)))

    assert any("PEP-03" in reason for reason in straddling.reasons)
    assert "cannot be excluded" in advice.pep(Inputs()).says


def test_pep_is_never_made_to_wait_for_a_test():
    assert any("PEP-07" in note for note in advice.pep(at(1)).notes)


@pytest.mark.parametrize(
    ("age", "kilograms", "says"),
    [
        (10, "30", "TDF 300"),
        (10, "29.9", "4 + 4"),
        (9, "45", "300/150 mg: 1 + 1"),
        (2, "12", "2 + 2"),
        (1, "2.99", "specialist"),
        (1, "3.0", "1 + 1"),
        (1, "5.95", "1 + 1"),
        (1, "5.99", "1 + 1"),
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
        (9, "35.0", "300/150 mg: 1 + 1"),
        (None, "50", "Weigh the survivor"),
        (30, None, "Weigh the survivor"),
    ],
)
def test_the_regimen_at_each_edge_of_the_weight_bands(age, kilograms, says):
    weight = None if kilograms is None else Decimal(kilograms)

    assert says in advice.regimen(Inputs(age=age, weight=weight))[0]


@given(st.integers(0, 90), st.decimals(Decimal(3), Decimal(200), places=2))
def test_every_weight_from_three_kilograms_has_a_regimen(age, weight):
    text, _ = advice.regimen(Inputs(age=age, weight=weight))

    assert "28 days" in text


def test_recalled_doses_are_said_to_be_unverified():
    assert not advice.pep(at(1, age=5, weight=Decimal(20))).is_verified
    assert advice.pep(at(1, age=30, weight=Decimal(60))).is_verified


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (at("120.000", **FERTILE), Verdict.OFFER),
        (at("120.001", **FERTILE), Verdict.LATE),
        (at(10, **FERTILE, pregnancy_test="positive"), Verdict.NOT_NEEDED),
        (at(10, **FERTILE, is_protected=True), Verdict.NOT_NEEDED),
        (at(10, can_conceive=False), Verdict.NOT_NEEDED),
        (at(10, can_conceive=True, pregnancy_risk=False), Verdict.NOT_NEEDED),
        (at(10, can_conceive=True), Verdict.CANNOT_TELL),
        (at(10, pregnancy_risk=True), Verdict.CANNOT_TELL),
        (Inputs(**FERTILE), Verdict.CANNOT_TELL),
    ],
)
def test_emergency_contraception_at_each_edge(given, verdict):
    assert advice.emergency_contraception(given).verdict is verdict


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"weight": Decimal("70.0"), "bmi": Decimal("26.0")}, "levonorgestrel 1.5 mg"),
        ({"weight": Decimal("70.1")}, "levonorgestrel 3 mg"),
        ({"bmi": Decimal("26.1")}, "levonorgestrel 3 mg"),
        ({"inducer_days_ago": 28}, "Ulipristal is not"),
        ({"inducer_days_ago": 29}, "ulipristal 30 mg"),
    ],
)
def test_the_choice_of_pill_at_each_edge(more, says):
    given = at(10, **FERTILE, **more)

    assert says in advice.emergency_contraception(given).says


@pytest.mark.parametrize(("hours", "is_said"), [("72.0", False), ("72.1", True)])
def test_over_72_hours_ulipristal_is_said_to_work_better(hours, is_said):
    found = advice.emergency_contraception(at(hours, **FERTILE))

    assert any("EC-04" in reason for reason in found.reasons) is is_said


def v(**answers):
    return {code.replace("__", "."): {"v": value} for code, value in answers.items()}


ORGANS = {"organs": ["uterus_ovaries", "vagina"], "age": 25}


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
def test_who_can_conceive(facts, answers, expected):
    assert inputs_of(answers, facts).can_conceive is expected


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
def test_what_the_acts_mean_for_risk(answers, exposure, pregnancy):
    found = inputs_of(answers, ORGANS)

    assert (found.exposure, found.pregnancy_risk) == (exposure, pregnancy)


@pytest.mark.parametrize(
    ("answers", "name", "expected"),
    [
        (v(ge__weight="70.1"), "weight", Decimal("70.1")),
        (v(ge__weight="65", ge__height="158"), "bmi", Decimal("26.0")),
        (v(mh__meds="Rifampicin 600 mg"), "inducer_days_ago", 0),
        (v(mh__meds="paracetamol"), "inducer_days_ago", None),
        (v(mh__contraception="implant"), "is_protected", True),
        (v(mh__contraception="condom"), "is_protected", False),
        (v(mh__hiv="negative", inv__hiv="positive"), "hiv", "positive"),
        (v(inv__pregnancy="positive"), "pregnancy_test", "positive"),
    ],
)
def test_answers_reach_the_rules(answers, name, expected):
    assert getattr(inputs_of(answers, ORGANS), name) == expected


def test_the_form_has_every_question_the_rules_look_at():
    for name in complete.PACKS:
        codes = load(name).by_code
        wanted = {
            "ge.weight", "ge.height", "mh.hiv", "mh.contraception", "mh.meds",
            "mh.menarche", "ev.loc", "ev.ejac", "inv.hiv", "inv.pregnancy",
            "ev.acts.penis_vagina", "ev.acts.penis_anus", "ev.acts.penis_mouth",
        }  # fmt: skip
        assert wanted <= set(codes), name


@pytest.mark.parametrize(
    ("view", "group", "code"),
    [
        ("body_ant", "body", "C02"),
        ("hand_L_palmar", "hand", "C02"),
        ("vulva_adult", "genital", "C03"),
        ("penis_under", "genital", "C03"),
        ("anus_clock", "genital", "C05"),
    ],
)
def test_each_view_needs_the_consent_to_look_there(view, group, code):
    assert consents.consent_of_view(view, group) == code


def test_only_what_is_new_needs_a_consent_in_force():
    question = load("who-core-adult").by_code["inv.hiv"]
    kept = {"inv.hiv": {"v": "negative"}}

    assert consents.newly_valued([question], {}, kept) == {"C06a"}
    assert consents.newly_valued([question], kept, kept) == set()
    assert consents.newly_valued([question], kept, {"inv.hiv": {"r": "x"}}) == set()
    assert consents.newly_valued([question], {}, {"inv.hiv": {"r": "x"}}) == set()
    typed = {"inv.hiv": {"t": {"value": "negative"}}}
    assert consents.newly_valued([question], {}, typed) == {"C06a"}


@pytest.mark.parametrize(
    ("details", "lacks"),
    [
        ({"kind": "bruise"}, 4),
        ({"kind": "bruise", "marks": [1], "length_mm": 5, "shape": "oval"}, 1),
        ({"kind": "bruise", "marks": [1], "length_mm": 0, "shape": "oval",
          "colours": ["red"]}, 0),
        ({"kind": "abrasion", "marks": [1], "length_mm": 5, "shape": "linear"}, 0),
        ({"kind": "abrasion", "marks": [1], "sized": "not_measured",
          "shape": "linear"}, 0),
        ({"kind": "tenderness", "marks": [1]}, 0),
    ],
)  # fmt: skip
def test_what_an_injury_lacks(details, lacks):
    assert len(injuries.lacking(details)) == lacks


@pytest.mark.parametrize(
    "details",
    [
        {"kind": "unheard_of"},
        {"kind": "bruise", "shape": "heart"},
        {"kind": "bruise", "colours": ["pink"]},
        {"kind": "bruise", "length_mm": 2001},
        {"kind": "bruise", "length_mm": -1},
        {"kind": "bruise", "width_mm": "5"},
        {"kind": "bruise", "shape": "patterned"},
        {"kind": "bruise", "cause": "words", "cause_by": ""},
    ],
)
def test_an_injury_outside_the_vocabulary_is_refused(details):
    with pytest.raises(RuleError):
        injuries.check_described(details)


@pytest.mark.parametrize(
    ("answers", "count", "says"),
    [
        ({"er.head": {"v": "injury"}}, 0, 1),
        ({"er.head": {"v": "injury"}}, 1, 0),
        ({"er.head": {"v": "no_injury"}}, 1, 1),
        ({"er.head": {"v": "no_injury"}}, 0, 0),
        ({"g.external": {"v": "injury"}, "er.head": {"r": "declined"}}, 1, 0),
        ({}, 1, 0),
    ],
)
def test_regions_and_the_body_map_are_held_against_each_other(answers, count, says):
    assert len(injuries.disagreements(answers, injuries=count)) == says


def test_a_number_once_taken_out_is_not_given_again():
    injuries.check_number(2, used=[1, 2], current=[2])
    injuries.check_number(3, used=[1, 2], current=[2])

    with pytest.raises(RuleError, match="Use 3 instead"):
        injuries.check_number(1, used=[1, 2], current=[2])


def test_the_copy_holds_no_metadata_and_is_no_larger_than_the_screen_needs():
    exif = Image.Exif()
    exif[0x010F] = "Camera of somebody"
    exif[0x8825] = {1: "N", 2: (1.0, 2.0, 3.0)}
    original = picture((3000, 2000), exif=exif.tobytes())

    shown = photographs.screen_copy(original)

    assert b"Camera of somebody" in original
    assert b"Camera of somebody" not in shown.content
    copy = Image.open(io.BytesIO(shown.content))
    assert dict(copy.getexif()) == {}
    assert (copy.width, copy.height) == (shown.width, shown.height) == (1600, 1067)


def test_a_picture_taken_sideways_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6

    shown = photographs.screen_copy(picture((64, 48), exif=exif.tobytes()))

    assert (shown.width, shown.height) == (48, 64)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_usual_kinds_are_taken(kind):
    assert photographs.screen_copy(picture(kind=kind)).width == 64


@pytest.mark.parametrize(
    "content",
    [b"", b"plain words", b"%PDF-1.7", picture()[:200], picture(kind="GIF"),
     picture(kind="BMP"), b"\x89PNG\r\n\x1a\n" + b"\x00" * 40],
)  # fmt: skip
def test_whatever_cannot_be_decoded_is_refused(content):
    with pytest.raises(RuleError, match="not a photograph we can read"):
        photographs.screen_copy(content)


def test_too_many_dots_and_too_many_bytes_are_refused():
    with pytest.raises(RuleError, match="40 million"):
        photographs.screen_copy(picture((6400, 6401), kind="PNG"))
    with pytest.raises(RuleError, match="20 MB"):
        photographs.check_size(20 * 1024 * 1024 + 1)
    photographs.check_size(20 * 1024 * 1024)


def test_a_complete_examination_lacks_nothing_and_contradicts_nothing():
    complete.check_complete(0, [])

    with pytest.raises(RuleError, match="3 answers"):
        complete.check_complete(3, [])
    with pytest.raises(RuleError, match="before"):
        complete.check_complete(0, ["The end is before the beginning."])


@pytest.mark.parametrize(
    ("is_child", "name"), [(True, "who-core-child"), (False, "ke-moh-363")]
)
def test_the_form_proposed_follows_the_age(is_child, name):
    assert complete.suggested(complete.PACKS, is_child=is_child) == name
