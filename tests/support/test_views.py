"""What a person sees and can do, without JavaScript."""

from __future__ import annotations

from datetime import timedelta

import pytest

from centre.core import clock
from centre.support.actions.plans import revise_plan
from centre.support.models import (
    Appointment,
    Goal,
    Plan,
    Referral,
    ReferralEvent,
    SessionNote,
    Step,
)
from tests.support.conftest import NEXT_MONTH, content

PLAN = {
    "summary": "I want my life back.",
    "has_children": "no",
    "review_on": "2026-06-15",
    **{
        f"{family}_{part}": value
        for family in ("psychological", "shelter", "legal", "economic", "child")
        for part, value in (("need", "not_asked"), ("words", ""))
    },
}
REFERRAL = {
    "family": "shelter",
    "urgency": "usual",
    "needs": "A bed from tonight.",
    "channel": "Call to the night desk",
}


def test_a_plan_is_made_and_worked_by_hand(case, carer, browse):
    browser = browse(carer)
    begin = browser.get(f"/support/cases/{case.reference}/plan/", follow=True)
    assert begin.status_code == 200

    page = browser.post(
        f"/support/cases/{case.reference}/plan/new/",
        {**PLAN, "shelter_need": "wanted", "shelter_words": "A safe bed."},
        follow=True,
    )
    plan = Plan.objects.get()
    assert "A safe bed." in page.content.decode()

    browser.post(
        f"/support/plans/{plan.reference}/goals/new/shelter/",
        {"words": "A door that locks.", "state": "not_started"},
    )
    goal = Goal.objects.get()
    browser.post(
        f"/support/goals/{goal.reference}/steps/new/",
        {"words": "Call the desk.", "owner": str(carer.pk), "due_on": "2026-06-02"},
    )
    step = Step.objects.get()
    page = browser.post(
        f"/support/steps/{step.reference}/done/", {"seen": "1"}, follow=True
    )

    text = page.content.decode()
    assert "A door that locks." in text
    assert "Call the desk." in text
    step.refresh_from_db()
    assert step.done_by == carer


def test_the_second_writer_compares_both_versions(plan, carer, browse):
    browser = browse(carer)
    url = f"/support/plans/{plan.reference}/revise/"
    browser.get(url)
    revise_plan(
        plan=plan,
        seen=1,
        content=content(legal="wanted"),
        review_on=NEXT_MONTH,
        by=carer,
    )

    mine = {**PLAN, "summary": "My own words.", "seen": "1"}
    page = browser.post(url, mine)

    text = page.content.decode()
    assert page.status_code == 200
    assert "Both versions" in text
    assert "My own words." in text
    assert "I want my life back." in text
    assert "Coral Cherono" in text
    assert Plan.objects.get().version == 2

    seen = page.context["form"]["seen"].value()
    assert seen == "2"
    browser.post(url, {**mine, "seen": seen})
    assert Plan.objects.get().content["summary"] == "My own words."
    assert Plan.objects.get().history.count() == 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"review_on": "2026-02-31"}, "Enter a valid date"),
        ({"review_on": "1999-01-01"}, "This date has passed"),
        ({"summary": "x" * 10_001}, "at most 10000"),
        ({"summary": "a\x00b"}, "Null characters"),
        ({"child_need": "wanted"}, "applies only if the survivor is a child"),
    ],
)
def test_bad_input_gets_a_sentence_and_loses_nothing(
    case, carer, browse, change, words
):
    url = f"/support/cases/{case.reference}/plan/new/"
    page = browse(carer).post(url, {**PLAN, "legal_words": "مرحبا 😀", **change})

    text = page.content.decode()
    assert page.status_code == 200
    assert words in text
    assert "مرحبا 😀" in text
    assert not Plan.objects.exists()


def test_a_double_submit_makes_one_plan(case, carer, browse):
    browser = browse(carer)
    url = f"/support/cases/{case.reference}/plan/new/"
    token = str(browser.get(url).context["form"]["token"].value())

    first = browser.post(url, {**PLAN, "token": token})
    second = browser.post(url, {**PLAN, "token": token})

    assert first.url == second.url
    assert Plan.objects.count() == 1


@pytest.fixture
def send(case, carer, browse, shelter):
    """Send the referral form as the counsellor."""
    browser = browse(carer)
    url = f"/support/cases/{case.reference}/referrals/new/"

    def post(**change):
        return browser.post(
            url, {**REFERRAL, "agency": str(shelter.pk), **change}, follow=True
        )

    return post


def test_a_referral_is_sent_answered_and_closed_by_hand(
    case, carer, browse, shelter, consents, send
):
    consents(case, shelter)
    page = send(shares=["D3"])
    sent = Referral.objects.get()
    text = page.content.decode()
    assert "A bed from tonight." in text
    assert "Sent, no answer yet" in text

    browser = browse(carer)
    home = sent.get_absolute_url()
    today = clock.now().date().isoformat()
    answered = {"who": "Night desk", "how": "By phone", "happened_on": today}
    browser.post(f"{home}accept/", answered)
    browser.post(f"{home}attend/", {"happened_on": today})
    page = browser.post(
        f"{home}close/",
        {"reason": "helped", "helped": "yes", "happened_on": today},
        follow=True,
    )

    assert "The help was given" in page.content.decode()
    assert ReferralEvent.objects.count() == 3


def test_consent_withdrawn_between_page_and_submit_writes_nothing(
    case, carer, shelter, consents, withdraw, browse, send
):
    consents(case, shelter)
    page = browse(carer).get(f"/support/cases/{case.reference}/referrals/new/")
    assert page.status_code == 200
    withdraw(case, shelter)

    page = send()

    text = page.content.decode()
    assert "the survivor has taken her consent back" in text
    assert "A bed from tonight." in text
    assert not Referral.objects.exists()


def test_the_agency_reads_and_answers_in_its_own_account(
    referral, shelter_worker, browse
):
    browser = browse(shelter_worker)
    listed = browser.get("/support/incoming/")
    assert str(referral) in listed.content.decode()

    page = browser.get(f"/support/incoming/{referral.reference}/")
    assert "A bed from tonight, for one person." in page.content.decode()
    browser.post(
        f"/support/incoming/{referral.reference}/decline/", {"reason": "capacity"}
    )

    event = ReferralEvent.objects.get()
    assert (event.move, event.reason) == ("decline", "capacity")
    gone = browser.get(f"/support/incoming/{referral.reference}/")
    assert gone.status_code == 409


@pytest.mark.parametrize(
    ("person", "plan_status", "referral_status"),
    [
        ("nurse", 404, 200),
        ("nurse_off_team", 404, 404),
        ("supervisor", 404, 404),
        ("coordinator", 404, 404),
        ("investigator", 404, 404),
        ("custodian_elsewhere", 404, 404),
        ("shelter_worker", 404, 404),
    ],
)
def test_who_reaches_what(
    plan, referral, person, plan_status, referral_status, request, browse
):
    browser = browse(request.getfixturevalue(person))

    assert browser.get(plan.get_absolute_url()).status_code == plan_status
    assert browser.get(referral.get_absolute_url()).status_code == referral_status


def test_a_note_is_written_and_read_by_its_author(case, carer, browse):
    page = browse(carer).post(
        f"/support/cases/{case.reference}/sessions/new/",
        {
            "held_at": "2026-06-01T10:00",
            "minutes": "50",
            "mode": "in_person",
            "content": "She spoke of the nights.",
        },
        follow=True,
    )

    assert "She spoke of the nights." in page.content.decode()
    assert SessionNote.objects.get().author == carer


@pytest.mark.parametrize(
    "person", ["nurse", "supervisor", "coordinator", "auditor", "investigator"]
)
def test_a_note_is_a_404_like_any_missing_page(note, person, request, browse):
    browser = browse(request.getfixturevalue(person))

    hidden = browser.get(note.get_absolute_url())
    missing = browser.get("/support/sessions/NOSUCHNOTE/")
    assert (hidden.status_code, missing.status_code) == (404, 404)

    def body(page):
        return page.content.replace(note.reference.encode(), b"NOSUCHNOTE")

    assert len(body(hidden)) == len(body(missing))


def test_the_supervisor_finds_the_note_on_her_caseload(note, supervised, browse):
    browser = browse(supervised)
    page = browser.get("/support/caseload/")

    assert note.get_absolute_url() in page.content.decode()
    assert "the nights" in browser.get(note.get_absolute_url()).content.decode()


def test_the_coordinator_names_a_supervisor(carer, supervisor, coordinator, browse):
    page = browse(coordinator).post(
        "/support/supervisors/",
        {"counsellor": str(carer.pk), "supervisor": str(supervisor.pk)},
        follow=True,
    )

    assert page.context["rows"][0].supervisor == supervisor
    assert browse(carer).get("/support/supervisors/").status_code == 404


def test_an_appointment_by_hand(case, carer, browse, monday):
    browser = browse(carer)
    page = browser.post(
        f"/support/cases/{case.reference}/appointments/new/",
        {"starts_at": "2026-06-01T13:00", "place": "Room 3", "with_whom": "Coral"},
        follow=True,
    )
    made = Appointment.objects.get()
    assert "Room 3" in page.content.decode()

    monday.shift(timedelta(hours=2))
    page = browse(carer).post(made.get_absolute_url(), {"was_kept": "no"}, follow=True)
    assert "It did not take place" in page.content.decode()


def test_closing_names_the_open_referral(plan, referral, carer, browse):
    page = browse(carer).post(
        f"/support/plans/{plan.reference}/close/",
        {"seen": "1", "closure": "goals_met"},
    )

    assert str(referral) in page.content.decode()
    assert Plan.objects.get().closed_at is None


def test_the_plan_page_asks_the_same_number_of_queries(
    plan, goal, step, referral, move, carer, browse, django_assert_max_num_queries
):
    move(referral, "accept")
    browser = browse(carer)
    browser.get(plan.get_absolute_url())

    with django_assert_max_num_queries(40) as few:
        browser.get(plan.get_absolute_url())
    _more(plan, carer)
    with django_assert_max_num_queries(len(few)):
        page = browser.get(plan.get_absolute_url())
    assert page.content.decode().count("Goal number") == 6


def test_the_caseload_asks_the_same_number_of_queries(
    centre, nurse, carer, case, plan, browse, django_assert_max_num_queries
):
    from centre.core.actions.cases import join_care_team, open_case

    browser = browse(carer)
    browser.get("/support/caseload/")
    with django_assert_max_num_queries(25) as few:
        browser.get("/support/caseload/")
    for _ in range(4):
        another = open_case(
            centre=centre, registration="named", age_band="18-24", by=nurse
        )
        join_care_team(case=another, user=carer, by=nurse)
    with django_assert_max_num_queries(len(few)):
        page = browser.get("/support/caseload/")
    assert page.content.decode().count("No support plan yet") == 4


def test_timeline_and_work_ask_the_same_number_of_queries(
    plan, goal, referral, carer, case, django_assert_max_num_queries
):
    from centre.support import queries

    def ask():
        queries.timeline(case, carer)
        queries.work(carer, clock.now())

    with django_assert_max_num_queries(25) as few:
        ask()
    _more(plan, carer)
    with django_assert_max_num_queries(len(few)):
        ask()


def test_a_declined_referral_offers_another_agency(
    centre, referral, move, carer, coordinator, browse
):
    from centre.agencies.actions import Offer, list_agency

    offer = Offer(name="Hill House", services=["shelter"])
    list_agency(centre=centre, kind="shelter", offer=offer, by=coordinator)
    move(referral, "decline", reason="capacity")
    page = browse(carer).get(referral.get_absolute_url())

    text = page.content.decode()
    assert "Others who offer this help: Hill House." in text
    assert f"instead_of={referral.reference}" in text


def test_home_and_case_page_show_support(plan, goal, step, referral, carer, browse):
    browser = browse(carer)

    assert "Sent, no answer yet: Harbour House" in browser.get("/").content.decode()
    page = browser.get(f"/cases/{plan.case.reference}/?lane=support")
    text = page.content.decode()
    assert "Referral sent: shelter, Harbour House" in text
    assert "Goal set: shelter" in text
    assert "A door that locks" not in text


def _more(plan, carer):
    from centre.support.actions.goals import Wanted, set_goal, set_step

    for number in range(6):
        goal = set_goal(
            plan=plan, family="legal", wanted=Wanted(f"Goal number {number}"), by=carer
        )
        set_step(goal=goal, words="A step", owner=carer, due_on=None, by=carer)
