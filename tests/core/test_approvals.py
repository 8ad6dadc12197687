"""Two people: one proposes, another approves exactly that, and it is done once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from centre.core import clock
from centre.core.actions import approvals
from centre.core.actions.set_up import system_actor
from centre.core.errors import AccessError, RuleError
from centre.core.models import Approval, Execution, Proposal
from centre.core.permissions import Permission, Role
from centre.core.two_person import TERMS, TwoPersonAct
from centre.core.verification import faults
from centre.endings import leave
from centre.ledger.models import Entry
from tests.conftest import enrol

PAYLOAD = {"event": "7", "field": "seal_after", "new": "S-2"}


@pytest.fixture(autouse=True)
def any_code(monkeypatch):
    """The code itself is tried in the tests of sign-in; here it is told by its word."""
    monkeypatch.setattr(approvals, "check_factor", lambda *, by, code: code == "good")


@pytest.fixture
def proposal(case, custodian):
    return propose(case, custodian)


def propose(on, by, act=TwoPersonAct.CUSTODY_AMENDMENT, code="good"):
    return approvals.propose(
        act=act, on=on, payload=PAYLOAD, words="A slip of the pen.", by=by, code=code
    )


def carry_out(proposal, by, payload=PAYLOAD, at=None):
    return approvals.execute(
        proposal=proposal, payload=payload, by=by, at=at or clock.now()
    )


def test_what_two_people_want_is_done_once_and_written_down(
    proposal, custodian, coordinator
):
    approvals.approve(proposal=proposal, by=coordinator, code="good")
    carry_out(proposal, custodian)

    entries = Entry.objects.filter(stream=proposal.pk.bytes).order_by("sseq")
    kinds = [entry.kind for entry in entries]
    assert kinds == ["proposal.made", "proposal.approved", "proposal.executed"]
    with pytest.raises(RuleError, match="carried out"):
        carry_out(proposal, custodian)
    assert list(faults()) == []


def test_nobody_approves_what_she_proposed(case, coordinator, centre):
    both = propose(case, coordinator, TwoPersonAct.CRYPTO_SHRED)

    with pytest.raises(RuleError, match="Another person"):
        approvals.approve(proposal=both, by=coordinator, code="good")
    with pytest.raises(RuleError, match="waits for approval"):
        carry_out(both, coordinator)


def test_the_database_itself_refuses_an_approval_by_the_proposer(proposal, custodian):
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(
            proposal=proposal,
            proposer=custodian,
            approver=custodian,
            at=clock.now(),
            payload_sha256=proposal.payload_sha256,
            scope_id=proposal.scope_id,
            details={},
        )


@pytest.mark.parametrize("person", ["nurse", "investigator", "administrator"])
def test_only_who_may_approve_answers(proposal, person, request):
    other = request.getfixturevalue(person)

    for act, more in (
        (approvals.approve, {"code": "good"}),
        (approvals.refuse, {"reason": "No."}),
    ):
        with pytest.raises(AccessError):
            act(proposal=proposal, by=other, **more)
    assert not Approval.objects.exists()


def test_a_wrong_code_signs_nothing(case, custodian, coordinator):
    with pytest.raises(RuleError, match="one-time code"):
        propose(case, custodian, code="bad")
    assert not Proposal.objects.exists()

    made = propose(case, custodian)
    with pytest.raises(RuleError, match="one-time code"):
        approvals.approve(proposal=made, by=coordinator, code="bad")
    assert not Approval.objects.exists()


def test_another_content_than_the_approved_is_not_carried_out(
    proposal, custodian, coordinator
):
    approvals.approve(proposal=proposal, by=coordinator, code="good")

    with pytest.raises(RuleError, match="not what was approved"):
        carry_out(proposal, custodian, payload={**PAYLOAD, "new": "S-3"})
    assert not Execution.objects.exists()


def test_a_refusal_ends_it(proposal, custodian, coordinator):
    approvals.refuse(
        proposal=proposal, reason="The photo says otherwise.", by=coordinator
    )

    with pytest.raises(RuleError, match="refused"):
        carry_out(proposal, custodian)


def test_it_lasts_a_day(proposal, custodian, coordinator, monday):
    held = Proposal.objects.get()
    monday.move_to(held.expires_at)
    with pytest.raises(RuleError, match="more than a day"):
        approvals.approve(proposal=held, by=coordinator, code="good")

    monday.move_to(held.expires_at - timedelta(seconds=1))
    approvals.approve(proposal=held, by=coordinator, code="good")
    monday.move_to(held.expires_at)
    with pytest.raises(RuleError, match="more than a day"):
        carry_out(held, custodian)


def test_who_left_since_has_not_approved(proposal, custodian, coordinator, centre):
    approvals.approve(proposal=proposal, by=coordinator, code="good")
    leave(user=coordinator, centre=centre, by=system_actor())

    with pytest.raises(RuleError, match="waits for approval"):
        carry_out(proposal, custodian)


def test_destruction_needs_the_coordinator_and_the_legal_officer(
    case, custodian, coordinator, centre
):
    made = propose(case, custodian, TwoPersonAct.DESTRUCTION)
    second = enrol("dele", "Dele Daba", Role.COORDINATOR, centre)
    lawyer = enrol("lela", "Lela Langat", Role.LEGAL, centre)
    for person in (coordinator, second):
        approvals.approve(proposal=made, by=person, code="good")

    with pytest.raises(RuleError, match="legal officer"):
        carry_out(made, custodian)
    approvals.approve(proposal=made, by=lawyer, code="good")
    assert carry_out(made, custodian)


def test_a_changed_proposal_is_found_and_cannot_be_approved(
    proposal, custodian, coordinator
):
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="written once"),
        transaction.atomic(),
    ):
        cursor.execute("UPDATE core_proposal SET payload_sha256 = 'x'")

    proposal.payload_sha256 = "0" * 64
    assert approvals.digest(PAYLOAD) != proposal.payload_sha256


def test_every_act_of_two_has_its_terms_and_words():
    assert set(TERMS) == set(TwoPersonAct)
    assert all(act.words for act in TwoPersonAct)
    assert all(isinstance(t.propose, Permission) for t in TERMS.values())


def test_the_page_takes_the_answer_and_keeps_what_was_typed(
    proposal, custodian, coordinator, browse
):
    page = browse(coordinator)
    answer = page.post(
        proposal.get_absolute_url(), {"answer": "approve", "code": "bad"}
    )
    assert "one-time code is not right" in answer.content.decode()

    page.post(proposal.get_absolute_url(), {"answer": "approve", "code": "good"})
    assert [a.approver_id for a in approvals.approvals_of(proposal)] == [coordinator.pk]
    assert "One approval" in page.get("/approvals/").content.decode()


def test_out_of_reach_and_missing_are_the_same(proposal, nurse_elsewhere, browse):
    answer = browse(nurse_elsewhere).get(proposal.get_absolute_url())

    assert answer.status_code == 404


def test_the_list_costs_the_same_however_long(
    case, custodian, browse, django_assert_max_num_queries
):
    for _ in range(12):
        propose(case, custodian)

    with django_assert_max_num_queries(30):
        assert browse(custodian).get("/approvals/").status_code == 200
