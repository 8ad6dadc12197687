"""The delivered examination forms: whole, safe in words, asked when they should be.

The rooms rely on some of these codes; the list of them here is their promise.
"""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from centre.core.consent_items import ITEMS
from centre.packs import answers as asking
from centre.packs import faults as rules
from centre.packs import read
from centre.packs.model import FROM_ROOMS, Kind, Required, every
from centre.packs.partial import read as told
from centre.packs.reasons import POLICIES

NAMES = ("ke-moh-363", "who-core-adult", "who-core-child")
NAIROBI = ZoneInfo("Africa/Nairobi")
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
FEMALE = ["uterus_ovaries", "vagina", "breasts"]
MALE = ["penis", "testes"]
MOST_A_PAGE = 14
OFFICIAL_BOXES = 65

WOMAN = {
    "age": 27, "is_child": False, "sex": "female", "organs": FEMALE,
    "prepubertal": "no", "now": NOW.isoformat(), "hours_min": "20",
}  # fmt: skip
MAN = {**WOMAN, "sex": "male", "organs": MALE}
GIRL = {
    "age": 9, "is_child": True, "sex": "female", "organs": FEMALE,
    "prepubertal": "unsure", "now": NOW.isoformat(), "hours_min": "50",
}  # fmt: skip
BOY = {**GIRL, "sex": "male", "organs": MALE}
PEOPLE = {"woman": WOMAN, "man": MAN, "girl": GIRL, "boy": BOY}

BLOCKED = re.compile(
    r"\b(alleg\w*|refus\w*|virgin\w*|rape[ds]?|defil\w*|sodom\w*|intact|habituated|"
    r"lax\w*|loose|two.finger\w*|denies|denied|admits|claims|uncooperative|hysterical|"
    r"promiscuous|victim\w*|accused|ruled out|intoxicated)\b",
    re.IGNORECASE,
)
RELIED_ON = {
    "ev.when": Kind.DATETIME, "ev.account": Kind.VERBATIM, "ev.loc": Kind.MULTI,
    "ev.ejac": Kind.MULTI, "ev.condom": Kind.CHOICE,
    "ev.acts.penis_vagina": Kind.CHOICE, "ev.acts.penis_anus": Kind.CHOICE,
    "ev.acts.penis_mouth": Kind.CHOICE, "ev.acts.object": Kind.CHOICE,
    "ev.acts.mouth_genitals": Kind.CHOICE, "mh.hiv": Kind.CHOICE,
    "mh.meds": Kind.TEXT, "mh.menarche": Kind.BOOL3, "mh.contraception": Kind.CHOICE,
    "ge.weight": Kind.DEC, "ge.height": Kind.DEC, "ge.tanner_b": Kind.CHOICE,
    "ge.tanner_p": Kind.CHOICE, "inv.hiv": Kind.CHOICE, "inv.pregnancy": Kind.CHOICE,
    "tx.pep": Kind.CHOICE, "tx.ec": Kind.CHOICE, "inj.map": Kind.BODYMAP,
    "ph.log": Kind.PHOTO, "op.summary": Kind.LONG,
}  # fmt: skip


@pytest.fixture(params=NAMES)
def pack(request):
    """Each of the three forms."""
    return read.load(request.param)


@pytest.fixture
def kenya():
    """Kenya's form."""
    return read.load("ke-moh-363")


def raw_boxes():
    folder = read.DATA / "ke-moh-363" / "2019.1"
    return tomllib.loads((folder / "forms.toml").read_text())["box"]


def answer(question, given):
    """The value given, a reason, or for what takes no reason the plainest value."""
    if question.code in given:
        return {"v": given[question.code]}
    reasons = POLICIES[question.absent]
    if reasons:
        return {"r": "declined"}
    moment = told("2026-06-01 11:00", NAIROBI).to_json()
    plain = {
        Kind.TEXT: "x", Kind.PERSON: {"name": "x"}, Kind.DATETIME: moment,
        Kind.REPEAT: [],
    }  # fmt: skip
    if question.kind is Kind.MULTI:
        return {"v": [question.choices[0]]}
    return {"v": plain.get(question.kind) or question.choices[0]}


def filled(pack, facts, given):
    """Every question that is asked, in order, as a person would go through it."""
    answers = {}
    for question in pack.questions:
        if question.required is Required.SYSTEM:
            continue
        if asking.is_asked(question, answers, facts):
            answers[question.code] = answer(question, given)
    return answers


def asked(pack, facts, given=()):
    """The codes that are asked when these values are given."""
    answers = filled(pack, facts, dict(given))
    return {question.code for question in asking.asked(pack, answers, facts)}


def broken(pack, given, facts=WOMAN):
    """The rules these values break."""
    answers = {code: {"v": value} for code, value in given.items()}
    return {fault.rule for fault in rules.faults(pack, answers, facts)}


def test_no_page_is_longer_than_a_nurse_can_finish(pack):
    long = {s.code: len(s.questions) for s in pack.sections}
    assert {code: n for code, n in long.items() if n > MOST_A_PAGE} == {}


@pytest.mark.parametrize("who", PEOPLE)
def test_a_value_or_a_reason_everywhere_completes_it(pack, who):
    answers = filled(pack, PEOPLE[who], {})
    assert asking.open_questions(pack, answers, PEOPLE[who]) == []
    assert asking.clean(pack, answers)
    hard = [f for f in rules.faults(pack, answers, PEOPLE[who]) if f.is_hard]
    assert hard == []


def test_an_empty_form_is_open_in_every_part(pack):
    lacking = asking.open_questions(pack, {}, WOMAN)
    assert {"ev.when", "ge.weight", "er.head", "sp.oral", "tx.pep"} <= {
        question.code for question in lacking
    }


def test_our_own_words_judge_nobody(pack):
    said = [pack.title(), *(s.title() for s in pack.sections)]
    said += [section.intro() for section in pack.sections]
    said += [rule.says() for rule in pack.rules]
    for question in every(pack.questions):
        said += [question.label(), question.hint(), *question.text().choices.values()]
    official = "post-rape care form"
    assert [
        words for words in said if BLOCKED.search(words.replace(official, ""))
    ] == []


def test_no_question_asks_what_no_examination_can_tell(pack):
    banned = ("finger_count", "laxity", "virgin", "defloration", "hymen_intact")
    assert [c for c in pack.by_code if any(word in c for word in banned)] == []
    assert pack.question("g.hymen").kind is Kind.TEXT


def test_the_consents_exist_and_stand_where_they_must(pack):
    questions = list(every(pack.questions))
    assert {q.consent for q in questions if q.consent} <= set(ITEMS)
    wanted = {
        "er.": {"C02"}, "reg.": {"C02"}, "hy.": {"C03"}, "tx.": {"C07"},
        "ev.acts.": {"", "C01"},
    }  # fmt: skip
    for start, items in wanted.items():
        found = {
            q.consent for q in questions if q.code.startswith(start) and not q.parent
        }
        assert found <= items | ({""} if start == "er." else set()), start
    assert pack.question("inv.hiv").consent == "C06a"
    assert pack.question("inv.pregnancy").consent == "C06b"
    assert pack.question("sp.oral").consent == "C10"
    assert pack.question("sp.reference").consent == "C11"
    assert pack.question("sp.urine").consent == "C12"


def test_disclosure_keeps_clinical_and_counselling_content_apart(pack):
    for question in every(pack.questions):
        start = question.code.split(".")[0]
        if start == "ps":
            assert question.disclosure == "P", question
        if start in {"inv", "tx"}:
            assert question.disclosure == "C", question
    assert pack.question("mh.hiv").disclosure == "C"
    assert pack.question("dc.safe_place").disclosure == "L"
    assert pack.question("ph.log").sensitivity == 5


def test_what_the_rooms_rely_on_is_there(pack):
    kinds = {code: pack.question(code).kind for code in RELIED_ON}
    assert kinds == RELIED_ON
    assert {"gaps", "unconscious", "unsure"} <= set(pack.question("ev.loc").choices)
    act = pack.question("ev.acts.penis_vagina").choices
    assert set(act) == {"completed", "attempted", "no", "unsure"}
    assert "positive" in pack.question("mh.hiv").choices


def test_only_what_the_rooms_give_is_of_their_kinds(pack):
    given = [q for q in every(pack.questions) if q.kind in FROM_ROOMS]
    needed = {q.code for q in given if q.required is Required.REASON}
    assert needed == set()


def test_codes_of_terminologies_from_recall_are_not_verified(pack):
    recalled = {"29463-7", "8302-2", "8480-6", "9269-2", "44260-8"}
    found = {c.code: c.verified for q in every(pack.questions) for c in q.codes}
    assert recalled & set(found)
    assert not any(found[code] for code in recalled & set(found))
    assert found.get("44261-6", True)


@pytest.mark.parametrize(
    ("facts", "there", "not_there"),
    [
        (WOMAN, {"mh.lmp", "g.vagina", "tx.ec", "mh.fgm"}, {"g.penis", "g.torsion"}),
        (MAN, {"g.penis", "g.torsion", "sp.penile"}, {"mh.lmp", "g.vagina", "tx.ec"}),
    ],
)
def test_anatomy_decides_what_is_asked(kenya, facts, there, not_there):
    found = asked(kenya, facts)
    assert there <= found
    assert not not_there & found


@pytest.mark.parametrize(
    ("stage", "is_asked"), [("1", False), ("2", False), ("3", True)]
)
def test_nothing_inside_is_asked_before_puberty(kenya, stage, is_asked):
    found = asked(kenya, GIRL, {"ge.tanner_b": stage})
    assert ("g.vagina" in found) is is_asked
    assert ("sp.high_vaginal" in found) is is_asked


def test_the_child_form_has_no_instrument_and_hears_the_child():
    pack = read.load("who-core-child")
    inside = {"g.vagina", "g.cervix", "g.internal_speculum", "g.bimanual"}
    assert not inside & set(pack.by_code)
    technique = pack.question("g.technique").choices
    assert not {"speculum", "proctoscope"} & set(technique)
    found = asked(pack, GIRL)
    assert {"ev.caregiver", "ch.spoken_alone", "ch.agreed", "ch.report"} <= found
    assert "mh.menarche" in found
    assert "mh.menarche" not in asked(pack, {**GIRL, "age": 7})


@pytest.mark.parametrize(
    "given",
    [
        {"ev.physical": ["strangle"]},
        {"ev.physical": ["smother"]},
        {"reg.head_signs": ["petechiae_palate"]},
        {"ev.symptoms": ["neck"]},
    ],
)
def test_any_sign_of_pressure_on_the_neck_opens_its_questions(pack, given):
    assert "str.symptoms" in asked(pack, WOMAN, given)
    assert "str.symptoms" not in asked(pack, WOMAN)


@pytest.mark.parametrize("said", ["yes", "unsure"])
def test_what_triage_was_told_of_the_neck_counts(pack, said):
    assert "str.imaging" in asked(pack, {**WOMAN, "strangulation": said})
    assert "str.imaging" not in asked(pack, {**WOMAN, "strangulation": "no"})


def test_gaps_in_memory_open_the_questions_on_drugs_and_traces(pack):
    gaps = {"ev.loc": ["gaps"]}
    assert {"df.suspect", "sp.hands"} <= asked(pack, WOMAN, gaps)
    assert not {"df.suspect", "sp.hands"} & asked(pack, WOMAN)


def test_a_region_is_asked_in_detail_only_where_something_was_seen(pack):
    assert "reg.wrist" in asked(pack, WOMAN, {"er.arms": "injury"})
    assert "reg.wrist" not in asked(pack, WOMAN, {"er.arms": "no_injury"})


@pytest.mark.parametrize(
    ("rule", "given"),
    [
        ("exam-order", {"adm.start": "2026-06-01 11:00",
                        "adm.end": "2026-06-01 10:00"}),
        ("event-not-in-future", {"ev.when": "2026-06-02 10:00"}),
        ("pattern-order", {"ev.pattern": "repeated", "ev.pattern.first": "2026-05-02",
                           "ev.pattern.last": "2026-04-02"}),
        ("pressure-order-exam", {"ge.systolic": 80, "ge.diastolic": 80}),
        ("weight-unusual", {"ge.weight": "12.0"}),
        ("strangulation-red-flag", {"ev.physical": ["strangle"],
                                    "str.symptoms": ["memory"]}),
        ("plastic-bag", {"ev.clothes.transported": "plastic"}),
        ("oral-act-swabbed", {"ev.acts.penis_mouth": "completed"}),
        ("pill-after-positive-test", {"inv.pregnancy": "positive", "tx.ec": "given"}),
        ("second-reader-hiv", {"inv.hiv": "positive"}),
        ("pep-with-known-hiv", {"mh.hiv": "positive", "tx.pep": "given"}),
        ("allergy-cephalosporin", {"mh.allergy_kinds": ["cephalosporin"],
                                   "tx.sti": "given", "tx.sti_drugs": ["cefixime"]}),
        ("unsafe-without-shelter-exam", {"dc.referrals": ["police"],
                                         "dc.safe_place": "no"}),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_told(pack, rule, given):
    times = {"adm.start", "adm.end", "ev.when", "ev.pattern.first", "ev.pattern.last"}
    values = {
        code: told(value, NAIROBI).to_json() if code in times else value
        for code, value in given.items()
    }
    assert rule in broken(pack, values)
    last = list(values)[-1]
    assert rule not in broken(pack, {c: v for c, v in values.items() if c != last})


def test_every_box_of_the_kenyan_form_leads_somewhere(kenya):
    boxes = raw_boxes()
    assert len(boxes) == len(kenya.boxes) == OFFICIAL_BOXES
    assert {box["form"] for box in boxes} == {"MOH 363 A", "MOH 363 B"}
    outside = {
        code for box in kenya.boxes for code in box.maps if code not in kenya.by_code
    }
    assert outside == set()


@pytest.mark.parametrize(
    "box",
    ["facility", "names", "contacts", "person", "examination-date", "incident-date",
     "perpetrators", "perpetrator", "place", "complaints", "circumstances", "type",
     "condom", "police", "attended", "medical-history", "medical-comments", "physical",
     "obgyn", "general", "clothes", "toilet", "bath", "marks", "outer-genitalia",
     "vagina", "hymen", "anus", "orifices", "pep", "ecp", "stitching", "sti",
     "other-treatment", "referrals", "samples", "custody", "consent", "appearance",
     "rapport", "mood", "affect", "speech", "perception", "thought", "child",
     "cognition", "insight", "judgement", "recommendation", "referral-points",
     "uptake", "police-officer"],
)  # fmt: skip
def test_the_sheet_has_the_box(box):
    assert box in {one["box"] for one in raw_boxes()}


def test_the_finger_count_is_printed_as_what_it_is_not():
    (box,) = [box for box in raw_boxes() if box["box"] == "fingers"]
    assert box["suppressed"] == "Not performed: not a valid clinical test"


def test_toilet_is_two_answers_and_parity_needs_no_pregnancy(kenya):
    assert {"ev.post.urinated", "ev.post.defecated"} <= set(kenya.by_code)
    assert "mh.parity" in asked(kenya, WOMAN, {"mh.pregnant_known": "no"})


def test_part_b_goes_nowhere_with_part_a(kenya):
    part_b = [s for s in kenya.sections if s.code.startswith("b-")]
    found = {q.disclosure for s in part_b for q in every(s.questions)}
    assert found == {"P"}
    assert all(s.code.startswith(("a-", "b-")) for s in kenya.sections)
    (box,) = [b for b in raw_boxes() if b["box"] == "police-officer"]
    assert "consent of its own" in box["suppressed"]
