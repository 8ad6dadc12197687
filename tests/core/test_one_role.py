"""Whoever holds two roles acts in one of them at a time."""

from __future__ import annotations

import pytest
from django.urls import reverse

from centre.core import access
from centre.core.actions import people
from centre.core.actions.set_up import system_actor
from centre.core.models import AccessNote
from centre.core.permissions import Permission


@pytest.fixture
def both(centre, custodian):
    """The custodian, who is also a coordinator."""
    people.grant_role(
        user=custodian, role="coordinator", centre=centre, by=system_actor()
    )
    return custodian


def test_the_role_of_the_session_limits_what_one_reaches(both, case):
    both.acting = both.memberships.get(role="custodian")
    assert access.holds(both, Permission.ITEM_STORE, case)
    assert not access.holds(both, Permission.REQUEST_DECIDE, case)

    both.acting = both.memberships.get(role="coordinator")
    assert not access.holds(both, Permission.ITEM_STORE, case)
    assert access.holds(both, Permission.REQUEST_DECIDE, case)


def test_the_role_of_the_session_limits_what_one_does_at_the_centre(both, centre):
    both.acting = both.memberships.get(role="custodian")

    assert not access.holds(both, Permission.AGENCY_LIST, centre)
    assert access.holds(both, Permission.KIT_STOCK, centre)


def test_a_failed_sign_in_stands_in_the_centre_s_access_log(centre, client):
    client.post(
        reverse("sign_in"), {"username": "nobody", "password": "wrong and long enough"}
    )

    assert AccessNote.objects.get(kind="sign_in_failed").centre == centre
