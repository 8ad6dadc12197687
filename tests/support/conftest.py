"""The furniture of support, built through actions."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest

NEXT_MONTH = date(2026, 7, 1)


def needs(**found):
    """What is needed, family by family; what is not named was not talked about."""
    families = ("psychological", "shelter", "legal", "economic", "child")
    return {
        f: {"need": found.get(f, "not_asked"), "words": "I want to sleep again."}
        for f in families
    }


def content(*, has_children="no", **found):
    """What a plan holds."""
    return {
        "summary": "I want my life back.",
        "has_children": has_children,
        "needs": needs(**found),
    }


@pytest.fixture
def carer(on_team, counsellor, monday):
    """The counsellor, on the care team, on a fixed Monday."""
    return on_team(counsellor)


@pytest.fixture
def plan(case, carer):
    """The current plan."""
    from centre.support.actions.plans import make_plan

    return make_plan(
        case=case, content=content(shelter="wanted"), review_on=NEXT_MONTH, by=carer
    )


@pytest.fixture
def goal(plan, carer):
    """A goal in her words."""
    from centre.support.actions.goals import Wanted, set_goal

    wanted = Wanted(words="A door that locks.", due_on=NEXT_MONTH)
    return set_goal(plan=plan, family="shelter", wanted=wanted, by=carer)


@pytest.fixture
def step(goal, carer):
    """A step of the counsellor's."""
    from centre.support.actions.goals import set_step

    return set_step(
        goal=goal,
        words="Call the night desk.",
        owner=carer,
        due_on=date(2026, 6, 3),
        by=carer,
    )


@pytest.fixture
def shelter(centre, coordinator, monday):
    """A shelter of the directory."""
    from centre.agencies.actions import Offer, list_agency

    offer = Offer(name="Harbour House", services=["shelter"], contact="Night desk")
    return list_agency(
        centre=centre, kind="shelter", offer=offer, by=coordinator
    ).recipient


@pytest.fixture
def consents(nurse):
    """Let the survivor decide on sharing with an agency, by a signed talk."""
    from centre.intake.actions.consent import sign_conversation
    from centre.intake.rules.consent import INFO_POINTS, Decision

    def decide(case, agency, *, item="C24", purpose="support", state="given"):
        sign_conversation(
            case=case,
            about=uuid.uuid4(),
            header={
                "decision_maker": "self_adult",
                "info_points": list(INFO_POINTS),
            },
            decisions=[Decision(item, agency.code, purpose, state)],
            signing={
                "signature_method": "ink",
                "signed_by": "the survivor",
                "is_free_of_pressure": "yes",
            },
            by=nurse,
        )

    return decide


@pytest.fixture
def withdraw(nurse):
    """Let her take a consent back."""
    from centre.intake.actions.consent import withdraw_consent

    def take_back(case, agency, *, item="C24", purpose="support"):
        withdraw_consent(
            case=case,
            item=item,
            recipient=agency.code,
            purpose=purpose,
            told_by="survivor",
            by=nurse,
        )

    return take_back


@pytest.fixture
def asked():
    """A bed for tonight."""
    from centre.support.actions.referrals import Asked

    return Asked(
        family="shelter",
        needs="A bed from tonight, for one person.",
        channel="Call to the night desk",
        shares=("D1", "D3"),
    )


@pytest.fixture
def referral(case, carer, shelter, consents, asked):
    """A referral that was sent on her yes."""
    from centre.support.actions.referrals import send_referral

    consents(case, shelter)
    return send_referral(case=case, agency=shelter, asked=asked, by=carer)


@pytest.fixture
def move(carer):
    """Note a move of a referral as the counsellor."""
    from centre.core import clock
    from centre.support.actions.referrals import Told, move_referral
    from centre.support.rules.referrals import Move

    def note(referral, name, *, by=None, **told):
        told.setdefault("happened_on", clock.now().date())
        if name in {"accept", "decline"}:
            told = {"who": "Night desk", "how": "By phone", **told}
        return move_referral(
            referral=referral, move=Move(name), told=Told(**told), by=by or carer
        )

    return note


@pytest.fixture
def shelter_worker(centre, coordinator, shelter):
    """A member of the shelter with an account of her own."""
    from centre.agencies.actions import add_member
    from centre.core.permissions import Role
    from tests.conftest import enrol

    worker = enrol("sabi", "Sabi Soita", Role.SHELTER, centre)
    add_member(agency=shelter.agency, user=worker, unit="Night desk", by=coordinator)
    return worker


@pytest.fixture
def note(case, carer, monday):
    """A note of a session on Sunday."""
    from centre.core import clock
    from centre.support.actions.sessions import note_session

    return note_session(
        case=case,
        held_at=clock.now() - timedelta(days=1),
        minutes=50,
        mode="in_person",
        content="She spoke of the nights.",
        by=carer,
    )


@pytest.fixture
def supervised(centre, carer, supervisor, coordinator):
    """The coordinator named who reads the counsellor's notes."""
    from centre.support.actions.sessions import name_supervisor

    name_supervisor(
        centre=centre, counsellor=carer, supervisor=supervisor, by=coordinator
    )
    return supervisor
