"""Triage from the first page to the signed form, as a nurse does it in the browser."""

from __future__ import annotations

import pytest
from django.urls import reverse

from centre.core.models import Opening
from centre.demo.filling import fill
from centre.intake.actions import forms as actions
from centre.intake.models import FilledForm
from centre.intake.rules.forms import Form
from centre.packs.read import load

TRIAGE = {
    "tri.arrival_mode": "alone",
    "tri.abc": ["none"],
    "tri.private_ask": "yes",
    "tri.age_known": "estimated",
    "tri.age_est": 30,
    "tri.sex_recorded": "female",
    "tri.organs": ["uterus_ovaries", "vagina", "breasts"],
    "tri.language": "swa",
    "tri.interp_need": "no",
    "tri.disability": ["none"],
    "tri.priority": "orange",
}


@pytest.fixture
def triaged(case, nurse):
    """Triage kept with reasons everywhere else, and finished."""
    from centre.core import clock
    from centre.packs.partial import read

    zone = clock.ZoneInfo("Africa/Nairobi")
    now = f"{clock.local(clock.now(), 'Africa/Nairobi'):%Y-%m-%d %H:%M}"
    given = {**TRIAGE, "tri.arrival_at": read(now, zone).to_json()}

    def keep(section, answers):
        actions.keep_section(
            case=case,
            form=Form.TRIAGE,
            section=section,
            content={"answers": answers},
            revision=0,
            by=nurse,
        )

    fill(load("centre-triage"), given, actions.facts_of(case), keep)
    return actions.complete_form(case=case, form=Form.TRIAGE, by=nurse)


def test_a_finished_triage_is_frozen_with_its_pack_and_bound(triaged):
    assert triaged.fingerprint == load("centre-triage").fingerprint
    assert triaged.answers["tri.age_est"] == {"v": 30}
    payload = Opening.objects.get(row=triaged.pk).secret["payload"]
    assert payload["row"]["fingerprint"] == triaged.fingerprint


def test_the_review_page_lists_what_is_open_with_links(case, nurse, browse):
    page = browse(nurse).get(reverse("intake_review", args=[case.reference, "triage"]))

    assert "Still without a value or reason" in page.content.decode()
    assert page.context["lacking"][0]["href"].startswith("/intake/cases/")


def test_ten_thousand_characters_emoji_and_arabic_are_kept_as_typed(
    case, nurse, browse
):
    client = browse(nurse)
    section = next(
        s.code
        for s in load("centre-triage").sections
        for q in s.questions
        if q.code == "tri.gender_words"
    )
    words = "مرحبا 👩‍⚕️ " + "x" * 180
    address = reverse("intake_section", args=[case.reference, "triage", section])
    posted = {"version": "0", "tri.gender": "other", "tri.gender_words": words}

    client.post(address, {"version": "0", "tri.gender": "other"})
    client.post(address, {**posted, "version": "1"})

    page = client.get(address).content.decode()
    assert "مرحبا" in page
    assert "👩‍⚕️" in page


def test_a_nul_sign_never_breaks_a_page(case, nurse, browse):
    client = browse(nurse)
    address = reverse("intake_section", args=[case.reference, "triage", "person"])

    answer = client.post(address, {"version": "0", "tri.gender_words": "a\x00b"})

    assert answer.status_code < 500


def test_an_impossible_date_gets_a_sentence_and_stays_typed(case, nurse, browse):
    client = browse(nurse)
    address = reverse("intake_section", args=[case.reference, "triage", "event"])

    answer = client.post(
        address,
        {
            "version": "0",
            "tri.incident_end__day": "31",
            "tri.incident_end__month": "2",
            "tri.incident_end__year": "2026",
        },
    )

    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="31"' in page
    assert "error" in page


def test_a_triage_page_asks_a_constant_number_of_queries(
    case, nurse, browse, django_assert_max_num_queries
):
    client = browse(nurse)
    address = reverse("intake_section", args=[case.reference, "triage", "danger"])

    with django_assert_max_num_queries(22):
        client.get(address)


def test_sending_the_finish_twice_makes_one_more_version_not_a_crash(triaged, nurse):
    actions.complete_form(case=triaged.case, form=Form.TRIAGE, by=nurse)

    assert FilledForm.objects.count() == 2


def test_a_finished_form_says_that_finishing_again_keeps_a_new_version(
    triaged, nurse, browse
):
    address = reverse("intake_review", args=[triaged.case.reference, "triage"])

    assert "This form is finished." in browse(nurse).get(address).content.decode()
