"""Who is out of reach learns nothing, not even that there is something (R23)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from centre.chain_of_custody import actions
from centre.core import access
from centre.core.errors import AccessError
from centre.core.models import AccessNote
from centre.core.permissions import Permission, Role
from centre.core.policy import Grant, own_centre
from tests.chain_of_custody.refusing import refused, written
from tests.conftest import enrol

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def administrator_elsewhere(centre_elsewhere):
    """Enrols people at another centre."""
    return enrol("sila", "Sila Sitati", Role.ADMINISTRATOR, centre_elsewhere)


OUTSIDE = [
    "custodian_elsewhere",
    "nurse_elsewhere",
    "administrator_elsewhere",
    "administrator",
    "auditor",
    "investigator",
    "lab",
    "counsellor",
    "nurse_off_team",
]


@pytest.mark.parametrize("person", OUTSIDE)
def test_r23_page_out_of_reach_is_as_missing_and_both_are_noted(
    stored_item, request, browse, person
):
    somebody = request.getfixturevalue(person)
    client, before = browse(somebody), written()

    def asked(word, page, code):
        return getattr(client, word)(reverse(page, args=[code]))

    for word, page in [("get", "item"), ("post", "report_item"), ("post", "move_item")]:
        beyond = asked(word, page, stored_item.code)
        missing = asked(word, page, "AAAAAAAAAAAAA")
        assert beyond.status_code == missing.status_code == 404
        assert beyond.content == missing.content

    assert written() == before
    notes = AccessNote.objects.filter(user=somebody, outcome="denied")
    assert notes.filter(case=stored_item.case).count() == 3
    assert notes.filter(case=None).count() == 3
    assert set(notes.values_list("role", flat=True)) == {
        somebody.memberships.get().role
    }


def test_r23_action_nobody_out_of_reach_reads_a_custody_record(
    stored_item, administrator, request
):
    people = {name: request.getfixturevalue(name) for name in OUTSIDE}
    reach = {
        name
        for name, person in people.items()
        if access.holds(person, Permission.ITEM_VIEW, stored_item.case)
    }
    assert reach == set()

    with refused("do not hold the permission", AccessError):
        actions.look_at(package=stored_item, by=administrator)


def test_r23_control_a_grant_is_all_that_stands_between(
    stored_item, administrator, browse, monkeypatch
):
    page = stored_item.get_absolute_url()
    client = browse(administrator)
    assert client.get(page).status_code == 404

    grant = Grant(Role.ADMINISTRATOR, Permission.ITEM_VIEW, own_centre)
    monkeypatch.setattr(access, "POLICY", (*access.POLICY, grant))
    assert client.get(page).status_code == 200


def test_r23_page_whoever_must_see_it_joins_the_care_team_on_record(
    stored_item, nurse_off_team, on_team, browse
):
    client, page = browse(nurse_off_team), stored_item.get_absolute_url()
    assert client.get(page).status_code == 404

    on_team(nurse_off_team)
    assert client.get(page).status_code == 200


@pytest.mark.parametrize(
    ("person", "page"),
    [
        ("lab", "transfer"),
        ("lab", "receive_transfer"),
        ("custodian_elsewhere", "transfer"),
        ("nurse", "transfer"),
    ],
)
def test_r23_page_a_hand_over_of_others_is_as_missing_and_both_are_noted(
    offered, request, browse, person, page
):
    somebody = request.getfixturevalue(person)
    client = browse(somebody)

    beyond = client.get(reverse(page, args=[offered.code]))
    missing = client.get(reverse(page, args=["AAAAAAAAAAAAA"]))

    assert beyond.status_code == missing.status_code == 404
    assert beyond.content == missing.content
    notes = AccessNote.objects.filter(user=somebody, outcome="denied")
    assert set(notes.values_list("case", flat=True)) == {offered.case.pk, None}


def test_r23_page_a_list_that_is_not_hers_is_noted(counsellor, browse):
    client, pages = browse(counsellor), ["store", "requests", "submissions"]

    assert {client.get(reverse(page)).status_code for page in pages} == {404}
    notes = AccessNote.objects.filter(user=counsellor, outcome="denied")
    assert notes.count() == len(pages)
