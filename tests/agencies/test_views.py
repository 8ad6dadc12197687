"""What a person sees of the directory."""

from __future__ import annotations

import pytest

from centre.agencies import queries
from centre.agencies.models import Agency

TOLD = {
    "name": "River Legal Aid",
    "kind": "legal_aid",
    "services": ["legal"],
    "contact_hours": "Weekdays 8 to 16",
    "is_open": "on",
}


def test_the_coordinator_lists_an_agency_and_lands_on_its_page(coordinator, browse):
    browser = browse(coordinator)

    page = browser.post("/agencies/new/", TOLD, follow=True)

    found = Agency.objects.get()
    assert page.redirect_chain[-1][0] == found.get_absolute_url()
    assert b"River Legal Aid" in page.content
    assert b"Weekdays 8 to 16" in page.content


def test_a_double_submit_lists_once(coordinator, browse):
    browser = browse(coordinator)
    form = browser.get("/agencies/new/").context["form"]
    token = {"token": str(form["token"].value())}

    first = browser.post("/agencies/new/", {**TOLD, **token})
    second = browser.post("/agencies/new/", {**TOLD, **token})

    assert first.url == second.url
    assert Agency.objects.count() == 1


def test_null_signs_get_a_sentence_and_keep_what_was_typed(coordinator, browse):
    page = browse(coordinator).post("/agencies/new/", {**TOLD, "offers": "a\x00b"})

    assert page.status_code == 200
    assert b"Weekdays 8 to 16" in page.content
    assert not Agency.objects.exists()


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("nurse", 200),
        ("counsellor", 200),
        ("custodian", 200),
        ("investigator", 404),
        ("auditor", 404),
        ("administrator", 404),
    ],
)
def test_who_reads_the_directory(shelter, person, status, request, browse):
    browser = browse(request.getfixturevalue(person))

    assert browser.get("/agencies/").status_code == status
    assert browser.get(shelter.get_absolute_url()).status_code == status
    assert browser.get("/agencies/new/").status_code == 404


def test_another_centres_agency_is_not_there(shelter, nurse_elsewhere, browse):
    page = browse(nurse_elsewhere).get(shelter.get_absolute_url())

    assert page.status_code == 404


def test_describing_and_attesting_by_hand(police, investigator, coordinator, browse):
    browser = browse(coordinator)
    home = police.get_absolute_url()

    browser.post(f"{home}describe/", {"name": "County Unit", "is_open": "on"})
    page = browser.post(
        f"{home}members/new/",
        {"user": str(investigator.pk), "unit": "Station 4", "badge": "4471"},
        follow=True,
    )

    assert b"County Unit" in page.content
    assert b"Ivan Irungu" in page.content
    browser.post(f"{home}members/ivan/end/")
    assert queries.agency_of(investigator) is None


def test_members_are_shown_to_the_coordinator_only(
    police, investigator, coordinator, nurse, browse
):
    from centre.agencies.actions import add_member

    add_member(agency=police, user=investigator, unit="Station 4", by=coordinator)
    page = browse(nurse).get(police.get_absolute_url())

    assert b"Ivan Irungu" not in page.content


def test_the_directory_asks_the_same_number_of_queries(
    centre, offer, coordinator, browse, django_assert_max_num_queries
):
    from centre.agencies.actions import list_agency

    for _ in range(5):
        list_agency(centre=centre, kind="shelter", offer=offer, by=coordinator)
    browser = browse(coordinator)

    with django_assert_max_num_queries(12):
        page = browser.get("/agencies/")
    assert page.content.count(b"Harbour House") == 5
