"""Arrival: opening a case, triage and intake kept and finished, identity, contact."""

from __future__ import annotations

import pytest
from django.urls import reverse

from centre.core.errors import AccessError, RuleError
from centre.core.models import AccessNote, Case, Draft
from centre.intake import queries
from centre.intake.actions import forms as actions
from centre.intake.actions import identity
from centre.intake.models import FilledForm, Identity
from centre.intake.rules.forms import Form
from centre.packs import answers as pack_answers
from centre.packs.read import load


def keep(case, by, section, answers, *, form=Form.TRIAGE, revision=0):
    return actions.keep_section(
        case=case,
        form=form,
        section=section,
        content={"answers": answers},
        revision=revision,
        by=by,
    )


def fill_with_reasons(case, by, form):
    """Give every question of a form the first value or reason it takes."""
    pack = load(f"centre-{form}")
    for section in pack.sections:
        answers = {q.code: first_answer(q) for q in section.questions}
        keep(case, by, section.code, {c: a for c, a in answers.items() if a}, form=form)


def first_answer(question):
    simple = {
        "bool": True,
        "bool3": "no",
        "choice": question.choices[0] if question.choices else None,
        "multi": [question.choices[-1]] if question.choices else None,
        "text": "nothing to add",
        "long": "nothing to add",
    }
    value = simple.get(str(question.kind))
    return {"v": value} if value is not None else {"r": "unknown"}


def test_a_case_is_opened_once_even_when_sent_twice(nurse, browse):
    client = browse(nurse)
    page = client.get(reverse("open_case"))
    token = str(page.context["form"]["token"].value())
    posted = {"token": token, "registration": "named", "age_band": "25-59"}

    first = client.post(reverse("open_case"), posted)
    second = client.post(reverse("open_case"), posted)

    assert first.status_code == 302
    assert second.url == first.url
    assert Case.objects.count() == 1


def test_a_section_is_kept_by_the_page_and_says_when(case, nurse, browse):
    client = browse(nurse)
    section = load("centre-triage").sections[0]
    address = reverse("intake_section", args=[case.reference, "triage", section.code])

    answer = client.post(address, {"version": "0"}, headers={"X-Kept-By": "page"})

    assert answer.status_code == 200
    assert answer.json()["version"] == 1
    assert Draft.objects.count() == 1


def test_two_people_on_one_section_both_keep_their_words(
    case, nurse, clinician, on_team
):
    on_team(clinician)
    keep(case, nurse, "arrival", {"tri.arrival_mode": {"v": "police"}})

    with pytest.raises(RuleError, match="Somebody else kept"):
        keep(case, clinician, "arrival", {"tri.arrival_mode": {"v": "alone"}})

    kept = Draft.objects.get().content["answers"]
    assert kept == {"tri.arrival_mode": {"v": "police"}}


def test_finishing_lists_what_lacks_a_value_or_a_reason(case, nurse):
    with pytest.raises(RuleError, match="neither an answer nor a reason"):
        actions.complete_form(case=case, form=Form.TRIAGE, by=nurse)

    assert not FilledForm.objects.exists()


@pytest.mark.parametrize("person", ["custodian", "counsellor", "nurse_off_team"])
def test_only_the_care_team_s_clinical_roles_keep_triage(case, person, request):
    other = request.getfixturevalue(person)

    with pytest.raises(AccessError):
        keep(case, other, "arrival", {})


def test_reading_identity_is_written_down(case, nurse):
    identity.keep_identity(case=case, details={"given_names": "Amani"}, by=nurse)

    opened = identity.open_identity(case=case, by=nurse)

    assert opened["given_names"] == "Amani"
    note = AccessNote.objects.filter(case=case, kind="read").latest("at")
    assert (note.user, note.what) == (nurse, "identity")


def test_an_anonymous_case_keeps_no_identifier(centre, nurse):
    from centre.core.actions.cases import open_case

    case = open_case(
        centre=centre, registration="anonymous", age_band="18-24", by=nurse
    )

    with pytest.raises(RuleError, match="registered without identifiers"):
        identity.keep_identity(case=case, details={"given_names": "X"}, by=nurse)

    assert not Identity.objects.exists()


def test_a_correction_is_a_new_version_and_the_old_one_stays(case, nurse):
    identity.keep_identity(case=case, details={"given_names": "Amina"}, by=nurse)
    identity.keep_identity(case=case, details={"given_names": "Amani"}, by=nurse)

    assert [r.details["given_names"] for r in Identity.objects.all()] == [
        "Amina",
        "Amani",
    ]


def test_hours_since_are_known_as_soon_as_the_time_is_kept(case, nurse, monday):
    from centre.core import clock
    from centre.packs.partial import read

    told = read("2026-05-31", clock.ZoneInfo("Africa/Nairobi"))
    keep(case, nurse, "incident", {"tri.incident_end": {"v": told.to_json()}})

    least, most = queries.hours(case, clock.now())

    assert (least, most) == (12.0, 36.0)


def test_hiding_a_question_keeps_the_earlier_answer_in_the_draft(case, nurse):
    pack = load("centre-triage")
    kept = {"tri.pregnant_known": {"v": "yes"}, "tri.sex_recorded": {"v": "male"}}

    settled = pack_answers.settled(pack, kept, {})
    keep(case, nurse, "body", kept)

    assert Draft.objects.get().content["answers"] == kept
    assert settled
