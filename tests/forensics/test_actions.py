"""Every act of an examination: done, refused, a rule broken, written down."""

from __future__ import annotations

import hashlib

import pytest
from django.db import DatabaseError, connection, transaction
from PIL import Image

from centre.core.errors import AccessError, ConsentError, RuleError
from centre.core.models import AccessNote, Draft, Opening
from centre.core.verification import faults
from centre.forensics import actions
from centre.forensics.models import (
    Addendum,
    AdviceAnswer,
    Completion,
    Examination,
    Injury,
    Photograph,
    PhotographCopy,
    SampleTaken,
)
from centre.forensics.queries import care
from centre.forensics.queries.injuries import numbers
from centre.ledger import canonical
from centre.ledger.models import Entry
from centre.vault import files
from tests.core.test_verification import behind_the_back
from tests.forensics.conftest import (
    PACK,
    add,
    describe,
    fill,
    keep,
    mark,
    picture,
)

HIV = {"inv.hiv": {"v": "negative"}}
STRANGERS = ["counsellor", "custodian", "nurse_off_team", "nurse_elsewhere", "leaver"]


def section_of(code):
    return {p.name: p for p in actions.packs()}[PACK].by_code[code].section


def kinds():
    return list(Entry.objects.order_by("log", "n").values_list("kind", flat=True))


def take(examination, by, **more):
    from centre.core import clock

    told = {
        "specimen": "SKIN-SW",
        "site": "left forearm",
        "method": "wet_dry",
        "collected_at": clock.now(),
        **more,
    }
    return actions.take_sample(examination=examination, by=by, **told)


ACTS = {
    "begin": lambda e, by: actions.begin_examination(
        case=e.case, pack_name=PACK, by=by
    ),
    "keep": lambda e, by: keep(e, by, section_of("mh.meds"), {}),
    "open": lambda e, by: actions.open_examination(examination=e, by=by),
    "mark": lambda e, by: mark(e, by, number=2, view="body_post", revision=1),
    "describe": describe,
    "remove": lambda e, by: actions.remove_injury(
        examination=e, number=1, revision=1, by=by
    ),
    "photograph": add,
    "sample": take,
    "advice": lambda e, by: actions.answer_advice(
        examination=e, rule="PEP", done="followed", by=by
    ),
    "complete": lambda e, by: actions.complete_examination(examination=e, by=by),
    "addendum": lambda e, by: actions.add_addendum(
        examination=e, reason="r", text="t", by=by
    ),
    "read": lambda e, by: actions.open_frozen(examination=e, by=by),
    "print": lambda e, by: actions.frozen_examination(examination=e, by=by),
}
CHANGES = ("keep", "mark", "describe", "remove", "photograph", "sample", "complete")


@pytest.mark.parametrize("person", STRANGERS)
@pytest.mark.parametrize("act", ACTS)
def test_only_the_care_team_s_clinical_roles_act(marked, act, person, request):
    before = Entry.objects.count()
    stranger = request.getfixturevalue(person)
    enrolled = Entry.objects.count()

    with pytest.raises(AccessError):
        ACTS[act](marked, stranger)

    assert enrolled >= before
    assert Entry.objects.count() == enrolled


@pytest.mark.parametrize("act", CHANGES)
def test_nothing_in_a_completed_examination_changes(marked, nurse, act):
    describe(marked, nurse)
    fill(marked, nurse)
    actions.complete_examination(examination=marked, by=nurse)

    with pytest.raises(RuleError, match="Add an addendum instead"):
        ACTS[act](marked, nurse)


def test_beginning_keeps_the_form_with_its_fingerprint(case, nurse):
    found = actions.begin_examination(case=case, pack_name=PACK, by=nurse)

    pack = {p.name: p for p in actions.packs()}[PACK]
    assert (found.pack, found.pack_version) == (pack.name, pack.version)
    assert found.fingerprint == pack.fingerprint
    assert "examination.begun" in kinds()
    assert Opening.objects.filter(row=found.pk).exists()


def test_one_examination_at_a_time_and_only_with_its_forms(examination, nurse):
    with pytest.raises(RuleError, match="under way"):
        actions.begin_examination(case=examination.case, pack_name=PACK, by=nurse)
    with pytest.raises(RuleError, match="no such form"):
        actions.begin_examination(
            case=examination.case, pack_name="centre-triage", by=nurse
        )


def test_a_finding_keeps_the_decision_it_stands_on(examination, nurse, decide):
    decision = decide(examination.case, "C06a")

    draft = keep(examination, nurse, section_of("inv.hiv"), HIV)

    assert draft.content["consents"] == {"C06a": [str(decision.pk)]}


@pytest.mark.parametrize("state", ["withdrawn", "declined", "deferred"])
def test_without_consent_only_a_reason_is_kept(examination, nurse, decide, state):
    section = section_of("inv.hiv")
    decide(examination.case, "C06a", state=state)

    with pytest.raises(ConsentError, match="HIV test"):
        keep(examination, nurse, section, HIV)
    assert not Draft.objects.filter(about=examination.pk).exists()

    reason = {"inv.hiv": {"r": "not_performed", "sub": "not_indicated"}}
    assert keep(examination, nurse, section, reason).content["answers"] == reason


def test_a_consent_never_talked_about_is_no_consent(case, nurse):
    found = actions.begin_examination(case=case, pack_name=PACK, by=nurse)

    with pytest.raises(ConsentError, match="has not been talked about"):
        keep(found, nurse, section_of("inv.hiv"), HIV)


def test_what_was_found_before_consent_ended_stays(examination, nurse, decide):
    section = section_of("inv.hiv")
    kept = keep(examination, nurse, section, HIV)
    relied = kept.content["consents"]
    decide(examination.case, "C06a", state="withdrawn")

    more = {**HIV, "inv.hb": {"r": "pending"}}
    again = keep(examination, nurse, section, more, revision=kept.revision)

    assert again.content["consents"] == relied
    changed = {"inv.hiv": {"v": "positive"}}
    with pytest.raises(ConsentError):
        keep(examination, nurse, section, changed, revision=again.revision)


def test_an_answer_of_another_section_is_refused(examination, nurse):
    with pytest.raises(RuleError, match="does not belong"):
        keep(examination, nurse, section_of("mh.meds"), HIV)
    with pytest.raises(RuleError, match="no such section"):
        keep(examination, nurse, "no-such", {})


def test_opening_is_written_down(examination, nurse):
    opened = actions.open_examination(examination=examination, by=nurse)

    note = AccessNote.objects.filter(case=examination.case).latest("at")
    assert (note.user, note.kind, note.what) == (nurse, "read", "examination")
    assert not opened.is_complete


def test_what_triage_was_told_is_not_asked_again(examination, nurse):
    from centre.intake.actions import forms
    from centre.intake.rules.forms import Form

    forms.keep_section(
        case=examination.case,
        form=Form.TRIAGE,
        section="person",
        content={
            "answers": {"tri.age_est": {"v": 27}, "tri.sex_recorded": {"v": "male"}}
        },
        revision=0,
        by=nurse,
    )

    facts = actions.facts_of(examination)

    assert (facts["age"], facts["sex"]) == (27, "male")
    assert facts["organs"] == ["penis", "testes"]


def test_a_mark_makes_an_injury_and_each_change_a_revision(examination, nurse):
    mark(examination, nurse)
    described = describe(examination, nurse)

    assert [(r.number, r.revision) for r in Injury.objects.all()] == [(1, 1), (1, 2)]
    assert described.details["marks"] == Injury.objects.get(revision=1).details["marks"]
    assert kinds().count("injury.noted") == 2


def test_marks_need_consent_to_look_where_they_are(examination, nurse, decide):
    decide(examination.case, "C03", state="withdrawn")

    with pytest.raises(ConsentError, match="External genital"):
        mark(examination, nurse, view="vulva_adult")
    mark(examination, nurse)

    assert numbers(examination).used == (1,)


def test_the_same_marks_again_write_nothing(marked, nurse):
    assert mark(marked, nurse, revision=0) == []
    assert Injury.objects.count() == 1


def test_marks_seen_too_long_ago_are_not_overwritten(marked, nurse):
    with pytest.raises(actions.ChangedError, match="Compare both versions"):
        mark(marked, nurse, number=2, revision=0)


def test_an_injury_changed_meanwhile_is_not_overwritten(marked, nurse):
    describe(marked, nurse)

    with pytest.raises(actions.ChangedError):
        describe(marked, nurse, shape="round")


def test_a_mark_off_the_figure_is_refused_unless_confirmed(examination, nurse):
    def place(*, is_confirmed):
        return actions.keep_marks(
            examination=examination,
            view_id="body_ant",
            placed=[actions.Placed(1, "bruise", 0.01, 0.01, is_confirmed)],
            revision=0,
            by=nurse,
        )

    with pytest.raises(RuleError, match="off the figure"):
        place(is_confirmed=False)
    assert place(is_confirmed=True)


def test_taking_the_only_mark_of_a_bare_injury_takes_it_out(marked, nurse):
    actions.keep_marks(
        examination=marked, view_id="body_ant", placed=[], revision=1, by=nurse
    )

    assert numbers(marked).standing == {}
    with pytest.raises(RuleError, match="Use 2 instead"):
        mark(marked, nurse, revision=2)


def test_taking_the_only_mark_of_a_described_injury_leaves_it(marked, nurse):
    describe(marked, nurse)

    actions.keep_marks(
        examination=marked, view_id="body_ant", placed=[], revision=2, by=nurse
    )

    assert list(numbers(marked).standing) == [1]
    fill(marked, nurse)
    with pytest.raises(RuleError, match="1 answer is"):
        actions.complete_examination(examination=marked, by=nurse)


def test_two_classes_under_one_number_are_refused(examination, nurse):
    placed = [actions.Placed(1, k, 0.5, y) for k, y in (("bruise", 0.3), ("bite", 0.4))]

    with pytest.raises(RuleError, match="two classes"):
        actions.keep_marks(
            examination=examination,
            view_id="body_ant",
            placed=placed,
            revision=0,
            by=nurse,
        )


@pytest.mark.parametrize(
    ("kind", "item"), [("body", "C13"), ("intimate", "C14"), ("face", "C15")]
)
def test_each_class_of_photograph_needs_its_own_consent(
    examination, nurse, decide, kind, item
):
    row = add(examination, nurse, kind=kind)
    decide(examination.case, item, state="withdrawn")

    with pytest.raises(ConsentError):
        add(examination, nurse, kind=kind)

    assert row.is_intimate is (kind == "intimate")
    assert Photograph.objects.count() == 1


def test_the_original_stays_as_it_was_to_the_byte(examination, nurse):
    exif = Image.Exif()
    exif[0x010F] = "Camera of somebody"
    original = picture((100, 80), exif=exif.tobytes())

    row = add(examination, nurse, original=original)

    assert row.sha256 == hashlib.sha256(original).hexdigest()
    assert actions.open_original(photograph=row, by=nurse) == original
    assert actions.open_photograph(photograph=row, by=nurse) != original
    assert files.exists(row.blob_id)
    assert {"photo.added", "photo.copied"} <= set(kinds())


def test_a_photograph_that_fails_halfway_leaves_no_file(
    examination, nurse, monkeypatch, settings
):
    def files_now():
        return sorted(p.name for p in settings.VAULT_BLOBS.rglob("*") if p.is_file())

    before = files_now()

    def fails(*args, **kwargs):
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(PhotographCopy.objects, "create", fails)
    with pytest.raises(RuntimeError):
        add(examination, nurse)

    assert files_now() == before
    assert not Photograph.objects.exists()


def test_a_photograph_that_cannot_be_read_is_refused_before_anything(
    examination, nurse
):
    with pytest.raises(RuleError, match="not a photograph"):
        add(examination, nurse, original=b"words")

    assert not Photograph.objects.exists()


def test_a_sample_becomes_an_item_of_evidence(examination, nurse):
    item = take(examination, nurse)

    assert SampleTaken.objects.get().item == item
    assert {"item.collected", "sample.taken"} <= set(kinds())


def test_a_sample_needs_consent_and_leaves_no_item_without(examination, nurse, decide):
    decide(examination.case, "C09", state="withdrawn")

    with pytest.raises(ConsentError):
        take(examination, nurse)

    assert not SampleTaken.objects.exists()


def test_a_sample_goes_with_the_open_kit(examination, nurse, custodian):
    from centre.chain_of_custody import actions as custody

    kit = custody.stock_kit(centre=examination.case.centre, kind="adult", by=custodian)
    custody.issue_kit(kit=kit, case=examination.case, by=custodian, is_intact=True)
    assert take(examination, nurse).kit is None
    custody.open_kit(kit=kit, by=nurse, seal_was_intact=True)

    assert take(examination, nurse, site="right forearm").kit == kit


def test_an_answer_to_advice_keeps_what_it_stood_on(examination, nurse):
    row = actions.answer_advice(
        examination=examination,
        rule="PEP",
        done="not_now",
        because="She wants to think",
        by=nurse,
    )

    assert row.details["verdict"] == "offer"
    assert row.details["because"] == "She wants to think"
    assert row.details["inputs"]["age"] == "25"
    assert row.details["rules"] == "who-care 2026.2"
    assert row.details["fingerprint"] == care.care_pack().fingerprint
    assert "advice.answered" in kinds()


@pytest.mark.parametrize(
    ("rule", "done", "because"),
    [("PEP", "not_now", " "), ("PEP", "perhaps", "x"), ("NONE", "followed", "")],
)
def test_an_answer_to_advice_follows_its_rules(examination, nurse, rule, done, because):
    with pytest.raises(RuleError):
        actions.answer_advice(
            examination=examination, rule=rule, done=done, because=because, by=nurse
        )

    assert not AdviceAnswer.objects.exists()


def test_completing_needs_a_value_or_a_reason_everywhere(examination, nurse):
    with pytest.raises(RuleError, match="without a value or a reason"):
        actions.complete_examination(examination=examination, by=nurse)

    assert not Completion.objects.exists()


def test_completing_freezes_everything_and_its_hash(marked, nurse):
    describe(marked, nurse)
    photograph = add(marked, nurse, injury=1)
    item = take(marked, nurse)
    fill(marked, nurse, {"inv.hiv": "negative"})

    row = actions.complete_examination(examination=marked, by=nurse)

    content = row.content
    digest = hashlib.sha256(canonical.encode(content)).hexdigest()
    assert row.content_sha256 == digest
    assert content["pack"]["fingerprint"] == marked.fingerprint
    assert content["answers"]["inv.hiv"] == {"v": "negative"}
    assert content["answers"]["inj.map"]["v"] == [{"injury": 1, "view": "body_ant"}]
    assert [i["number"] for i in content["injuries"]] == [1]
    assert [p["sha256"] for p in content["photographs"]] == [photograph.sha256]
    assert [s["item"] for s in content["samples"]] == [item.code]
    assert {"C02", "C06a", "C13"} <= {c["item"] for c in content["consents"]}
    assert kinds().count("examination.completed") == 1
    assert list(faults()) == []


def test_completing_twice_is_refused(completed, nurse):
    with pytest.raises(RuleError, match="complete"):
        actions.complete_examination(examination=completed, by=nurse)

    assert Completion.objects.count() == 1


def test_a_withdrawal_before_completing_keeps_what_was_found(
    examination, nurse, decide
):
    fill(examination, nurse, {"inv.hiv": "negative"})
    decide(examination.case, "C06a", state="withdrawn")

    row = actions.complete_examination(examination=examination, by=nurse)

    assert row.content["answers"]["inv.hiv"] == {"v": "negative"}


def test_an_addendum_stands_beside_the_original(completed, nurse):
    before = Completion.objects.get().content_sha256

    actions.add_addendum(examination=completed, reason="Late", text="More", by=nurse)
    actions.add_addendum(examination=completed, reason="Late", text="Yet", by=nurse)

    assert [a.number for a in Addendum.objects.all()] == [1, 2]
    assert Completion.objects.get().content_sha256 == before
    assert "addendum.added" in kinds()


@pytest.mark.parametrize(("reason", "text"), [("", "More"), ("Late", "  ")])
def test_an_addendum_needs_words_and_a_reason(completed, nurse, reason, text):
    with pytest.raises(RuleError):
        actions.add_addendum(examination=completed, reason=reason, text=text, by=nurse)


def test_an_open_examination_takes_no_addendum_and_no_paper(examination, nurse):
    for act in ("addendum", "read", "print"):
        with pytest.raises(RuleError, match="not complete yet"):
            ACTS[act](examination, nurse)


def test_papers_get_the_frozen_content_and_this_is_written_down(completed, nurse):
    frozen = actions.frozen_examination(examination=completed, by=nurse)

    row = Completion.objects.get()
    assert frozen.completion.content_sha256 == row.content_sha256
    assert frozen.answers == row.content["answers"]
    assert frozen.pack.fingerprint == completed.fingerprint
    notes = AccessNote.objects.filter(case=completed.case)
    assert {"print", "read"} <= set(notes.values_list("kind", flat=True))
    assert "identity" in set(notes.values_list("what", flat=True))


@pytest.mark.parametrize(
    "model", [Examination, Completion, Injury, Photograph, PhotographCopy, SampleTaken]
)
def test_the_database_itself_refuses_to_change_what_is_written_once(
    marked, nurse, model
):
    describe(marked, nurse)
    add(marked, nurse)
    take(marked, nurse)
    fill(marked, nurse)
    actions.complete_examination(examination=marked, by=nurse)
    table = model._meta.db_table

    changes = (
        f"UPDATE {table} SET case_id = case_id",
        f"DELETE FROM {table}",
    )
    for statement in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            connection.cursor().execute(statement)


@pytest.mark.parametrize("column", ["content_sha256", "content"])
def test_a_byte_changed_behind_the_back_is_found(completed, column):
    """Negative control: with the guards gone, verification still names the row."""
    table = Completion._meta.db_table
    blank = "0" * 64 if column == "content_sha256" else b"0" * 64
    behind_the_back(table, f"UPDATE {table} SET {column} = %s", blank)

    found = [fault for fault in faults() if fault.table == table]

    assert found


def test_a_file_changed_behind_the_back_is_found(examination, nurse):
    row = add(examination, nurse)
    path = files.path_of(row.blob_id)
    path.chmod(0o600)
    sealed = path.read_bytes()
    path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))

    assert any(fault.row == str(row.pk) for fault in faults())
