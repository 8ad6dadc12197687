"""The papers of an examination, read back from their own bytes."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest
from django.urls import reverse

from centre.core.errors import AccessError, ConsentError, RuleError
from centre.core.models import AccessNote
from centre.forensics import actions, documents
from centre.forensics.actions.papers import Paper, issue_document
from centre.forensics.documents.boxes import other_lines
from centre.forensics.documents.report import ABSENCE
from centre.forensics.frozen import FrozenAddendum, FrozenSample
from centre.forensics.rules.wording import wording_faults
from centre.ledger.kinds import Kind
from centre.ledger.models import Checkpoint, Entry
from centre.packs.model import Kind as Q
from tests.forensics.conftest import answer_of, describe, fill, mark
from tests.pdf import raw_text_of, text_of

ACCOUNT = "He came in by the back door and held me by both arms."


def squeezed(text):
    return "".join(text.split())


def flowing(content):
    """The words of a paper as they were drawn, without the heads and feet of pages."""
    pages = [page.split("\n") for page in raw_text_of(content).split("\f")[:-1]]
    of_all = {line for line in pages[0] if all(line in page for page in pages)}
    told = [
        line
        for page in pages
        for line in page
        if line not in of_all and not re.search(r" · Page \d+ of \d+$", line)
    ]
    return squeezed("".join(told))


def given_of(pack):
    """A value of its own for every question that a person can answer in words."""
    given = {}
    for question in pack.questions:
        if question.kind in {Q.TEXT, Q.LONG}:
            given[question.code] = f"Words on {question.code}"
        elif question.kind is Q.VERBATIM:
            given[question.code] = {"by": "survivor", "words": ACCOUNT}
        elif question.kind is Q.CHOICE:
            given[question.code] = question.choices[0]
        elif question.kind is Q.REPEAT and question.least:
            given[question.code] = [a_row(question)]
    return given


def a_row(question):
    """One row of a repeat, every part of it answered."""
    parts = {child.code: answer_of(child, {}) for child in question.children}
    return {"n": 1, **{code: answer for code, answer in parts.items() if answer}}


@pytest.fixture
def kenyan(consented, decide, nurse):
    """A completed examination by the Kenyan form, with two injuries."""
    from centre.intake.actions.identity import keep_identity

    decide(consented, "C08")
    keep_identity(
        case=consented,
        details={"given_names": "Amani", "family_name": "Akinyi", "address": "Kisumu"},
        by=nurse,
    )
    found = actions.begin_examination(case=consented, pack_name="ke-moh-363", by=nurse)
    mark(found, nurse)
    describe(found, nurse, cause="Grip of a hand", cause_by="survivor")
    mark(found, nurse, number=2, kind="abrasion", view="hand_L_palmar", revision=2)
    describe(found, nurse, number=2, revision=1, kind="abrasion", length_mm=7)
    fill(
        found,
        nurse,
        given_of(actions.open_examination(examination=found, by=nurse).pack),
    )
    actions.complete_examination(examination=found, by=nurse)
    return found


@pytest.fixture
def frozen(kenyan, nurse):
    """The same as its papers need it, with one sealed sample."""
    opened = actions.frozen_examination(examination=kenyan, by=nurse)
    taken = opened.completion.completed_at
    sample = FrozenSample("swab", "High vaginal swab", "K7XHQM3T4N2W", taken, "KE-4417")
    return replace(opened, samples=(sample,))


@pytest.fixture
def form(nurse):
    """The official form of a frozen examination."""

    def made(frozen, **given):
        issued = issue_document(frozen=frozen, paper=Paper.FORM, by=nurse, **given)
        return documents.official_form(issued)

    return made


@pytest.fixture
def report(nurse):
    """The report of a frozen examination."""

    def made(frozen, **given):
        issued = issue_document(frozen=frozen, paper=Paper.REPORT, by=nurse, **given)
        return documents.report(issued)

    return made


def test_the_official_form_is_printed_field_by_field(frozen, form):
    boxes = documents.printed_boxes(frozen)
    read = flowing(form(frozen))

    assert [(box.form, box.box) for box in boxes] == [
        (box.form, box.box) for box in frozen.pack.boxes
    ]
    places = [read.find(squeezed(box.label + box.words)) for box in boxes]
    assert [b.box for b, at in zip(boxes, places, strict=True) if at < 0] == []
    assert places == sorted(places)


def test_what_the_examiner_wrote_stands_in_its_box(frozen):
    boxes = {(box.form, box.box): box.words for box in documents.printed_boxes(frozen)}

    wanted = given_of(frozen.pack)
    for box in frozen.pack.boxes:
        for code in box.maps:
            if code in wanted and isinstance(wanted[code], str):
                question = frozen.pack.question(code)
                said = (
                    question.choice_label(wanted[code])
                    if question.kind is Q.CHOICE
                    else wanted[code]
                )
                answer = frozen.answers[code]
                assert "r" in answer or said in boxes[box.form, box.box]


def test_no_box_is_ever_blank(frozen):
    nothing = replace(frozen, answers={}, told={}, identity={}, samples=())

    for given in (frozen, nothing):
        for outside in (False, True):
            boxes = documents.printed_boxes(given, is_for_outside=outside)
            assert [box.box for box in boxes if not box.words.strip()] == []


def test_a_box_that_is_no_valid_test_says_so(frozen):
    boxes = {box.box: box.words for box in documents.printed_boxes(frozen)}

    assert boxes["fingers"] == "Not performed: not a valid clinical test"


def test_every_question_is_in_a_box_or_in_the_annex(frozen, form):
    in_boxes = {code for box in frozen.pack.boxes for code in box.maps}
    annex = {line.code for many in other_lines(frozen).values() for line in many}
    answered = {code for code, held in frozen.answers.items() if held}

    assert answered - in_boxes - annex == set()


def test_the_form_tells_which_examination_form_and_log_it_is(frozen, form, kenyan):
    content = form(frozen)
    read = flowing(content)
    pages = text_of(content).split("\f")[:-1]

    for said in (
        str(frozen.case), str(kenyan), frozen.pack.fingerprint, "ke-moh-363 2019.1",
        frozen.completion.content_sha256, Checkpoint.objects.latest("size").anchor_code,
        "Amani", "Akinyi", "K7X-HQM-3T4-N2W", "KE-4417", "High vaginal swab",
    ):  # fmt: skip
        assert squeezed(said) in read
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "by Nadia Njoroge" in page
        assert str(frozen.case) in page


def test_the_home_is_printed_only_where_it_is_safe(frozen):
    def contacts(given, **how):
        boxes = documents.printed_boxes(given, **how)
        return next(box.words for box in boxes if box.box == "contacts")

    safe = replace(frozen, told={**frozen.told, "int.address_safe": "Yes"})
    assert "Kisumu" in contacts(safe)
    assert "Kisumu" not in contacts(frozen)
    assert "Kisumu" not in contacts(safe, is_for_outside=True)


def test_a_box_that_another_room_answers_has_its_words(frozen):
    told = {"int.report.station": "Riverside Police", "tri.sex_recorded": "Female"}
    given = replace(frozen, told=told)
    boxes = {box.box: box.words for box in documents.printed_boxes(given)}
    bare = {box.box: box.words for box in documents.printed_boxes(frozen)}

    assert boxes["police"].endswith(": Riverside Police")
    assert "Amani" in boxes["names"]
    assert "Female" in boxes["names"]
    assert "seal KE-4417" in boxes["custody"]
    assert bare["police"].startswith("Nothing was recorded")


def test_injuries_stand_on_the_map_and_in_the_table(frozen, form):
    content = form(frozen)
    read = flowing(content)

    for said in ("1B", "2A", "Bruise(B)", "25mm(measured)", "Gripofahand"):
        assert said in read
    with pikepdf.open(BytesIO(content)) as pdf:
        figures = [
            str(each.Alt)
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure"
        ]
        pictures = [
            each
            for each in pdf.objects
            if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image"
        ]
    assert pictures == []
    assert any("Body, front: 1: Bruise" in said for said in figures)
    assert any("Left hand, palm: 2: Abrasion" in said for said in figures)


def test_printing_is_written_down_and_numbered(frozen, form, nurse):
    before = Entry.objects.filter(kind=Kind.DOCUMENT_ISSUED).count()
    first, second = (
        issue_document(frozen=frozen, paper=Paper.FORM, by=nurse) for _ in range(2)
    )

    assert Entry.objects.filter(kind=Kind.DOCUMENT_ISSUED).count() == before + 2
    assert AccessNote.objects.filter(kind=Kind.PRINTED, what__startswith="Official")
    assert (first.copy, second.copy) == (1, 2)
    assert first.number != second.number


def test_the_same_print_made_twice_has_the_same_bytes(frozen, nurse):
    for paper, make in (
        (Paper.FORM, documents.official_form),
        (Paper.REPORT, documents.report),
    ):
        issued = issue_document(frozen=frozen, paper=paper, by=nurse)
        assert make(issued) == make(issued)


@pytest.mark.parametrize("person", ["counsellor", "custodian", "nurse_off_team"])
def test_only_the_care_team_prints(frozen, person, request):
    with pytest.raises(AccessError):
        issue_document(
            frozen=frozen, paper=Paper.FORM, by=request.getfixturevalue(person)
        )


def test_outside_gets_a_paper_only_by_consent(frozen, form):
    with pytest.raises(ConsentError):
        form(frozen, recipient="agency:police")


def test_a_paper_for_outside_keeps_clinical_answers_back(frozen):
    hidden = {
        code: held["v"]
        for code, held in frozen.answers.items()
        if frozen.pack.question(code).disclosure in {"C", "P", "L"}
        and frozen.pack.question(code).kind in {Q.TEXT, Q.LONG}
        and "v" in held
    }
    boxes = documents.printed_boxes(frozen, is_for_outside=True)
    said = "\n".join(box.words for box in boxes)

    assert hidden
    assert [code for code, value in hidden.items() if value in said] == []
    assert "Withheld in this view" in said


def test_the_report_has_its_sections_and_no_clinical_answer(frozen, report):
    read = flowing(report(frozen))

    for said in (
        "1. Authority and consent", "5. Account", ACCOUNT, "10. Genital and anal",
        "11. Not done or declined", "declined", "15. Opinion", ABSENCE,
        "18. Declaration", frozen.completion.content_sha256,
    ):  # fmt: skip
        assert squeezed(said) in read
    for code, held in frozen.answers.items():
        question = frozen.pack.question(code)
        if question.disclosure in {"C", "P"} and question.kind in {Q.TEXT, Q.LONG}:
            assert squeezed(held.get("v", code)) not in read
    for hidden in ("Kisumu", "HIV", "refused", "alleged"):
        assert hidden not in read


def test_addenda_are_printed_with_the_original(frozen, form, report):
    at = frozen.completion.completed_at
    late = FrozenAddendum(1, at, "Clara Chebet", "Seen again", "The bruise is larger.")
    added = replace(frozen, addenda=(late,))

    for content in (form(added), report(added)):
        read = flowing(content)
        assert squeezed("The bruise is larger.") in read
        assert "ClaraChebet" in read
        assert "Gripofahand" in read


def test_ten_thousand_signs_break_across_pages(frozen, form, report):
    words = [f"word{n}" for n in range(1500)]
    account = {"v": {"by": "survivor", "words": " ".join(words)}}
    long = replace(frozen, answers={**frozen.answers, "ev.account": account})

    for content in (form(long), report(long)):
        read = set(re.findall(r"word\d+", text_of(content)))
        assert set(words) - read == set()


def test_signs_of_every_script_are_printed_or_spelled_out(frozen, form, report):
    said = "Nilisema لا mara tatu 😭 አይ."
    account = {"v": {"by": "survivor", "words": said}}
    given = replace(frozen, answers={**frozen.answers, "ev.account": account})

    for content in (form(given), report(given)):
        read = flowing(content)
        assert squeezed("Nilisema") in read
        assert squeezed("[U+1F62D loudly crying face]") in read
        assert squeezed("[U+12A0, U+12ED]") in read
        assert squeezed("nothing was left out") in read
    assert "nothing was left out" not in flowing(form(frozen))


def test_an_examination_without_injury_sample_or_photograph_is_whole(
    frozen, form, report
):
    bare = replace(frozen, injuries=(), samples=(), consents=(), identity={})

    for content in (form(bare), report(bare)):
        read = flowing(content)
        assert squeezed("No injury was recorded in this examination.") in read
        assert squeezed("No specimen was taken in this examination.") in read


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The patient was raped on Sunday.", "was raped"),
        ("The alleged assailant was seen.", "alleged"),
        ("She denies a fall.", "denies"),
        ("Negative for abuse.", "Negative for abuse"),
        ("This was non-consensual.", "non-consensual"),
        ("Hymen intact, no injury.", "Hymen intact"),
        ("She refused the swab.", "refused"),
        ("A bruise 3 days old.", "bruise 3 days old"),
        ("Caused by a belt.", "Caused by"),
        ("The victim is calm.", "victim"),
        ("She was intoxicated.", "intoxicated"),
    ],
)
def test_words_that_decide_or_judge_are_found(text, found):
    assert [fault.found for fault in wording_faults(text)] == [found]


@pytest.mark.parametrize(
    "text",
    [
        "No injury seen; this does not exclude the events described.",
        "The findings are consistent with the account because of the grip marks.",
        "She states: “He raped me, and I was refused help.”",
        "The patient declined the swab and reports a fall.",
        "No opinion is offered. The bruise cannot be dated.",
        "Consent to the examination is recorded.",
    ],
)
def test_neutral_words_pass(text):
    assert wording_faults(text) == []


def test_an_opinion_that_decides_is_not_issued_until_it_is_worded_anew(frozen, nurse):
    answers = {**frozen.answers, "op.summary": {"v": "The patient was raped."}}
    given = replace(frozen, answers=answers)

    with pytest.raises(RuleError, match="was raped"):
        issue_document(frozen=given, paper=Paper.REPORT, by=nurse)

    at = frozen.completion.completed_at
    anew = FrozenAddendum(1, at, "Nadia Njoroge", "Wording", "Findings as described.")
    again = replace(given, addenda=(anew,))
    assert issue_document(frozen=again, paper=Paper.REPORT, by=nurse).number


@pytest.mark.parametrize("name", ["print_form", "print_report"])
def test_a_paper_comes_from_its_page(kenyan, nurse, browse, name):
    address = reverse(name, args=[kenyan.reference])

    answer = browse(nurse).post(address)

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert squeezed(str(kenyan.case)) in squeezed(text_of(answer.content))
    assert browse(nurse).get(address).status_code == 405


@pytest.mark.parametrize("name", ["print_form", "print_report"])
def test_a_paper_out_of_reach_is_not_there(kenyan, nurse_off_team, browse, name):
    address = reverse(name, args=[kenyan.reference])

    assert browse(nurse_off_team).post(address).status_code == 404


def test_a_paper_that_may_not_go_out_was_not_issued(kenyan, nurse, browse):
    notes = AccessNote.objects.filter(kind=Kind.PRINTED)
    before = notes.count()

    answer = browse(nurse).post(
        reverse("print_form", args=[kenyan.reference]), {"recipient": "agency:police"}
    )

    assert answer.status_code == 409
    assert "C17" in answer.content.decode()
    assert notes.count() == before


@pytest.mark.parametrize("name", ["who-core-adult", "who-core-child"])
def test_a_pack_without_an_official_form_prints_every_answer(
    consented, decide, nurse, form, report, name
):
    decide(consented, "C08")
    found = actions.begin_examination(case=consented, pack_name=name, by=nurse)
    opened = actions.open_examination(examination=found, by=nurse)
    fill(found, nurse, given_of(opened.pack))
    actions.complete_examination(examination=found, by=nurse)
    frozen = actions.frozen_examination(examination=found, by=nurse)

    read = flowing(form(frozen))
    for many in other_lines(frozen).values():
        for line in many:
            assert squeezed(line.words) in read
    assert squeezed(ABSENCE) in flowing(report(frozen))
