"""One section as one form: plain posts, drafts that lose nothing, reasons, rows."""

from __future__ import annotations

import json

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from centre.packs import answers as a
from centre.packs.entering import BOTH, NO_CONSENT, NOTE_ALONE, ROWS_STAND
from centre.packs.read import load
from centre.packs.render import section_form
from centre.packs.text import MARK, UNKEEPABLE, is_tidy, tidy

FEMALE = {"p.sex": {"v": "female"}}


def post(pack, section, data, answers=None, facts=None):
    return section_form(
        pack, section, data=data, answers=answers or {}, facts=facts or {}
    )


def says(form, name):
    return [str(sentence) for sentence in form.errors.get(name, [])]


def test_a_plain_post_gives_answers(pack):
    form = post(
        pack,
        "who",
        {
            "p.sex": "male",
            "p.account": "He followed me.\r\nThen …",
            "p.account__by": "companion",
            "p.when__day": "1",
            "p.when__month": "6",
            "p.when__year": "2026",
            "p.when__part": "evening",
            "p.when__source": "survivor",
            "p.seen_at__r": "",
        },
    )
    assert form.is_valid(), form.errors
    assert form.answers["p.sex"] == {"v": "male"}
    said = {"by": "companion", "words": "He followed me.\nThen …"}
    assert form.answers["p.account"] == {"v": said}
    assert form.answers["p.when"]["v"]["given"] == "2026-06-01 evening"
    assert "p.seen_at" not in form.answers
    assert [place.question.code for place in form.open_places] == ["p.seen_at"]
    assert a.clean(pack, form.answers) == form.answers


def test_answers_hold_this_section_alone_and_all_answers_the_whole(pack):
    given_before = {**FEMALE, "b.signs": {"v": ["pale"]}}
    form = post(pack, "who", {"p.sex": "male"}, given_before)
    assert set(form.answers) == {"p.sex"}
    assert set(form.all_answers) == {"p.sex", "b.signs"}
    assert given_before["p.sex"] == {"v": "female"}


def test_what_an_answer_calls_for_is_asked_in_the_same_breath(pack):
    form = post(pack, "who", {"p.sex": "female", "p.sex__r": ""})
    assert [q.code for q in form.revealed][:1] == ["p.pregnant"]
    assert "p.pregnant" in form.fields
    further = post(pack, "who", {"p.sex": "female", "p.pregnant": "yes"})
    assert "p.weeks" not in form.fields
    assert "p.weeks" in further.fields
    away = post(pack, "who", {"p.sex": "male", "p.pregnant": "yes"}, FEMALE)
    assert "p.pregnant" not in away.fields


def test_a_kept_answer_survives_while_its_question_is_hidden(pack):
    before = {**FEMALE, "p.pregnant": {"v": "yes"}}
    form = post(pack, "who", {"p.sex": "male"}, before)
    assert form.answers["p.pregnant"] == {"v": "yes"}
    assert a.settled(pack, form.answers)["p.pregnant"]["by"] == "rule"


def test_a_question_that_was_not_on_the_page_keeps_its_answer(pack):
    form = post(pack, "who", {"p.sex": "female"}, {"p.pregnant": {"v": "no"}})
    assert form.answers["p.pregnant"] == {"v": "no"}


@pytest.mark.parametrize(
    ("data", "name", "sentence", "kept"),
    [
        ({"b.weight": "abc"}, "b.weight", "Give a number.", {"value": "abc"}),
        ({"b.weight": "60,55"}, "b.weight", "Give at most 1", {"value": "60,55"}),
        ({"b.weight": "999"}, "b.weight", "300 or less", {"value": "999"}),
        (
            {"b.weight": "60", "b.weight__r": "declined"},
            "b.weight",
            BOTH,
            {"value": "60", "reason": {"": "declined"}},
        ),
        (
            {"b.weight": "", "b.weight__r__n": "tired"},
            "b.weight",
            NOTE_ALONE,
            {"reason": {"n": "tired"}},
        ),
        (
            {"b.weight__r": "not_asked"},
            "b.weight",
            "This reason is not possible here.",
            {"reason": {"": "not_asked"}},
        ),
        (
            {"b.weight__r": "not_performed:other"},
            "b.weight",
            "Say in the note",
            {"reason": {"": "not_performed:other"}},
        ),
    ],
)
def test_what_is_not_valid_is_reported_kept_and_shown_again(
    pack, data, name, sentence, kept
):
    form = post(pack, "body", data)
    assert not form.is_valid()
    assert says(form, name)[0].startswith(sentence) or sentence in says(form, name)[0]
    assert form.answers[name] == {"t": kept}
    again = section_form(pack, "body", answers=form.answers)
    page = str(again)
    for typed in (kept.get("value"), kept.get("reason", {}).get("n")):
        assert typed is None or f'value="{typed}"' in page
    part = next(part for part in again.parts if part.name == name)
    assert part.says
    assert part.is_open


def test_a_decimal_comma_and_other_digits_are_numbers(pack):
    assert (
        post(pack, "body", {"b.weight": "60,5"}).answers["b.weight"]["v"]["n"] == "60.5"
    )
    assert post(pack, "body", {"b.weight": "٦٠"}).answers["b.weight"]["v"]["n"] == "60"


def test_the_reason_with_its_part_and_note(pack):
    data = {"b.weight__r": "not_performed:other", "b.weight__r__n": "No scale"}
    form = post(pack, "body", data)
    assert form.is_valid(), form.errors
    kept = {"r": "not_performed", "sub": "other", "note": "No scale"}
    assert form.answers["b.weight"] == kept
    page = str(section_form(pack, "body", answers=form.answers))
    assert '<option value="not_performed:other" selected>' in page
    assert 'value="No scale"' in page


def test_the_newer_of_pick_and_reason_wins(pack):
    declined = post(pack, "who", {"p.sex": "female", "p.sex__r": "declined"}, FEMALE)
    assert declined.answers["p.sex"] == {"r": "declined"}
    before = {"p.sex": {"r": "declined"}}
    picked = post(pack, "who", {"p.sex": "male", "p.sex__r": "declined"}, before)
    assert picked.answers["p.sex"] == {"v": "male"}
    both = post(pack, "who", {"p.sex": "male", "p.sex__r": "declined"}, FEMALE)
    assert both.answers["p.sex"] == {"t": {"value": "male", "reason": {"": "declined"}}}
    cleared = post(pack, "who", {"p.sex": "female", "p.sex__r": "clear"}, FEMALE)
    assert "p.sex" not in cleared.answers


def test_an_emptied_text_is_gone(pack):
    before = {"b.weight": {"v": {"n": "60", "u": "kg"}}}
    form = post(pack, "body", {"b.weight": "", "b.weight__r": ""}, before)
    assert "b.weight" not in form.answers


def test_without_consent_only_a_reason_can_be_noted(pack):
    facts = {"consents": ["C02"]}
    page = section_form(pack, "body", answers={}, facts=facts)
    assert "b.weight" not in page.fields
    assert "Consent to this step is not in force" in str(page)
    reasons = str(page["b.weight__r"])
    assert 'value="declined"' in reasons
    assert 'value="deferred"' not in reasons
    late = post(pack, "body", {"b.weight": "60"}, facts=facts)
    assert says(late, "b.weight__r") == [NO_CONSENT]
    assert late.answers["b.weight"] == {"t": {"value": "60"}}
    declined = post(pack, "body", {"b.weight__r": "declined"}, facts=facts)
    assert declined.answers["b.weight"] == {"r": "declined"}
    allowed = post(pack, "body", {"b.weight": "60"}, facts={"consents": {"C03"}})
    assert allowed.answers["b.weight"]["v"]["n"] == "60"


def test_a_value_from_before_consent_ended_stays(pack):
    before = {"b.weight": {"v": {"n": "60", "u": "kg"}}}
    for data in ({"b.weight": "60", "b.weight__r": ""}, {"b.weight__r": ""}):
        form = post(pack, "body", data, before, {"consents": []})
        assert form.is_valid(), form.errors
        assert form.answers == before


def test_what_a_room_gives_is_not_typed(pack):
    before = {"b.marks": {"v": [{"injury": 1}]}, "b.risk": {"v": "high"}}
    form = post(
        pack, "body", {"b.marks__r": "", "b.marks": "x", "b.risk": "low"}, before
    )
    assert form.answers == before
    assert "b.risk" not in form.fields
    assert [p.words.strip() for p in form.parts if p.code == "b.risk"] == ["high"]
    none = section_form(pack, "body", answers={})
    assert "b.risk" not in [part.code for part in none.parts]
    assert post(pack, "body", {"b.marks__r": "declined"}).answers["b.marks"] == {
        "r": "declined"
    }


ROWS = {
    "inj": {
        "v": [
            {"n": 1, "inj.type": {"v": "bruise"}, "inj.colour": {"v": "red"}},
            {"n": 3, "inj.type": {"v": "cut"}},
        ],
        "last": 4,
    }
}


def test_rows_are_drawn_with_an_empty_one(pack):
    form = section_form(pack, "body", answers=ROWS)
    (part,) = (part for part in form.parts if part.code == "inj")
    assert [(row.number, row.is_new) for row in part.rows] == [
        (1, False),
        (3, False),
        (5, True),
    ]
    names = [inner.name for inner in part.rows[1].parts]
    assert names == ["inj.1.type", "inj.1.colour", "inj.1.stitches"]
    page = str(form)
    assert 'name="inj.2__row" value="5"' in page
    assert 'name="add" value="inj"' in page
    assert 'name="inj.0.colour" value="red"' in page


def test_rows_are_changed_added_and_taken_out(pack):
    data = {
        "inj.0__row": "1",
        "inj.0.type": "bruise",
        "inj.0.colour": "blue",
        "inj.1__row": "3",
        "inj.1.type": "cut",
        "inj.1__remove": "1",
        "inj.2__row": "5",
        "inj.2.type": "cut",
        "inj.2.colour__r": "not_performed:unsafe",
        "inj.2.stitches": "3",
        "inj__r": "",
        "add": "inj",
    }
    form = post(pack, "body", data, ROWS)
    assert form.is_valid(), form.errors
    assert form.add_requested == "inj"
    rows = form.answers["inj"]
    assert [row["n"] for row in rows["v"]] == [1, 5]
    assert rows["v"][0]["inj.colour"] == {"v": "blue"}
    assert rows["v"][1]["inj.stitches"] == {"v": 3}
    assert rows["last"] == 5
    twice = post(pack, "body", data, form.answers)
    assert twice.answers["inj"] == rows
    assert a.clean(pack, form.answers) == form.answers


def test_an_empty_new_row_is_not_kept_and_numbers_are_not_used_again(pack):
    none = post(pack, "body", {"inj.0__row": "1", "inj.0.colour": "", "inj__r": ""})
    assert "inj" not in none.answers
    out = {
        "inj.0__row": "1",
        "inj.0__remove": "1",
        "inj.1__row": "3",
        "inj.1__remove": "1",
        "inj__r": "",
    }
    emptied = post(pack, "body", out, ROWS)
    assert emptied.answers["inj"] == {"last": 4}
    assert "inj" in [place.question.code for place in emptied.open_places]
    new = post(pack, "body", {"inj.0.type": "cut"}, emptied.answers)
    assert new.answers["inj"]["v"][0]["n"] == 5


def test_a_row_that_was_not_on_the_page_stays(pack):
    form = post(pack, "body", {"inj.0__row": "1", "inj.0.type": "cut"}, ROWS)
    assert [row["n"] for row in form.answers["inj"]["v"]] == [1, 3]


def test_no_rows_for_a_reason_and_no_reason_while_rows_stand(pack):
    none = post(pack, "body", {"inj__r": "not_performed:stopped"})
    assert none.answers["inj"] == {"r": "not_performed", "sub": "stopped"}
    page = section_form(pack, "body", answers=none.answers)
    assert '<option value="not_performed:stopped" selected>' in str(page["inj__r"])
    both = post(pack, "body", {"inj.0.type": "cut", "inj__r": "declined"})
    assert says(both, "inj__r") == [ROWS_STAND]
    assert both.answers["inj"]["v"][0]["inj.type"] == {"v": "cut"}
    instead = post(pack, "body", {"inj.0.type": "cut"}, none.answers)
    assert "r" not in instead.answers["inj"]


def test_a_fault_in_a_row_is_shown_at_its_place(pack):
    form = post(pack, "body", {"inj.0.type": "cut", "inj.0.stitches": "many"})
    assert says(form, "inj.0.stitches") == ["Give a number."]
    assert form.answers["inj"]["v"][0]["inj.stitches"] == {"t": {"value": "many"}}
    assert 'aria-invalid="true"' in str(form)


def test_tampered_names_and_numbers_do_no_harm(pack):
    data = {
        "inj.9999.type": "cut",
        "inj.x.type": "cut",
        "inj.0__row": "-1",
        "inj.0.type": "bruise",
        "inj.1__row": "99999999999",
        "inj.1.type": "cut",
        "p.sex__r": "withheld",
        "zz": "1",
    }
    form = post(pack, "body", data)
    assert [row["n"] for row in form.answers["inj"]["v"]] == [1, 2, 3]
    bad = post(pack, "who", {"p.sex__r": "withheld"})
    assert says(bad, "p.sex") == ["This reason is not possible here."]
    assert post(pack, "who", {"p.sex": "else"}).answers["p.sex"] == {
        "t": {"value": "else"}
    }


def test_ten_thousand_characters_emoji_and_arabic_are_kept(pack):
    words = ("كتبت 🙂 é ✓ " * 1000)[:10_000].strip()
    form = post(pack, "who", {"p.account": words})
    assert form.is_valid(), form.errors
    assert form.answers["p.account"]["v"]["words"] == words
    assert words in str(section_form(pack, "who", answers=form.answers))


def test_too_long_an_answer_is_kept_as_typed(pack):
    form = post(pack, "who", {"p.account": "x" * 20_001})
    assert (
        "This has 20,001 characters; 20,000 can be kept." in says(form, "p.account")[0]
    )
    assert form.answers["p.account"]["t"]["value"][""] == "x" * 20_001


@pytest.mark.parametrize("char", ["\x00", "\ud800", "\x07", "\x85"])
def test_a_character_that_cannot_be_kept_is_shown_and_said(pack, char):
    form = post(pack, "who", {"p.account": f"before{char}after"})
    assert says(form, "p.account") == [UNKEEPABLE]
    assert form.answers["p.account"]["t"]["value"][""] == f"before{MARK}after"
    page = str(form)
    assert char not in page
    assert f"before{MARK}after" in page
    again = post(pack, "who", {"p.account": f"before{MARK}after"})
    assert again.is_valid()


def test_a_query_dict_with_many_values(pack):
    form = post(pack, "body", QueryDict("b.signs=pale&b.signs=sweating&b.signs__r="))
    assert form.answers["b.signs"] == {"v": ["pale", "sweating"]}
    alone = post(pack, "body", QueryDict("b.signs=pale&b.signs=none"))
    assert "cannot stand together" in says(alone, "b.signs")[0]
    emptied = post(pack, "body", QueryDict("b.signs__r="), {"b.signs": {"v": ["pale"]}})
    assert "b.signs" not in emptied.answers


def test_the_page_has_labels_and_nothing_inline(pack):
    page = str(section_form(pack, "who", answers=FEMALE))
    assert "<legend>Sex</legend>" in page
    assert "As &lt; in documents" in page
    assert 'value="female" id="id_p.sex_0" checked' in page
    assert "No answer, because" in page
    assert 'name="p.seen_at__q"' in page
    for forbidden in ("style=", "<script", "onclick", "javascript:"):
        assert forbidden not in page
    assert page.count("<fieldset") == page.count("</fieldset>")
    body = str(section_form(pack, "body", answers=ROWS))
    assert '<span class="unit">kg</span>' in body
    assert body.count("<fieldset") == body.count("</fieldset>")


def test_every_section_of_every_delivered_pack_is_drawn():
    for name in ("centre-triage", "centre-intake"):
        pack = load(name)
        for section in pack.sections:
            form = section_form(pack, section, answers={}, facts={"is_child": True})
            assert str(form).count('class="question') >= len(form.parts) - 2


FIELDS = st.sampled_from(
    ["p.sex", "p.sex__r", "p.account", "p.account__by", "p.when__day", "p.when__month",
     "p.when__year", "p.when__time", "p.when__to_day", "p.seen_at__time", "p.pregnant",
     "p.weeks", "p.weeks__r", "p.weeks__r__n", "b.signs", "b.weight", "b.weight__r",
     "inj.0.type", "inj.0.colour", "inj.0__row", "inj.0__remove", "inj.1.stitches",
     "inj__r", "add"]
)  # fmt: skip
ANYTHING = st.one_of(
    st.text(max_size=30),
    st.text(st.characters(), max_size=10),
    st.sampled_from(["female", "yes", "cut", "1", "2026", "declined", "clear", "none",
                     "not_performed:stopped", "\ud800", "\x00", "survivor"]),
)  # fmt: skip


@given(
    data=st.dictionaries(FIELDS, ANYTHING, max_size=12),
    section=st.sampled_from(["who", "body"]),
)
def test_no_post_breaks_and_nothing_typed_is_lost(small_pack, data, section):
    form = post(small_pack, section, data, FEMALE)
    assert isinstance(form.is_valid(), bool)
    page = str(form)
    page.encode()
    kept = json.dumps(form.answers, ensure_ascii=False)
    kept.encode()
    typed = tidy(data.get("p.account", ""))[0]
    if section == "who" and typed.strip():
        assert json.dumps(typed, ensure_ascii=False)[1:-1] in kept
    again = section_form(small_pack, section, answers={**FEMALE, **form.answers})
    str(again).encode()
    if form.is_valid():
        assert a.clean(small_pack, form.answers) == {
            code: answer
            for code, answer in form.answers.items()
            if set(answer) != {"last"}
        }


@given(st.text(st.characters()))
def test_tidy_text_is_tidy_for_good(text):
    kept, _was_changed = tidy(text)
    assert is_tidy(kept)
    kept.encode()
