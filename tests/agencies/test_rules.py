"""Whether something may be shared, without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centre.agencies import rules
from centre.agencies.rules import AgencyKind, Family, Permitted, Purpose, Refused, Share
from centre.core.errors import RuleError
from centre.intake.rules.consent import RECIPIENT_KINDS

GOOD = {
    "kind": "shelter",
    "is_listed": True,
    "purpose": "safety_management",
    "shares": ["D1", "D3"],
    "has_consent": True,
}


def test_what_the_shelter_needs_may_be_shared_with_consent():
    answer = rules.may_share(**GOOD)

    assert answer == Permitted()
    assert "no_onward_sharing" in answer.obligations


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_listed": False}, "recipient_inactive"),
        ({"kind": "circus"}, "recipient_inactive"),
        ({"purpose": "curiosity"}, "no_purpose"),
        ({"shares": ["D1", "D5"]}, "scope_exceeds_clause"),
        ({"shares": ["D7"], "clause": ["D7"]}, "hard_floor"),
        ({"has_consent": False}, "no_basis"),
    ],
)
def test_each_refusal_has_its_reason_and_a_sentence(change, reason):
    answer = rules.may_share(**{**GOOD, **change})

    assert answer == Refused(reason)
    with pytest.raises(RuleError, match=r"\.$"):
        rules.check_share(answer)


def test_the_first_failing_check_gives_the_reason():
    answer = rules.may_share(
        kind="shelter", is_listed=False, purpose="", shares=["D5"], has_consent=False
    )

    assert answer == Refused("recipient_inactive")


@given(
    kind=st.sampled_from(AgencyKind),
    purpose=st.sampled_from(Purpose),
    shares=st.lists(st.sampled_from(Share)),
    is_listed=st.booleans(),
)
def test_nothing_is_ever_shared_without_consent(kind, purpose, shares, is_listed):
    answer = rules.may_share(
        kind=kind,
        is_listed=is_listed,
        purpose=purpose,
        shares=shares,
        has_consent=False,
    )

    assert isinstance(answer, Refused)


@pytest.mark.parametrize("kind", AgencyKind)
def test_counselling_content_and_addresses_leave_by_no_referral(kind):
    assert not rules.need_to_know(kind) & rules.HARD_FLOOR


@pytest.mark.parametrize("kind", [k for k in AgencyKind if rules.receives_referrals(k)])
@pytest.mark.parametrize("family", Family)
def test_the_consent_talk_asks_the_item_a_referral_rests_on(family, kind):
    item = rules.consent_item(family, kind)

    assert kind in RECIPIENT_KINDS[item]


@pytest.mark.parametrize("kind", ["police", "court", "laboratory", "circus"])
def test_nobody_is_referred_for_support_to_a_body_that_gives_none(kind):
    with pytest.raises(RuleError, match="goes to a service"):
        rules.consent_item("legal", kind)


def test_every_family_is_referred_for_a_listed_purpose():
    assert all(rules.purpose_of(f) in set(Purpose) for f in Family)
