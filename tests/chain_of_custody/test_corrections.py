"""Corrections: nothing is erased, two people sign, and the history still holds."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from centre.chain_of_custody import actions, documents
from centre.chain_of_custody.actions import amendments
from centre.chain_of_custody.documents import custody_report
from centre.chain_of_custody.models import CustodyEvent, Seal
from centre.chain_of_custody.queries import lists
from centre.chain_of_custody.queries.dossier import dossier
from centre.chain_of_custody.queries.history import contents, history, standing
from centre.chain_of_custody.queries.whereabouts import drift_of
from centre.chain_of_custody.rules import corrections as rules
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.corrections import Correction, Field
from centre.chain_of_custody.rules.fold import Condition
from centre.chain_of_custody.rules.moves import Move, State
from centre.core.actions import approvals
from centre.core.errors import AccessError, RuleError
from centre.core.models import Proposal
from centre.core.permissions import Role
from centre.core.verification import faults
from tests.conftest import enrol
from tests.pdf import text_of

WHY = {"reason": "misread", "words": "Read from the wrong line of the log book."}


@pytest.fixture(autouse=True)
def any_code(monkeypatch):
    """One-time codes are tried in the tests of sign-in; here they are told by word."""
    monkeypatch.setattr(approvals, "check_factor", lambda *, by, code: code == "good")


@pytest.fixture
def other_shelf(centre, custodian):
    return actions.open_location(
        centre=centre, name="Shelf 2", kind="shelf", storage_class="AMB", by=custodian
    )


@pytest.fixture
def lawyer(centre):
    return enrol("lela", "Lela Langat", Role.LEGAL, centre)


def event_of(package, move):
    return package.custody.filter(move=move).order_by("-number").first()


@pytest.fixture
def amend(custodian, coordinator):
    """Propose, approve and write an amendment."""

    def amended(event, field, new, by=None):
        by = by or custodian
        asked = amendments.propose_amendment(
            event=event, field=field, new=new, by=by, code="good", **WHY
        )
        approvals.approve(proposal=asked, by=coordinator, code="good")
        return amendments.carry_out_correction(proposal=asked, by=by)

    return amended


@pytest.fixture
def void(custodian, coordinator):
    """Propose, approve and write a void."""

    def voided(event, by=None, approvers=()):
        by = by or custodian
        asked = amendments.propose_void(event=event, by=by, code="good", **WHY)
        for person in (coordinator, *approvers):
            approvals.approve(proposal=asked, by=person, code="good")
        return amendments.carry_out_correction(proposal=asked, by=by)

    return voided


def test_an_amended_place_counts_and_the_old_one_stays_readable(
    stored_item, other_shelf, amend
):
    stored = event_of(stored_item, Move.STORED)
    before = standing(stored_item).place

    amend(stored, "place", other_shelf.code)

    stored.refresh_from_db()
    assert stored.place_id == before
    assert standing(stored_item).place == other_shelf.pk
    told = dossier(stored_item)
    line = next(t for t in told.told if t.event.pk == stored.pk)
    assert line.place == "Shelf 2"
    assert line.was == {"place": "Shelf 1"}
    assert told.amendments == 1
    assert list(faults()) == []


def test_an_amendment_can_be_amended(stored_item, shelf, other_shelf, amend):
    stored = event_of(stored_item, Move.STORED)
    amend(stored, "place", other_shelf.code)
    first = event_of(stored_item, Move.AMENDED)

    amend(first, "place", shelf.code)

    assert standing(stored_item).place == shelf.pk
    assert dossier(stored_item).amendments == 2


def test_the_report_prints_both_and_counts(
    stored_item, other_shelf, amend, custodian, later
):
    amend(event_of(stored_item, Move.STORED), "place", other_shelf.code)

    report = actions.print_report(package=stored_item, by=custodian)
    text = text_of(custody_report(report))

    assert "1 amendments" in text
    assert "(was: Shelf 1)" in text
    assert "Dora Daudi" in text
    assert "Misread" in text


@pytest.mark.parametrize(
    ("field", "new"),
    [
        ("occurred_at", "2026-06-01T08:59:00+00:00"),
        ("place", "a place"),
        ("seal_before", "A7"),
    ],
)
def test_acceptance_13_grave_fields_are_never_amended_alone(
    stored_item, custodian, field, new
):
    stored = event_of(stored_item, Move.STORED)
    with pytest.raises(RuleError):
        amendments.amend_event(event=stored, field=field, new=new, by=custodian, **WHY)
    assert dossier(stored_item).amendments == 0


def test_words_are_amended_alone_and_stay_readable(stored_item, custodian):
    stored = event_of(stored_item, Move.STORED)

    amendments.amend_event(
        event=stored, field="temperature", new="21 °C", by=custodian, **WHY
    )

    line = next(t for t in dossier(stored_item).told if t.event.pk == stored.pk)
    assert "Temperature: 21 °C" in line.words
    assert line.corrections[0].new == "21 °C"


def test_who_proposed_an_amendment_does_not_approve_it(
    stored_item, other_shelf, centre, custodian
):
    stored = event_of(stored_item, Move.STORED)
    asked = amendments.propose_amendment(
        event=stored,
        field="place",
        new=other_shelf.code,
        by=custodian,
        code="good",
        **WHY,
    )

    with pytest.raises((RuleError, AccessError)):
        approvals.approve(proposal=asked, by=custodian, code="good")
    with pytest.raises(RuleError, match="waits for approval"):
        amendments.carry_out_correction(proposal=asked, by=custodian)
    assert standing(stored_item).place != other_shelf.pk


@pytest.mark.parametrize("person", ["counsellor", "investigator", "auditor"])
def test_others_correct_nothing(stored_item, request, person):
    stored = event_of(stored_item, Move.STORED)
    with pytest.raises(AccessError):
        amendments.amend_event(
            event=stored,
            field="note",
            new="x",
            by=request.getfixturevalue(person),
            **WHY,
        )


@pytest.mark.parametrize("field", ["move", "seq", "recorded_at", "actor", "item"])
def test_kind_order_signature_and_subject_are_never_amended(
    stored_item, custodian, field
):
    stored = event_of(stored_item, Move.STORED)
    with pytest.raises(RuleError, match="Choose what is to be amended"):
        amendments.propose_amendment(
            event=stored, field=field, new="x", by=custodian, code="good", **WHY
        )


def test_a_time_after_it_was_written_down_is_refused(stored_item, custodian):
    stored = event_of(stored_item, Move.STORED)
    after = (stored.recorded_at + timedelta(hours=1)).isoformat()
    with pytest.raises(RuleError, match="after the event was written down"):
        amendments.propose_amendment(
            event=stored, field="occurred_at", new=after, by=custodian,
            code="good", **WHY,
        )  # fmt: skip


def test_a_time_that_breaks_the_order_is_refused(stored_item, custodian):
    stored = event_of(stored_item, Move.STORED)
    early = (stored.occurred_at - timedelta(days=3)).isoformat()
    with pytest.raises(RuleError, match="could not have happened"):
        amendments.propose_amendment(
            event=stored, field="occurred_at", new=early, by=custodian,
            code="good", **WHY,
        )  # fmt: skip


def test_a_seal_number_typed_wrongly_is_amended_and_taken_for_ever(
    sealed_item, nurse, amend
):
    amend(event_of(sealed_item, Move.SEALED), "seal_after", "A-10", by=nurse)

    assert standing(sealed_item).seal == "A10"
    assert Seal.objects.filter(number="A10").exists()


def test_a_seal_number_used_elsewhere_is_refused(
    sealed_item, collect, seal_up, nurse, amend
):
    seal_up(collect("ORAL-SW", "mouth"), "A2")
    with pytest.raises(RuleError, match="was used before"):
        amend(event_of(sealed_item, Move.SEALED), "seal_after", "A2", by=nurse)


def test_a_number_read_at_a_receipt_is_a_discrepancy_first(
    stored_item, custodian, amend
):
    seen = Seen("B9", Condition.NUMBER_DIFFERS)
    actions.check_seal(package=stored_item, seen=seen, by=custodian)
    checked = event_of(stored_item, Move.SEAL_CHECKED)
    plain = actions.check_seal(package=stored_item, seen=Seen("A1"), by=custodian)

    with pytest.raises(RuleError, match="Raise a discrepancy first"):
        amend(plain, "seal_after", "A7")
    amend(checked, "seal_after", "A1")
    line = next(t for t in dossier(stored_item).told if t.event.pk == checked.pk)
    assert line.was["seal"] == "A1 → B9"


def test_a_void_event_counts_no_longer_and_stays_readable(
    stored_item, custodian, void, centre
):
    stored = event_of(stored_item, Move.STORED)

    void(stored)

    assert standing(stored_item).state is State.SEALED
    assert CustodyEvent.objects.filter(pk=stored.pk).exists()
    assert dossier(stored_item).voids == 1
    assert [w.package for w in lists.awaiting_put_away(centre, custodian)] == [
        stored_item
    ]
    assert not lists.in_store(centre, custodian)
    report = actions.print_report(package=stored_item, by=custodian)
    assert "VOID: Put away" in text_of(documents.custody_report(report))
    assert list(faults()) == []


def test_acceptance_14_a_void_with_dependants_is_refused_and_newest_first_works(
    stored_item, other_shelf, custodian, void
):
    actions.check_out(
        package=stored_item,
        taker=enrol("kofi", "Kofi K", Role.CUSTODIAN, stored_item.case.centre),
        reason="Photograph",
        by=custodian,
    )
    stored = event_of(stored_item, Move.STORED)
    taken = event_of(stored_item, Move.CHECKED_OUT)

    with pytest.raises(RuleError, match="could not have happened"):
        void(stored)
    void(taken)
    void(stored)

    assert standing(stored_item).state is State.SEALED


def test_an_answered_discrepancy_rests_on_its_question(
    stored_item, custodian, coordinator, void
):
    raised = actions.raise_discrepancy(
        package=stored_item, question="other", words="Dented", by=custodian
    )
    actions.resolve_discrepancy(
        event=raised, outcome="explained", words="Old dent", by=coordinator
    )
    with pytest.raises(RuleError, match="rest on this one"):
        void(raised)


def test_a_question_raised_in_error_is_void(stored_item, custodian, void, centre):
    raised = actions.raise_discrepancy(
        package=stored_item, question="other", words="Dented", by=custodian
    )

    void(raised)

    assert standing(stored_item).questions == ()
    assert lists.open_questions(centre, custodian) == []


def test_a_correction_is_never_voided(stored_item, other_shelf, amend, custodian):
    amend(event_of(stored_item, Move.STORED), "place", other_shelf.code)
    with pytest.raises(RuleError, match="An amendment stays"):
        amendments.propose_void(
            event=event_of(stored_item, Move.AMENDED), by=custodian, code="good", **WHY
        )


def test_a_hand_over_is_not_taken_back_by_one_side(offered, stored_item, custodian):
    with pytest.raises(RuleError, match="two sides"):
        amendments.propose_void(
            event=event_of(stored_item, Move.RELEASED),
            by=custodian,
            code="good",
            **WHY,
        )


def test_after_the_end_a_void_needs_two_approvals(case, nurse, coordinator, lawyer):
    item = actions.note_not_taken(
        case=case, kit=None, specimen="ORAL-SW", site="mouth", reason="declined",
        by=nurse,
    )  # fmt: skip
    event = event_of(item, Move.NOT_TAKEN)
    asked = amendments.propose_void(event=event, by=nurse, code="good", **WHY)
    approvals.approve(proposal=asked, by=coordinator, code="good")
    with pytest.raises(RuleError, match="two other people"):
        amendments.carry_out_correction(proposal=asked, by=nurse)

    approvals.approve(proposal=asked, by=lawyer, code="good")
    amendments.carry_out_correction(proposal=asked, by=nurse)

    assert standing(item).state is State.PLANNED


def test_what_happened_to_the_kit_is_corrected_on_everything_in_it(
    sealed_kit, fridge, shelf, custodian, amend
):
    actions.store(package=sealed_kit, place=shelf, by=custodian)
    amend(event_of(sealed_kit, Move.STORED), "place", fridge.parent.code)

    for thing in (sealed_kit, *contents(sealed_kit)):
        assert standing(thing).place == fridge.parent.pk
        assert history(thing)[-1].event.move == Move.AMENDED


def test_what_was_put_into_a_kit_in_error_is_not_in_it(
    kit, collect, seal_up, nurse, void
):
    item = seal_up(collect(kit=kit), "A1")
    added = actions.add_to_kit(item=item, kit=kit, by=nurse)

    void(added, by=nurse)

    assert contents(kit) == []
    assert standing(item).kit is None


def test_an_amendment_of_what_changed_meanwhile_is_refused(
    stored_item, other_shelf, fridge, custodian, coordinator, amend
):
    stored = event_of(stored_item, Move.STORED)
    asked = amendments.propose_amendment(
        event=stored, field="place", new=other_shelf.code, by=custodian,
        code="good", **WHY,
    )  # fmt: skip
    approvals.approve(proposal=asked, by=coordinator, code="good")
    amend(stored, "place", fridge.parent.code)

    with pytest.raises(RuleError, match="amended meanwhile"):
        amendments.carry_out_correction(proposal=asked, by=custodian)


def test_the_effect_is_the_last_word_on_each_field():
    a, b, c, d = (uuid4() for _ in range(4))
    found = rules.effect_of(
        [
            Correction(b, a, Field.PLACE, "1"),
            Correction(c, b, Field.PLACE, "2"),
            Correction(d, a, Field.NOTE, "n"),
        ]
    )

    assert found.values == {a: {Field.PLACE: "2", Field.NOTE: "n"}}
    assert found.by == {a: (b, c, d)}
    assert found.void == frozenset()


def test_a_correction_goes_through_its_pages(
    stored_item, other_shelf, browse, custodian, coordinator
):
    stored = event_of(stored_item, Move.STORED)
    browser = browse(custodian)
    where = reverse("correct_event", args=[stored.pk])
    page = browser.get(where).content.decode()
    assert "another person approves" in page

    form = reverse("amend_event", args=[stored.pk, "place"])
    typed = {"new": other_shelf.code, "code": "good", **WHY}
    wrong = browser.post(form, typed | {"code": "bad"})
    assert WHY["words"] in wrong.content.decode()
    assert "one-time code is not right" in wrong.content.decode()
    assert browser.post(form, typed).status_code == 302

    asked = Proposal.objects.get()
    browse(coordinator).post(
        reverse("proposal", args=[asked.pk]), {"answer": "approve", "code": "good"}
    )
    assert "Write the correction" in browser.get(where).content.decode()
    written = browser.post(reverse("carry_out_correction", args=[asked.pk]))

    assert written.headers["Location"] == stored_item.get_absolute_url()
    shown = browser.get(stored_item.get_absolute_url()).content.decode()
    assert "<s>Shelf 1</s>" in shown
    assert "1 amendment," in shown


def test_the_page_of_a_void_says_why_it_is_refused(
    offered, stored_item, browse, custodian
):
    released = event_of(stored_item, Move.RELEASED)

    answer = browse(custodian).post(
        reverse("void_event", args=[released.pk]), {"code": "good", **WHY}
    )

    assert "A hand-over has two sides" in answer.content.decode()
    assert WHY["words"] in answer.content.decode()


def test_what_was_not_missing_after_all_is_under_way_again(
    offered, stored_item, custodian, void
):
    from centre.chain_of_custody.actions.holds import declare_missing

    declare_missing(
        package=stored_item,
        last_seen="At the counter",
        searches="Everywhere",
        notified="The coordinator",
        by=custodian,
    )
    void(event_of(stored_item, Move.DISCREPANCY_RAISED))
    void(event_of(stored_item, Move.MISSING_DECLARED))

    assert standing(stored_item).state is State.IN_TRANSIT
    assert list(drift_of(stored_item.case)) == []
