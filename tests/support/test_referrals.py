"""Referrals: on her consent, answered, attended, closed; written down at each move."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from centre.agencies.actions import Offer, describe_agency, end_member
from centre.agencies.queries import post_of
from centre.core import clock
from centre.core.actions.cases import exclude
from centre.core.errors import AccessError, ConsentError, RuleError
from centre.core.models import AccessNote, Recipient
from centre.ledger.models import Entry
from centre.support.actions import referrals as actions
from centre.support.models import Referral, ReferralEvent
from centre.support.queries import referrals as queries
from centre.support.rules.referrals import Move, State


def kinds() -> list[str]:
    return list(Entry.objects.order_by("n").values_list("kind", flat=True))


def test_a_referral_rests_on_its_own_consent(referral, shelter, case):
    assert referral.state is State.SENT
    assert (referral.consent.item, referral.consent.recipient) == ("C24", shelter.code)
    assert referral.purpose == "safety_management"
    assert kinds()[-1] == "referral.sent"


def test_without_consent_nothing_is_sent(case, carer, shelter, asked):
    with pytest.raises(ConsentError, match="has not been talked about"):
        actions.send_referral(case=case, agency=shelter, asked=asked, by=carer)
    assert not Referral.objects.exists()


def test_consent_taken_back_before_the_submit_stops_it(
    case, carer, shelter, asked, consents, withdraw
):
    consents(case, shelter)
    withdraw(case, shelter)
    before = Entry.objects.count()

    with pytest.raises(ConsentError, match="taken her consent back"):
        actions.send_referral(case=case, agency=shelter, asked=asked, by=carer)
    assert not Referral.objects.exists()
    assert Entry.objects.count() == before


def test_consent_to_another_agency_does_not_serve(
    centre, case, carer, shelter, asked, consents, coordinator
):
    from centre.agencies.actions import list_agency

    other = list_agency(
        centre=centre, kind="shelter", offer=Offer(name="Hill House"), by=coordinator
    ).recipient
    consents(case, shelter)

    with pytest.raises(ConsentError):
        actions.send_referral(case=case, agency=other, asked=asked, by=carer)


def test_consent_that_has_run_out_does_not_serve(
    case, carer, shelter, asked, consents, monday
):
    consents(case, shelter)
    monday.shift(timedelta(days=366))

    with pytest.raises(ConsentError, match="run out"):
        actions.send_referral(case=case, agency=shelter, asked=asked, by=carer)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"shares": ("D1", "D5")}, "does not need all of that"),
        ({"needs": " "}, "what is needed"),
        ({"channel": ""}, "how the agency is told"),
    ],
)
def test_what_is_asked_fits_the_agency(
    case, carer, shelter, asked, consents, change, words
):
    consents(case, shelter)
    with pytest.raises(RuleError, match=words):
        actions.send_referral(
            case=case, agency=shelter, asked=replace(asked, **change), by=carer
        )
    assert not Referral.objects.exists()


def test_an_agency_that_takes_nobody_gets_nothing(
    case, carer, shelter, asked, consents, coordinator
):
    consents(case, shelter)
    describe_agency(
        agency=shelter.agency,
        offer=Offer(name="Harbour House", is_open=False),
        by=coordinator,
    )

    with pytest.raises(RuleError, match="not in the directory"):
        actions.send_referral(case=case, agency=shelter, asked=asked, by=carer)


def test_the_same_help_is_asked_once(referral, case, shelter, asked, carer):
    with pytest.raises(RuleError, match=str(referral)):
        actions.send_referral(case=case, agency=shelter, asked=asked, by=carer)


@pytest.mark.parametrize("person", ["nurse", "supervisor", "coordinator", "leaver"])
def test_only_a_counsellor_of_the_care_team_sends(
    case, shelter, asked, consents, person, request
):
    consents(case, shelter)
    with pytest.raises(AccessError):
        actions.send_referral(
            case=case, agency=shelter, asked=asked, by=request.getfixturevalue(person)
        )


def test_the_whole_path_to_an_outcome(referral, move, carer):
    move(referral, "accept")
    move(referral, "miss", reason="transport")
    move(referral, "attend")
    move(referral, "close", reason="helped", helped="yes")

    closed = Referral.objects.get(pk=referral.pk)
    assert closed.state is State.CLOSED
    assert [e.number for e in closed.events.all()] == [1, 2, 3, 4]
    assert closed.last_event.helped == "yes"
    assert kinds()[-4:] == [
        "referral.accepted",
        "referral.not_attended",
        "referral.attended",
        "referral.closed",
    ]


def test_a_move_out_of_order_writes_nothing(referral, move):
    with pytest.raises(RuleError, match="cannot follow"):
        move(referral, "close", reason="helped")
    assert not ReferralEvent.objects.exists()


def test_an_outcome_of_help_needs_attendance(referral, move):
    move(referral, "accept")
    move(referral, "miss", reason="not_known")

    with pytest.raises(RuleError, match="only if she went there"):
        move(referral, "close", reason="helped")
    move(referral, "close", reason="chose_otherwise")


def test_a_declined_referral_can_be_followed_by_another(
    referral, move, case, shelter, asked, carer
):
    move(referral, "decline", reason="capacity")

    following = actions.send_referral(
        case=case, agency=shelter, asked=asked, instead_of=referral, by=carer
    )
    assert following.instead_of == referral


def test_no_acceptance_after_consent_was_taken_back(
    referral, case, shelter, move, withdraw
):
    withdraw(case, shelter)

    with pytest.raises(ConsentError, match="not in force any more"):
        move(referral, "accept")
    found = list(queries.with_events(Referral.objects.all()))
    assert queries.without_consent(found, clock.now()) == {referral.pk}
    move(referral, "cancel", reason="consent_taken_back")
    assert Referral.objects.get().state is State.CANCELLED


def test_moves_are_written_once(referral, move):
    move(referral, "accept")
    with pytest.raises(DatabaseError), transaction.atomic():
        ReferralEvent.objects.update(move="attend")
    with pytest.raises(DatabaseError), transaction.atomic():
        Referral.objects.update(shared="D1 D5")


def test_the_nurse_reads_but_does_not_move(referral, nurse, move):
    actions.open_referral(referral=referral, by=nurse)

    assert AccessNote.objects.filter(what=f"referral {referral}", user=nurse).exists()
    with pytest.raises(AccessError):
        move(referral, "accept", by=nurse)


def test_the_agencys_member_answers_herself(referral, shelter_worker):
    event = actions.answer_incoming(
        referral=referral, move=Move.ACCEPT, by=shelter_worker
    )

    assert Referral.objects.get().state is State.ACCEPTED
    assert event.details["who"] == "Sabi Soita"
    assert event.by == shelter_worker


def test_the_agency_only_accepts_or_declines(referral, shelter_worker):
    with pytest.raises(RuleError, match="accepts or declines"):
        actions.answer_incoming(referral=referral, move=Move.CANCEL, by=shelter_worker)


def test_the_agency_reads_only_while_consent_holds(
    referral, case, shelter, shelter_worker, withdraw
):
    actions.open_incoming(referral=referral, by=shelter_worker)
    withdraw(case, shelter)

    with pytest.raises(RuleError, match="not open any more"):
        actions.open_incoming(referral=referral, by=shelter_worker)


def test_another_agencys_member_reaches_nothing(referral, shelter_worker, coordinator):
    end_member(member=post_of(shelter_worker), by=coordinator)

    assert not queries.incoming(shelter_worker).exists()
    with pytest.raises(RuleError, match="not sent to your agency"):
        actions.open_incoming(referral=referral, by=shelter_worker)


def test_an_excluded_member_reaches_nothing(
    referral, case, shelter_worker, coordinator
):
    exclude(case=case, user=shelter_worker, by=coordinator)

    assert not queries.incoming(shelter_worker).exists()


def test_a_late_answer_shows_and_days_are_counted(referral, monday):
    monday.shift(timedelta(days=3))
    found = queries.with_events(Referral.objects.all()).get()
    card = queries.card(found, clock.now())

    assert (card.days, card.is_late, card.is_open) == (3, True, True)
    assert [stop.words for stop in card.path] == ["Sent"]


def test_an_agency_of_another_centre_is_not_there(case, carer, asked, centre_elsewhere):
    theirs = Recipient.objects.create(
        centre=centre_elsewhere, code="agency:far", name="Far", kind="shelter"
    )
    with pytest.raises(Recipient.DoesNotExist):
        actions.send_referral(case=case, agency=theirs, asked=asked, by=carer)
