"""The documentation index: 26 topics, each met, open, or not of this examination."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from centre.core.errors import AccessError
from centre.core.models import AccessNote
from centre.forensics import actions
from centre.forensics.queries.documentation import documentation
from centre.forensics.queries.injuries import current
from centre.forensics.rules.documentation import (
    TOPICS,
    Found,
    Judged,
    Look,
    Package,
    Point,
    Room,
    Score,
    State,
    score,
    trend,
)
from centre.forensics.rules.documentation.topics import is_documented
from tests.forensics.conftest import PACK, STEPS, add, describe, fill
from tests.forensics.test_actions import take

BY_CODE = {topic.code: topic for topic in TOPICS}
BRUISE = {"number": 1, "kind": "bruise", "marks": [{}], "sized": "measured",
          "length_mm": 20, "shape": "oval", "colours": ["red"],
          "cause": "she fell"}  # fmt: skip
ROWS = ("consent", "placed", "described", "cause", "photographs", "scale", "sealed",
        "handed_on")  # fmt: skip
ASKED = sorted(set(BY_CODE) - set(ROWS))


def look(code, **found):
    """What one topic comes to."""
    known = {"answers": {}, "asked": frozenset(), **found}
    return BY_CODE[code].look(Found(**known))


def codes_of(topic):
    """Every question of the delivered forms that a topic looks at."""
    asked = frozenset(c for pack in actions.packs() for c in pack.by_code)
    first = topic.look(Found(answers={}, asked=asked))
    return first.codes


# --- the index itself -----------------------------------------------------------------


def test_there_are_26_topics_each_once():
    assert len(TOPICS) == len(BY_CODE) == 26


@pytest.mark.parametrize("code", ASKED)
def test_each_form_asks_what_every_topic_looks_at(code):
    for pack in actions.packs():
        found = look(code, asked=frozenset(pack.by_code))
        assert found.state is State.OPEN, pack.name
        assert found.codes


@pytest.mark.parametrize("code", ASKED)
def test_a_topic_is_met_by_its_answers_and_by_nothing_less(code):
    wanted = codes_of(BY_CODE[code])
    given = {c: {"v": "said"} for c in wanted}

    assert look(code, asked=frozenset(wanted), answers=given).state is State.MET
    for left_out in wanted:
        rest = {c: a for c, a in given.items() if c != left_out}
        found = look(code, asked=frozenset(wanted), answers=rest)
        assert found.codes == (left_out,)
        assert found.state is State.OPEN


@pytest.mark.parametrize("code", ASKED)
def test_what_is_not_asked_counts_neither_way(code):
    assert look(code).state is State.NOT_HERE


def test_an_account_taken_down_elsewhere_is_an_account():
    asked = frozenset({"ev.account", "ev.account_elsewhere"})
    given = {"ev.account_elsewhere": {"v": "told to the officer"}}

    assert look("account", asked=asked, answers=given).state is State.MET
    assert look("account", asked=asked).codes == ("ev.account",)


@pytest.mark.parametrize(
    ("answer", "counts"),
    [
        (None, False),
        ({}, False),
        ({"t": "31/2"}, False),
        ({"v": "no"}, True),
        ({"v": []}, True),
        ({"r": "declined"}, True),
        ({"r": "unknown"}, True),
        ({"r": "unknown_source"}, True),
        ({"r": "na"}, True),
        ({"r": "not_asked"}, False),
        ({"r": "deferred"}, False),
        ({"r": "not_performed"}, False),
        ({"r": "not_performed", "sub": "stopped"}, True),
        ({"r": "not_performed", "sub": "no_consent"}, True),
        ({"r": "not_performed", "sub": "unsafe"}, True),
        ({"r": "not_performed", "sub": "too_late"}, True),
        ({"r": "not_performed", "sub": "done_elsewhere"}, True),
        ({"r": "not_performed", "sub": "not_indicated"}, True),
        ({"r": "not_performed", "sub": "no_equipment"}, False),
        ({"r": "not_performed", "sub": "not_trained"}, False),
        ({"r": "not_performed", "sub": "other"}, False),
    ],
)
def test_her_reasons_count_and_ours_do_not(answer, counts):
    assert is_documented(answer) is counts


# --- injuries, photographs, samples ---------------------------------------------------


@pytest.mark.parametrize("code", ["placed", "described", "cause", "photographs"])
def test_without_injuries_there_is_nothing_to_describe(code):
    assert look(code).state is State.NOT_HERE


@pytest.mark.parametrize(
    ("code", "without"),
    [
        ("placed", "marks"),
        ("described", "length_mm"),
        ("described", "shape"),
        ("described", "colours"),
        ("cause", "cause"),
    ],
)
def test_each_injury_counts_by_itself(code, without):
    poor = {k: v for k, v in BRUISE.items() if k != without} | {"number": 2}

    assert look(code, injuries=[BRUISE]).state is State.MET
    found = look(code, injuries=[BRUISE, poor])
    assert (found.state, found.injuries) == (State.OPEN, (2,))


def test_an_injury_off_the_map_is_said_once_and_not_under_description():
    poor = BRUISE | {"marks": []}

    assert look("placed", injuries=[poor]).room is Room.BODY_MAP
    assert look("described", injuries=[poor]).state is State.MET


def test_each_injury_is_photographed_or_she_did_not_want_it():
    two = [BRUISE, BRUISE | {"number": 2}]
    shown = [{"injury": 1, "frame": "overview"}]

    found = look("photographs", injuries=two, photographs=shown)
    assert (found.state, found.injuries) == (State.OPEN, (2,))
    said = {"ph.log": {"r": "declined"}}
    assert look("photographs", injuries=two, answers=said).state is State.MET
    ours = {"ph.log": {"r": "not_performed", "sub": "no_equipment"}}
    assert look("photographs", injuries=two, answers=ours).state is State.OPEN


def test_a_photograph_without_a_scale_is_half_a_photograph():
    plain = {"injury": 1, "frame": "close"}
    scaled = {"injury": 1, "frame": "close_scale"}

    def of(*frames):
        return look("scale", injuries=[BRUISE], photographs=frames).state

    assert of() is State.NOT_HERE
    assert of(plain) is State.OPEN
    assert of(plain, scaled) is State.MET
    assert of(plain, {"injury": 2, "frame": "close_scale"}) is State.OPEN


@pytest.mark.parametrize(
    ("code", "named"), [("sealed", "is_sealed"), ("handed_on", "is_handed_on")]
)
def test_one_loose_sample_keeps_the_topic_open(code, named):
    good = Package(is_sealed=True, is_handed_on=True)
    bad = Package(**{"is_sealed": True, "is_handed_on": True, named: False})

    assert look(code).state is State.NOT_HERE
    assert look(code, packages=[good]).state is State.MET
    assert look(code, packages=[good, bad]).state is State.OPEN


def test_consent_needs_both_care_and_the_body():
    assert look("consent", consents=frozenset({"C01"})).state is State.OPEN
    assert look("consent", consents=frozenset({"C01", "C02"})).state is State.MET


def test_the_score_counts_what_belongs_here():
    found = score(Found(answers={}, asked=frozenset(), consents=frozenset({"C01"})))

    assert (found.met, found.of, found.not_here) == (0, 1, 25)
    assert [p.topic.code for p in found.open_points] == ["consent"]


# --- on an examination ----------------------------------------------------------------


def index_of(examination, by):
    """The index as the page has it."""
    opened = actions.open_examination(examination=examination, by=by)
    found = documentation(
        examination, opened.pack, opened.answers, opened.facts, current(examination)
    )
    return {p.topic.code: p.found for p in found.points}


@pytest.mark.stored
def test_an_injury_raises_the_index_step_by_step(marked, nurse):
    before = index_of(marked, nurse)
    describe(marked, nurse, cause="he hit me", cause_by="survivor")
    add(marked, nurse, frame="close_scale", injury=1)
    after = index_of(marked, nurse)

    assert before["placed"].state is State.MET
    for code in ("described", "cause", "photographs"):
        assert (before[code].state, after[code].state) == (State.OPEN, State.MET)
    assert (before["scale"].state, after["scale"].state) == (
        State.NOT_HERE,
        State.MET,
    )


@pytest.mark.stored
def test_a_sample_that_lies_loose_is_neither_sealed_nor_handed_on(examination, nurse):
    assert index_of(examination, nurse)["sealed"].state is State.NOT_HERE
    take(examination, nurse)
    found = index_of(examination, nurse)

    assert found["sealed"].state is State.OPEN
    assert found["handed_on"] == Look(State.OPEN, room=Room.SAMPLES)


@pytest.mark.stored
def test_the_page_shows_the_score_and_leads_to_what_would_raise_it(
    marked, nurse, browse
):
    client, url = browse(nurse), reverse("examination_review", args=[marked.reference])
    before = client.get(url)
    fill(marked, nurse)
    after = client.get(url)

    assert before.context["score"].met < after.context["score"].met
    opened = {line["topic"].code: line for line in before.context["raises"]}
    assert opened["acts"]["places"][0]["href"].endswith("_field")
    assert (len(opened["acts"]["places"]), opened["acts"]["more"] > 0) == (4, True)
    assert "injuries/1" in opened["described"]["places"][0]["href"]
    for line in opened.values():
        for place in line["places"]:
            assert client.get(place["href"]).status_code == 200
    shown = before.content.decode()
    assert f"{before.context['score'].met} of {before.context['score'].of}" in shown


@pytest.mark.stored
def test_the_index_is_no_part_of_the_record(completed, nurse):
    content = completed.completion.content

    assert "documentation" not in content
    assert "score" not in content


# --- one examiner's year --------------------------------------------------------------


def judged(on, **found):
    """An examination of which only these topics were looked at."""
    points = (Point(BY_CODE[code], Look(state)) for code, state in found.items())
    return Judged(on, Score(tuple(points)))


MET, OPEN, NOT_HERE = State.MET, State.OPEN, State.NOT_HERE


def test_a_month_is_the_share_of_what_belonged():
    june, may = date(2026, 6, 1), date(2026, 5, 31)
    found = trend(
        [
            judged(june, visit=MET, acts=OPEN),
            judged(may, visit=OPEN, acts=NOT_HERE),
            judged(june, visit=MET, acts=MET, scale=NOT_HERE),
        ]
    )

    assert [(m.label, m.percent, m.count) for m in found.months] == [
        ("2026-05", 0, 1),
        ("2026-06", 75, 2),
    ]
    assert found.count == 3


def test_what_stays_open_most_often_stands_first():
    day = date(2026, 6, 1)
    found = trend(
        [
            judged(day, visit=MET, acts=OPEN, scale=OPEN),
            judged(day, visit=MET, acts=OPEN, scale=NOT_HERE),
        ]
    )

    assert [(o.topic.code, o.open, o.of) for o in found.often_open] == [
        ("acts", 2, 2),
        ("scale", 1, 1),
    ]


def test_at_most_five_topics_are_named():
    found = trend([judged(date(2026, 6, 1), **dict.fromkeys(ASKED, OPEN))])

    assert len(found.often_open) == 5


def test_nothing_completed_is_no_trend():
    assert trend([]).months == ()


@pytest.fixture
def look_at(coordinator, centre):
    """What the coordinator sees of somebody's year."""

    def looked(person, by=coordinator):
        return actions.open_documentation(person=person, centre=centre, by=by)

    return looked


@pytest.mark.stored
def test_the_year_of_an_examiner_is_what_she_completed(
    completed, nurse, clinician, look_at
):
    found = look_at(nurse)

    assert found.count == 1
    assert 0 < found.months[0].percent < 100
    assert found.often_open
    assert look_at(clinician).count == 0


@pytest.mark.stored
def test_a_completed_examination_is_judged_as_it_was_before(
    examination, nurse, look_at
):
    fill(examination, nurse)
    before = {code: found.state for code, found in index_of(examination, nurse).items()}
    actions.complete_examination(examination=examination, by=nurse)
    after = look_at(nurse)

    met = sum(state is State.MET for state in before.values())
    of = sum(state is not State.NOT_HERE for state in before.values())
    assert after.months[0].percent == round(100 * met / of)


@pytest.mark.stored
def test_more_than_a_year_ago_is_not_looked_at(monday, completed, nurse, look_at):
    monday.shift(timedelta(days=364))
    assert look_at(nurse).count == 1

    monday.shift(timedelta(days=2))
    assert look_at(nurse).count == 0


@pytest.mark.stored
def test_a_case_the_coordinator_is_kept_out_of_does_not_count(
    completed, nurse, coordinator, look_at, centre
):
    from centre.core.actions.cases import exclude

    exclude(case=completed.case, user=coordinator, by=coordinator)

    assert look_at(nurse).count == 0


@pytest.mark.stored
def test_what_was_destroyed_for_good_is_left_out(completed, nurse, look_at):
    from centre.vault.keys import destroy_case_key

    destroy_case_key(completed.case_id)

    assert look_at(nurse).count == 0


@pytest.mark.stored
@pytest.mark.parametrize("who", ["nurse", "clinician", "custodian", "auditor"])
def test_nobody_but_the_coordinator_sees_it(completed, nurse, look_at, who, request):
    with pytest.raises(AccessError):
        look_at(nurse, request.getfixturevalue(who))


@pytest.mark.stored
def test_looking_is_written_down_with_whose_it_was(completed, nurse, look_at):
    before = AccessNote.objects.count()
    look_at(nurse)

    assert AccessNote.objects.count() == before + 1
    assert AccessNote.objects.latest("at", "pk").what.endswith(nurse.username)


@pytest.mark.stored
def test_the_list_names_people_and_shows_no_figure(
    completed, nurse, clinician, leaver, coordinator, browse
):
    page = browse(coordinator).get(reverse("documentation"))

    names = [person.username for person in page.context["people"]]
    assert {nurse.username, clinician.username} <= set(names)
    assert leaver.username not in names
    assert not any(sign.isdigit() for sign in _main(page))


@pytest.mark.stored
def test_the_page_of_one_examiner_shows_months_and_topics(
    completed, nurse, coordinator, browse
):
    page = browse(coordinator).get(reverse("documentation_of", args=[nurse.pk]))

    shown = page.content.decode()
    month = page.context["trend"].months[0]
    assert nurse.name in shown
    assert f">{month.percent}<" in shown
    for line in page.context["trend"].often_open:
        assert line.topic.words in shown


@pytest.mark.stored
def test_who_does_not_examine_here_has_no_page(
    nurse_elsewhere, counsellor, coordinator, browse
):
    client = browse(coordinator)
    for person in (nurse_elsewhere, counsellor):
        page = client.get(reverse("documentation_of", args=[person.pk]))
        assert page.status_code == 404


@pytest.mark.stored
def test_five_examinations_cost_as_many_questions_as_two(
    centre, nurse, decide, look_at
):
    from centre.core.actions.cases import open_case

    def complete_another():
        case = open_case(
            centre=centre, registration="anonymous", age_band="adult", by=nurse
        )
        for item in STEPS:
            decide(case, item)
        one = actions.begin_examination(case=case, pack_name=PACK, by=nurse)
        fill(one, nurse)
        actions.complete_examination(examination=one, by=nurse)

    def questions():
        with CaptureQueriesContext(connection) as asked:
            look_at(nurse)
        return len(asked)

    complete_another()
    complete_another()
    questions()
    before = questions()
    for _ in range(3):
        complete_another()

    assert look_at(nurse).count == 5
    assert questions() <= before


def _main(page):
    """The words of the page itself, without its frame."""
    from html.parser import HTMLParser

    words = page.content.decode().partition("<main")[2].partition("</main>")[0]
    found = []
    parser = HTMLParser()
    parser.handle_data = found.append
    parser.feed(f"<main{words}")
    return " ".join(found)
