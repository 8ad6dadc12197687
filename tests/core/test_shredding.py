"""A case's key is destroyed by two people; everything goes, and the ledger stays."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from centre.chain_of_custody import actions as custody
from centre.chain_of_custody.queries.disposal import holding
from centre.core.actions import approvals
from centre.core.actions import keys as actions
from centre.core.errors import AccessError, RuleError
from centre.core.models import Opening
from centre.core.permissions import Role
from centre.core.verification import faults
from centre.ledger.models import Entry
from centre.vault import keys
from centre.vault.errors import KeyDestroyedError
from tests.conftest import PASSWORD, enrol


@pytest.fixture(autouse=True)
def any_code(monkeypatch):
    """One-time codes are tried in the tests of sign-in."""
    monkeypatch.setattr(approvals, "check_factor", lambda *, by, code: code == "good")


@pytest.fixture
def second(centre):
    return enrol("dele", "Dele Daba", Role.COORDINATOR, centre)


@pytest.fixture
def approved(case, coordinator, second):
    proposal = actions.propose_shredding(
        case=case, words="She asked for it.", by=coordinator, code="good"
    )
    approvals.approve(proposal=proposal, by=second, code="good")
    return proposal


def shred(case, proposal, by, held_by=()):
    actions.shred(case=case, proposal=proposal, held_by=list(held_by), by=by)


def test_two_people_destroy_and_the_ledger_stays_sound(
    case, approved, coordinator, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        shred(case, approved, coordinator)

    assert list(faults()) == []
    assert Entry.objects.filter(kind="case.key_destroyed").count() == 1
    shut = 0
    for opening in Opening.objects.filter(scope_id=case.pk):
        with pytest.raises(KeyDestroyedError):
            _ = opening.secret
        shut += 1
    assert shut


def test_the_key_goes_only_after_everything_else_is_kept(
    case, approved, coordinator, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as waiting:
        shred(case, approved, coordinator)

    assert len(waiting) == 1
    assert Opening.objects.filter(scope_id=case.pk).first().secret


def test_a_destruction_that_was_cut_off_is_ended_by_the_next_tick(
    case, approved, coordinator, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks():  # never run: the power went
        shred(case, approved, coordinator)
    assert not keys.is_destroyed(case.pk)

    assert actions.finish_shredding() == 1
    assert keys.is_destroyed(case.pk)
    assert actions.finish_shredding() == 0


def test_what_is_only_approved_is_not_destroyed_by_the_clock(case, approved):
    assert actions.finish_shredding() == 0
    assert not keys.is_destroyed(case.pk)


def test_one_person_alone_destroys_nothing(case, coordinator):
    proposal = actions.propose_shredding(
        case=case, words="She asked for it.", by=coordinator, code="good"
    )
    with pytest.raises(RuleError, match="waits for approval"):
        shred(case, proposal, coordinator)


@pytest.mark.parametrize("person", ["nurse", "custodian", "administrator"])
def test_who_may_not_propose_it_does_not(case, person, request):
    with pytest.raises(AccessError):
        actions.propose_shredding(
            case=case, words="x", by=request.getfixturevalue(person), code="good"
        )


def test_what_bars_it_is_named(case, approved, coordinator):
    with pytest.raises(RuleError, match="under a hold"):
        shred(case, approved, coordinator, held_by=["1 of its things is under a hold"])


def test_evidence_that_has_not_ended_bars_it(case, nurse, decide_c09):
    item = custody.collect_item(
        case=case,
        kit=None,
        specimen="SKIN-SW",
        site="arm",
        side="",
        method="dry",
        collected_at=case.opened_at,
        by=nurse,
    )
    assert item
    assert holding(case) == ["1 of its things have not ended"]


@pytest.fixture
def decide_c09(case, nurse):
    from tests.chain_of_custody.conftest import decide

    decide.__wrapped__(nurse)(case, "C09")


def test_every_page_of_a_shredded_case_says_so_and_none_breaks(
    case, approved, coordinator, nurse, browse, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        shred(case, approved, coordinator)
    page = browse(nurse)
    reference = case.reference
    for where in (
        f"/cases/{reference}/",
        f"/cases/{reference}/triage/",
        f"/cases/{reference}/consent/",
        f"/cases/{reference}/identity/",
        f"/cases/{reference}/contact/",
        f"/custody/cases/{reference}/",
        f"/custody/cases/{reference}/plan/",
    ):
        answer = page.get(where, follow=True)
        assert answer.status_code in {200, 404, 410}, where


def test_the_command_takes_both_steps(
    case, coordinator, second, tmp_path, django_capture_on_commit_callbacks
):
    secrets = tmp_path / "secrets"
    secrets.write_text(f"{PASSWORD}\ngood\n", encoding="utf-8")
    given = {"by": "dora", "secrets": secrets}
    call_command("shred", "propose", str(case), words="She asked.", **given)
    with pytest.raises(CommandError, match="waits for approval"):
        call_command("shred", "destroy", str(case), **given)

    from centre.core.models import Proposal

    approvals.approve(proposal=Proposal.objects.get(), by=second, code="good")
    with django_capture_on_commit_callbacks(execute=True):
        call_command("shred", "destroy", str(case), **given)
    assert Entry.objects.filter(kind="case.key_destroyed").exists()


def test_shares_and_rotation_are_written_into_every_log(centre, centre_elsewhere):
    cards = actions.make_shares()
    actions.drill_shares(given=cards[:2])
    actions.note_rotation(what="root", count=3)

    for kind in ("key.shares_made", "key.recovery_drilled", "key.rotated"):
        assert Entry.objects.filter(kind=kind).count() == 2
    assert list(faults()) == []
