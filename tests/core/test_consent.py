"""The one function every consent-bound act asks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from centre.core import clock, consent
from centre.core.errors import ConsentError
from centre.core.models import ConsentConversation, ConsentDecision
from centre.core.references import new

POLICE = "agency:police-one"


@pytest.fixture
def decide(case, nurse):
    """Write one decision as the signing of a talk would."""
    talk = ConsentConversation.objects.create(
        case=case,
        reference=new(),
        begun_at=clock.now(),
        signed_at=clock.now(),
        explained_by=nurse,
        wording="en",
        wording_sha256="0" * 64,
        decision_maker="self_adult",
        is_free_of_pressure=True,
        details={},
    )

    def write(state, *, item="C18", recipient=POLICE, purpose="investigation", **more):
        at = clock.now()
        return ConsentDecision.objects.create(
            case=case,
            conversation=talk,
            number=ConsentDecision.objects.filter(case=case).count() + 1,
            item=item,
            recipient=recipient,
            purpose=purpose,
            state=state,
            valid_from=at,
            valid_until=more.get("until"),
            decided_at=at,
            taken_by=nurse,
            details={},
        )

    return write


def test_no_row_is_no_consent(case):
    with pytest.raises(ConsentError, match="has not been talked about yet"):
        consent.require(case, "C18", recipient=POLICE, at=clock.now())


def test_a_yes_allows_exactly_this_recipient_and_purpose(case, decide):
    given = decide("given")

    at = clock.now()
    assert consent.require(case, "C18", recipient=POLICE, at=at) == given
    assert consent.in_force(case, "C18", recipient="agency:other", at=at) is None
    assert (
        consent.in_force(case, "C18", recipient=POLICE, purpose="court", at=at) is None
    )
    assert consent.in_force(case, "C17", recipient=POLICE, at=at) is None


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("declined", "decided no"),
        ("deferred", "decide later"),
        ("withdrawn", "taken her consent back"),
    ],
)
def test_the_newest_decision_holds_and_names_what_is_missing(
    case, decide, state, words
):
    decide("given")
    decide(state)

    with pytest.raises(ConsentError, match=words):
        consent.require(case, "C18", recipient=POLICE, at=clock.now())


def test_before_it_was_given_it_had_not_run_out(case, decide):
    decide("given")

    with pytest.raises(ConsentError, match="had not given it yet"):
        consent.require(
            case, "C18", recipient=POLICE, at=clock.now() - timedelta(days=1)
        )


def test_the_last_second_of_validity_still_counts(case, decide, monday):
    until = clock.now() + timedelta(days=1)
    decide("given", until=until)

    assert consent.in_force(case, "C18", recipient=POLICE, at=until)
    later = until + timedelta(microseconds=1)
    assert consent.in_force(case, "C18", recipient=POLICE, at=later) is None


def test_current_lists_each_matter_once_with_its_newest_decision(case, decide):
    decide("given")
    decide("withdrawn")
    decide("given", item="C02", recipient="centre", purpose="")

    assert [(d.item, d.state) for d in consent.current(case)] == [
        ("C02", "given"),
        ("C18", "withdrawn"),
    ]
