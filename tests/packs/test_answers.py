"""Answers: who is asked, what is open, what is kept and how it reads."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centre.packs import answers as a
from centre.packs.conditions import Scene, read
from centre.packs.errors import AnswerError
from centre.packs.model import Required
from centre.packs.partial import read as told
from centre.packs.read import load

NAIROBI = ZoneInfo("Africa/Nairobi")
SEEN = {"v": told("2026-06-01 12:00", NAIROBI).to_json()}
FEMALE = {"p.sex": {"v": "female"}}


def codes(questions):
    return [question.code for question in questions]


def test_a_question_is_asked_when_earlier_answers_call_for_it(pack):
    who = pack.section("who")
    assert "p.pregnant" not in codes(a.asked(who, {}))
    assert "p.pregnant" in codes(a.asked(who, FEMALE))
    assert "p.weeks" not in codes(a.asked(who, FEMALE))
    yes = {**FEMALE, "p.pregnant": {"v": "yes"}}
    assert "p.weeks" in codes(a.asked(who, yes))
    assert a.is_asked(pack.question("p.weeks"), yes)


def test_an_answer_that_fell_away_carries_nothing_further(pack):
    stale = {"p.sex": {"v": "male"}, "p.pregnant": {"v": "yes"}, "p.weeks": {"v": 9}}
    assert "p.weeks" not in codes(a.asked(pack, stale))


def test_a_section_falls_away_with_its_questions(pack):
    assert a.asked(pack.section("body"), {"p.sex": {"v": "unknown"}}) == []
    assert a.asked(pack.section("body"), {"p.sex": {"r": "unknown"}}) != []


def test_a_row_decides_for_itself_and_any_row_decides_outside(pack):
    rows = [
        {"n": 1, "inj.type": {"v": "bruise"}},
        {"n": 2, "inj.type": {"v": "cut"}},
    ]
    answers = {"inj": {"v": rows}}
    places = a.open_places(pack, answers)
    found = {(place.question.code, place.row) for place in places}
    assert ("inj.colour", 1) in found
    assert ("inj.colour", 2) not in found
    assert ("inj.stitches", 2) in found
    assert ("inj.stitches", 1) not in found
    assert ("b.swab", None) in found
    assert "b.swab" not in codes(a.asked(pack, {"inj": {"v": rows[:1]}}))


def test_open_means_neither_value_nor_reason(pack):
    assert codes(a.open_questions(pack, {})) == [
        "p.sex",
        "p.when",
        "p.seen_at",
        "b.signs",
        "b.weight",
        "inj",
    ]
    assert codes(a.open_questions(pack, {}, required=Required.WARN)) == [
        "p.account",
        "b.marks",
    ]
    some = {"p.sex": {"r": "declined"}, "b.weight": {"v": {"n": "60", "u": "kg"}}}
    assert codes(a.open_questions(pack.section("who"), some)) == ["p.when", "p.seen_at"]


def test_what_was_typed_and_is_not_valid_is_open_though_optional(pack):
    answers = {"p.account": {"t": {"value": {"": "x"}}}}
    assert "p.account" in codes(a.open_questions(pack, answers))


GOOD = [
    ("p.sex", {"v": "female"}, {"v": "female"}),
    ("b.signs", {"v": ["sweating", "pale"]}, {"v": ["pale", "sweating"]}),
    ("b.weight", {"v": {"n": "60.50", "u": "kg"}}, None),
    ("b.weight", {"v": "60.5"}, {"v": {"n": "60.5", "u": "kg"}}),
    ("b.weight", {"r": "not_performed", "sub": "stopped"}, "same"),
    ("b.weight", {"r": "not_performed", "sub": "other", "note": "Scale"}, "same"),
    ("b.weight", {"r": "not_performed", "sub": "other"}, None),
    ("b.weight", {"r": "not_performed"}, None),
    ("b.weight", {"r": "declined", "sub": "stopped"}, None),
    ("b.weight", {"r": "not_asked"}, None),
    ("b.weight", {"r": "withheld"}, None),
    ("b.weight", {"r": "declined", "note": "x" * 1001}, None),
    ("b.weight", {"r": "declined", "note": "nul\x00"}, None),
    ("b.weight", {"v": "0.5"}, None),
    ("b.weight", {"v": "301"}, None),
    ("b.weight", {"v": 60.5}, None),
    ("b.weight", {"v": "1e2"}, None),
    ("b.weight", {"v": "NaN"}, None),
    ("b.weight", {"v": {"n": "60", "u": "g"}}, None),
    ("p.weeks", {"v": True}, None),
    ("p.weeks", {"v": "12"}, {"v": 12}),
    ("p.weeks", {"v": "12.5"}, None),
    ("p.weeks", {"v": 12, "r": "declined"}, None),
    ("p.weeks", {}, "left out"),
    ("p.weeks", {"t": {"value": "x"}}, None),
    ("p.sex", {"v": "Female"}, None),
    ("p.sex", {"v": "female", "more": 1}, None),
    ("p.sex", {"r": "na", "by": "rule"}, "same"),
    ("p.sex", "female", None),
    ("p.seen_at", {"r": "declined"}, None),
    ("p.seen_at", {"r": "na", "by": "rule"}, "same"),
    ("p.seen_at", {"v": told("2026-06-01", NAIROBI).to_json()}, None),
    ("p.when", {"v": told("2026-06-01", NAIROBI)}, "kept"),
    ("p.account", {"v": {"by": "survivor", "words": "كتبت هذا 🙂"}}, "same"),
    ("p.account", {"v": {"by": "gossip", "words": "x"}}, None),
    ("p.account", {"v": {"by": "survivor", "words": " "}}, None),
    ("p.account", {"v": {"by": "survivor", "words": "\ud800"}}, None),
    ("p.account", {"v": {"by": "survivor", "words": "a\x00b"}}, None),
    ("p.account", {"v": {"by": "survivor", "words": "x" * 20_001}}, None),
    ("p.account", {"v": {"by": "survivor", "words": "x" * 10_000}}, "same"),
    ("b.signs", {"v": ["none", "pale"]}, None),
    ("b.signs", {"v": []}, None),
    ("b.marks", {"v": [{"injury": 1}]}, "same"),
    ("b.marks", {"v": 1.5}, None),
    ("b.marks", {"v": [[[[[["deep"]]]]]]}, None),
    ("inj", {"v": [{"n": 1, "inj.type": {"v": "cut"}}]}, "rows"),
    ("inj", {"v": [{"n": 1}, {"n": 1}]}, None),
    ("inj", {"v": [{"n": 0}]}, None),
    ("inj", {"v": [{"inj.type": {"v": "cut"}}]}, None),
    ("inj", {"v": [{"n": 1, "inj.size": {"v": 1}}]}, None),
    ("inj", {"v": [{"n": 3}], "last": 2}, None),
    ("inj", {"last": 2}, "left out"),
    ("p.none", {"v": 1}, None),
    ("inj.type", {"v": "cut"}, None),
]


@pytest.mark.parametrize(("code", "answer", "kept"), GOOD)
def test_clean_keeps_what_fits_and_refuses_the_rest(pack, code, answer, kept):
    if kept is None:
        with pytest.raises(AnswerError) as refused:
            a.clean(pack, {code: answer})
        assert all(said.endswith(".") for said in refused.value.sentences)
        return
    expected = {
        "same": {code: answer},
        "left out": {},
        "rows": {code: {**answer, "last": 1}} if isinstance(answer, dict) else {},
        "kept": {code: {"v": told("2026-06-01", NAIROBI).to_json()}},
    }
    cleaned = a.clean(pack, {code: answer})
    assert cleaned == (expected[kept] if isinstance(kept, str) else {code: kept})


def test_clean_names_every_wrong_answer_and_not_its_content(pack):
    wrong = {"p.weeks": {"v": 99}, "p.sex": {"v": "secret words"}}
    with pytest.raises(AnswerError) as refused:
        a.clean(pack, wrong)
    assert len(refused.value.sentences) == 2
    assert "secret" not in str(refused.value)


def test_settled_says_what_is_not_applicable_by_rule(pack):
    answers = {
        "p.sex": {"v": "male"},
        "p.pregnant": {"v": "yes"},
        "p.weeks": {"v": 9},
        "inj": {"v": [{"n": 1, "inj.type": {"v": "bruise"}, "inj.stitches": {"v": 3}}]},
    }
    settled = a.settled(pack, answers)
    assert settled["p.pregnant"] == settled["p.weeks"] == {"r": "na", "by": "rule"}
    row = settled["inj"]["v"][0]
    assert row["inj.stitches"] == {"r": "na", "by": "rule"}
    assert row["inj.type"] == {"v": "bruise"}
    assert settled["b.swab"] == {"r": "na", "by": "rule"}
    assert a.clean(pack, settled).keys() == settled.keys()


def test_words_are_never_blank(pack):
    q = pack.question
    assert a.words(q("p.sex"), None) == "No answer recorded"
    assert a.words(q("p.sex"), {}) == "No answer recorded"
    assert a.words(q("p.sex"), {"v": "female"}) == "Female"
    assert a.words(q("p.sex"), {"v": "gone"}) == "gone"
    assert a.words(q("b.signs"), {"v": ["pale", "sweating"]}) == "Pale; Sweating"
    assert a.words(q("b.weight"), {"v": {"n": "60.5", "u": "kg"}}) == "60.5 kg"
    assert a.words(q("p.weeks"), {"v": 9}) == "9 weeks"
    assert a.words(q("p.sex"), {"t": {"value": "x"}}).startswith("No answer recorded")
    reason = {"r": "not_performed", "sub": "stopped", "note": "dizzy"}
    assert (
        a.words(q("b.weight"), reason) == "Not done: the survivor asked to stop (dizzy)"
    )
    said = {"v": {"by": "interpreter", "words": "He left."}}
    assert a.words(q("p.account"), said) == "Interpreter: “He left.”"
    assert a.words(q("inj"), {"v": []}) == "None"
    assert a.words(q("inj"), {"last": 3}) == "No answer recorded"
    rows = {
        "v": [
            {"n": 2, "inj.type": {"v": "cut"}, "inj.colour": {"r": "na", "by": "rule"}}
        ]
    }
    assert a.words(q("inj"), rows) == "2. Kind: Cut"
    assert a.words(q("b.marks"), {"v": [{"x": 1}, {"x": 2}]}) == "2 recorded"
    assert a.words(q("b.risk"), {"v": "high"}).strip() == "high"
    assert a.words(q("b.risk"), {"v": ""}) == "No answer recorded"


def test_lines_tell_every_question_and_why(pack):
    answers = {"p.sex": {"v": "male"}}
    lines = {line.code: line for line in a.lines(pack, answers)}
    assert lines["p.sex"].words == "Male"
    assert lines["p.pregnant"].words == "Not applicable"
    assert lines["p.when"].words == "No answer recorded"
    assert not lines["p.when"].is_answered
    assert "b.risk" not in lines


def test_a_box_is_never_blank(pack):
    sex, hymen, weight, injuries = pack.boxes
    answers = {
        "p.sex": {"v": "male"},
        "inj": {"v": [{"n": 1, "inj.type": {"v": "cut"}}, {"n": 4}]},
    }
    assert a.box_words(pack, sex, answers) == "Male"
    assert a.box_words(pack, sex, {}) == "No answer recorded"
    assert "not a valid clinical test" in a.box_words(pack, hymen, answers)
    assert a.box_words(pack, weight, {"b.weight": {"r": "declined"}}).startswith("Pref")
    others = {"case.reference": "K7XH-QM3T"}
    assert a.box_words(pack, injuries, answers, others=others) == (
        "Kind: 1. Cut; 4. No answer recorded\nK7XH-QM3T"
    )
    assert "No answer recorded" in a.box_words(pack, injuries, answers)
    assert a.box_words(pack, injuries, {"p.sex": {"v": "unknown"}}).startswith(
        "Kind: Not applicable"
    )


def test_a_rule_refuses_only_what_cannot_be_true(pack):
    late = {"p.seen_at": SEEN, "p.when": {"v": told("2026-06-02", NAIROBI).to_json()}}
    (fault,) = a.faults(pack, late)
    assert (fault.rule, fault.is_hard) == ("seen-after", True)
    assert fault.message == "It cannot have happened after the person was seen."
    assert fault.questions == ("p.when", "p.seen_at")
    same_day = {**late, "p.when": {"v": told("2026-06-01", NAIROBI).to_json()}}
    assert a.faults(pack, same_day) == []
    in_slack = {**late, "p.when": {"v": told("2026-06-01 12:01", NAIROBI).to_json()}}
    assert a.faults(pack, in_slack) == []
    beyond = {**late, "p.when": {"v": told("2026-06-01 12:02", NAIROBI).to_json()}}
    assert len(a.faults(pack, beyond)) == 1


def test_a_rule_on_rows_names_the_row(pack):
    cut = {"inj.type": {"v": "cut"}}
    rows = [
        {"n": 1, **cut, "inj.stitches": {"v": 20}},
        {"n": 5, **cut, "inj.stitches": {"v": 21}},
        {"n": 6, "inj.type": {"v": "bruise"}, "inj.stitches": {"v": 99}},
    ]
    (fault,) = a.faults(pack, {"inj": {"v": rows}})
    assert (fault.rule, fault.row, fault.is_hard) == ("few-stitches", 5, False)


NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
FACTS = {"now": NOW, "is_child": False, "age": 30}


def moment(words):
    return {"v": told(words, NAIROBI).to_json()}


@pytest.mark.parametrize(
    ("answers", "rules"),
    [
        ({"tri.arrival_at": moment("2026-06-01 12:05")}, []),
        ({"tri.arrival_at": moment("2026-06-01 12:06")}, ["arrival-not-in-future"]),
        ({"tri.incident_end": moment("2026-06-01")}, []),
        ({"tri.incident_end": moment("2026-06-02")}, ["incident-not-in-future"]),
        (
            {
                "tri.arrival_at": moment("2026-06-01 10:00"),
                "tri.incident_end": moment("2026-06-01 10:02"),
            },
            ["incident-before-arrival"],
        ),
        (
            {
                "tri.arrival_at": moment("2026-06-01 10:00"),
                "tri.incident_end": moment("2026-06-01 10:02"),
                "tri.incident_here": {"v": "yes"},
            },
            [],
        ),
        (
            {
                "tri.vitals.systolic": {"v": {"n": "80", "u": "mm[Hg]"}},
                "tri.vitals.diastolic": {"v": {"n": "80", "u": "mm[Hg]"}},
            },
            ["pressure-order"],
        ),
        (
            {
                "tri.age_known": {"v": "exact"},
                "tri.dob": {"v": "2000-06-01"},
                "tri.age_est": {"v": 26},
            },
            [],
        ),
        (
            {
                "tri.age_known": {"v": "exact"},
                "tri.dob": {"v": "2000-06-01"},
                "tri.age_est": {"v": 29},
            },
            ["age-matches-birth"],
        ),
        (
            {"tri.age_known": {"v": "exact"}, "tri.dob": {"v": "2027-01-01"}},
            ["birth-not-in-future"],
        ),
        (
            {"tri.abc": {"v": ["none"]}, "tri.gcs": {"v": 14}},
            ["coma-scale-and-danger"],
        ),
        ({"tri.abc": {"v": ["unconscious"]}, "tri.gcs": {"v": 14}}, []),
    ],
)
def test_the_rules_of_triage(answers, rules):
    found = a.faults(load("centre-triage"), answers, FACTS)
    assert [fault.rule for fault in found] == rules
    text_now = {**FACTS, "now": NOW.isoformat()}
    assert a.faults(load("centre-triage"), answers, text_now) == found


def test_the_rules_of_intake():
    pack = load("centre-intake")
    answers = {
        "int.safe_tonight": {"v": "no"},
        "int.needs": {"v": ["medical"]},
        "int.report_status": {"v": "wants_to"},
        "int.guardian_safe": {"v": "yes"},
        "int.guardian": {"v": {"name": "Asha Example"}},
        "int.support_person": {"v": {"name": "asha  example"}},
    }
    found = [fault.rule for fault in a.faults(pack, answers, {"is_child": True})]
    assert found == ["unsafe-without-shelter", "wants-police", "guardian-is-another"]


def test_triage_asks_a_child_and_a_grown_person_differently():
    pack = load("centre-triage")
    grown, child = (
        codes(a.asked(pack, {}, FACTS)),
        codes(a.asked(pack, {}, {"is_child": True})),
    )
    assert "tri.child_specific_danger" in child
    assert "tri.child_specific_danger" not in grown
    little = codes(a.open_questions(pack, {}, {"is_child": True, "age": 9}))
    older = codes(a.open_questions(pack, {}, {"is_child": True, "age": 10}))
    assert ("tri.suicide_now" in little, "tri.suicide_now" in older) == (False, True)


@pytest.mark.parametrize(
    ("raw", "answers", "holds"),
    [
        ({"question": "facts.age", "at_least": 18}, {}, True),
        ({"question": "facts.age", "below": 30}, {}, False),
        ({"question": "facts.sex", "is": "male"}, {}, False),
        ({"not": {"question": "facts.sex", "is": "male"}}, {}, True),
        ({"question": "facts.sex", "answered": False}, {}, True),
        ({"question": "facts.is_child", "is": False}, {}, True),
        ({"all": [{"question": "facts.age", "at_least": 18},
                  {"question": "facts.sex", "answered": True}]}, {}, False),
        ({"any": [{"question": "facts.age", "at_least": 99},
                  {"question": "facts.age", "below": 99}]}, {}, True),
    ],
)  # fmt: skip
def test_conditions_on_facts(raw, answers, holds):
    assert read(raw, {}).holds(Scene(answers, FACTS)) is holds


SOME = st.sampled_from(
    [{"v": "female"}, {"v": "yes"}, {"r": "declined"}, {"v": 3}, {"t": {}}, {}]
)
CODES = st.sampled_from(
    [
        "tri.sex_recorded",
        "tri.pregnant_known",
        "tri.pregnant_weeks",
        "tri.incident_here",
    ]
)


@given(st.dictionaries(CODES, SOME))
def test_asked_open_and_settled_agree_on_any_answers(answers):
    pack = load("centre-triage")
    asked = set(codes(a.asked(pack, answers, FACTS)))
    assert set(codes(a.open_questions(pack, answers, FACTS))) <= asked
    settled = a.settled(pack, answers, FACTS)
    by_rule = {code for code, answer in settled.items() if answer.get("by") == "rule"}
    assert by_rule.isdisjoint(asked)
    assert by_rule | asked == set(codes(pack.questions))
