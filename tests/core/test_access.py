"""Policy: list and single check are one rule, and an exclusion beats every grant."""

from __future__ import annotations

import pytest

from centre.core import access
from centre.core.actions import people
from centre.core.actions.cases import exclude, join_care_team, leave_care_team
from centre.core.actions.set_up import system_actor
from centre.core.errors import AccessError, RuleError
from centre.core.permissions import Permission
from centre.core.policy import POLICY


def test_the_care_team_reaches_the_case_and_nobody_else_of_the_role(
    case, nurse, nurse_off_team, nurse_elsewhere
):
    assert access.holds(nurse, Permission.TRIAGE_OPEN, case)
    assert not access.holds(nurse_off_team, Permission.TRIAGE_OPEN, case)
    assert not access.holds(nurse_elsewhere, Permission.TRIAGE_OPEN, case)


def test_a_scope_of_the_centre_reaches_every_case_there_and_none_elsewhere(
    case, custodian, custodian_elsewhere
):
    assert list(access.cases(custodian, Permission.ITEM_VIEW)) == [case]
    assert list(access.cases(custodian_elsewhere, Permission.ITEM_VIEW)) == []


def test_leaving_the_care_team_ends_the_reach(case, nurse):
    leave_care_team(assignment=case.care_team.get(user=nurse), by=nurse)

    assert not access.holds(nurse, Permission.IDENTITY_OPEN, case)


def test_an_exclusion_beats_every_grant_and_cannot_be_joined_around(
    case, nurse, coordinator
):
    exclude(case=case, user=nurse, by=coordinator)

    for grant in POLICY:
        assert not access.holds(nurse, grant.permission, case)
    with pytest.raises((RuleError, AccessError)):
        join_care_team(case=case, user=nurse, by=nurse)


def test_the_administrator_reaches_no_case(case, administrator):
    assert not any(access.holds(administrator, p, case) for p in Permission)


def test_nobody_gives_herself_a_role(centre, administrator):
    with pytest.raises(RuleError, match="Nobody gives a role to herself"):
        people.grant_role(
            user=administrator, role="auditor", centre=centre, by=administrator
        )


def test_a_leaver_can_do_nothing_even_with_a_key_in_memory(case, leaver):
    with pytest.raises(AccessError):
        access.require(leaver, Permission.CASE_OPEN, case.centre)


def test_whoever_does_not_hold_the_permission_enrols_nobody(centre, nurse):
    with pytest.raises(AccessError):
        people.enrol_person(
            username="x",
            name="X",
            password="a long enough password here",
            role="nurse",
            centre=centre,
            by=nurse,
        )


def test_the_system_has_no_reach_into_cases(case):
    assert not any(access.holds(system_actor(), p, case) for p in Permission)
