"""A case, a role and an account end only when no evidence is left behind by it."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, transaction
from django.urls import reverse

from centre import endings
from centre.chain_of_custody import actions
from centre.chain_of_custody.actions.holds import declare_missing
from centre.chain_of_custody.queries import gates
from centre.chain_of_custody.rules.checks import Seen
from centre.core.actions.set_up import system_actor
from centre.core.errors import AccessError, RuleError
from centre.core.models import CaseClosing, CaseEnding
from centre.core.verification import faults
from centre.ledger.models import Entry


def close(case, by, reason="completed"):
    return endings.close_case(case=case, reason=reason, words="Care ended.", by=by)


@pytest.fixture
def taken(stored_item, nurse, custodian):
    """The item in the nurse's hands again, for a while."""
    actions.check_out(
        package=stored_item, taker=nurse, reason="Photograph", by=custodian
    )
    return stored_item


@pytest.fixture
def on_its_way(offered, stored_item):
    return stored_item


@pytest.fixture
def lost(stored_item, custodian):
    declare_missing(
        package=stored_item,
        last_seen="Shelf 1 on Monday",
        searches="Both rooms",
        notified="The coordinator",
        by=custodian,
    )
    return stored_item


@pytest.mark.parametrize(
    ("left", "way"),
    [
        ("sealed_item", "put it away"),
        ("taken", "Check it in"),
        ("on_its_way", "cancel the hand-over"),
        ("lost", "Find it first"),
    ],
)
def test_r25_action_a_case_with_evidence_under_way_is_not_closed(
    request, left, way, coordinator
):
    thing = request.getfixturevalue(left)
    before = Entry.objects.count()

    with pytest.raises(RuleError, match=way) as refused:
        close(thing.case, coordinator)
    assert str(thing) in str(refused.value)
    assert (CaseClosing.objects.count(), Entry.objects.count()) == (0, before)


def test_r25_control_the_guard_is_what_refuses(taken, coordinator, monkeypatch):
    """The negative control: without the store's word the case would close."""
    monkeypatch.setattr(endings, "case_bars", lambda case: [])

    assert close(taken.case, coordinator).is_closed


def test_r25_page_what_stands_against_it_is_said_and_the_words_are_kept(
    taken, coordinator, browse
):
    address = reverse("close_case", args=[taken.case.reference])
    client = browse(coordinator)
    shown = client.get(address).content.decode()
    answer = client.post(address, {"reason": "moved", "words": "To the coast"})

    assert str(taken) in shown
    assert answer.status_code == 200
    assert "Check it in" in answer.content.decode()
    assert "To the coast" in answer.content.decode()
    assert not CaseClosing.objects.exists()


def test_a_case_at_rest_is_closed_and_opened_again_on_record(
    stored_item, coordinator, browse
):
    case = stored_item.case
    address = reverse("close_case", args=[case.reference])
    client = browse(coordinator)
    client.post(address, {"reason": "completed", "words": ""})
    assert case.is_closed
    assert "Closed" in client.get(case.get_absolute_url()).content.decode()

    client.post(address, {"words": "She came back"})
    assert not case.is_closed
    assert [c.reason for c in case.closings.all()] == ["completed", "reopened"]
    assert list(faults()) == []


def test_closing_is_written_once(stored_item, coordinator):
    close(stored_item.case, coordinator)

    with pytest.raises(DatabaseError), transaction.atomic():
        CaseClosing.objects.update(reason="lost")


def test_a_closed_case_is_not_closed_twice(stored_item, coordinator):
    close(stored_item.case, coordinator)

    with pytest.raises(RuleError, match="closed already"):
        close(stored_item.case, coordinator)


@pytest.mark.parametrize("reason", ["", "because", CaseEnding.REOPENED])
def test_a_reason_of_the_list_is_named(stored_item, coordinator, reason):
    with pytest.raises(RuleError, match="Choose why"):
        close(stored_item.case, coordinator, reason)


def test_only_the_coordinator_closes(stored_item, nurse, custodian, browse):
    address = reverse("close_case", args=[stored_item.case.reference])
    for somebody in (nurse, custodian):
        with pytest.raises(AccessError):
            close(stored_item.case, somebody)
        assert browse(somebody).get(address).status_code in {403, 404}


def test_acceptance_23_r26_action_who_answers_for_evidence_does_not_leave(
    taken, nurse, custodian, shelf
):
    with pytest.raises(RuleError, match="still answers for 1") as refused:
        endings.leave(user=nurse, centre=taken.case.centre, by=system_actor())
    assert str(taken) in str(refused.value)
    nurse.refresh_from_db()
    assert nurse.is_active

    actions.check_in(package=taken, place=shelf, seen=Seen("A1"), by=custodian)
    endings.leave(user=nurse, centre=taken.case.centre, by=system_actor())
    nurse.refresh_from_db()
    assert not nurse.is_active


def test_r26_action_nor_does_the_role_end(sealed_item, nurse):
    (post,) = nurse.memberships.all()

    with pytest.raises(RuleError, match="still answers"):
        endings.end_role(membership=post, by=system_actor())
    post.refresh_from_db()
    assert post.ended_at is None


def test_r26_action_the_sender_answers_until_it_is_received(
    to_hand_out, custodian, case
):
    with pytest.raises(RuleError, match="still answers"):
        endings.leave(user=custodian, centre=case.centre, by=system_actor())


def test_r26_page_the_command_says_so_in_a_sentence(taken, nurse):
    with pytest.raises(CommandError, match="still answers for 1"):
        call_command("leave", nurse.username)


def test_r26_page_who_answers_for_evidence_keeps_role_and_account(
    taken, nurse, administrator, browse
):
    address = reverse("end_post", args=[nurse.memberships.get().pk])
    browser = browse(administrator)
    assert str(taken) in browser.get(address).content.decode()

    for what in ("role", "account"):
        page = browser.post(address, {"what": what}).content.decode()
        assert "still answers for 1" in page
    nurse.refresh_from_db()
    assert nurse.is_active
    assert nurse.memberships.get().ended_at is None


def test_r26_control_the_guard_is_what_refuses(taken, nurse, monkeypatch):
    """The negative control: were nobody asked, she would leave with the item."""
    monkeypatch.setattr(endings, "held_words", lambda user, centre: [])
    endings.leave(user=nurse, centre=taken.case.centre, by=system_actor())

    nurse.refresh_from_db()
    assert not nurse.is_active
    assert gates.held_by(nurse) == [taken]
