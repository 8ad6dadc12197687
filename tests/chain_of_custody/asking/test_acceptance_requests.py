"""What a request for evidence must withstand, by the number of its acceptance test."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from centre import endings
from centre.chain_of_custody.actions import laboratory
from centre.chain_of_custody.actions import request_steps as steps
from centre.chain_of_custody.actions import requests as actions
from centre.chain_of_custody.models import (
    CustodyEvent,
    EvidenceRequest,
    LineRelease,
    LineTerms,
    LineTransfer,
    RequestStep,
    Transfer,
)
from centre.chain_of_custody.queries import requests as queries
from centre.chain_of_custody.queries.request_work import work
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.request_steps import State
from centre.core import clock
from centre.core.errors import AccessError, RuleError
from centre.core.permissions import Role
from centre.core.verification import faults
from tests.chain_of_custody.asking.conftest import DETAILS
from tests.conftest import enrol

pytestmark = pytest.mark.usefixtures("monday")

ORDER = {"authority": "Magistrate's court", "dated_on": "2026-05-28"}


# 7: nothing leaves without a ground, and the reason is said (R12)


def test_acceptance_07_r12_action_a_line_nobody_decided_releases_nothing(
    ask, match, stored_item, offer
):
    request = ask()
    match(request, stored_item)

    with pytest.raises(RuleError, match="No line of this request is approved"):
        offer(request, {stored_item.code: "A1"})

    assert not Transfer.objects.exists()


def test_acceptance_07_r12_page_says_what_is_missing(
    ask, match, stored_item, custodian, browse, phone
):
    request = ask()
    match(request, stored_item)
    code = phone(custodian)

    page = browse(custodian).post(
        reverse("handover_offer", args=[request.reference]),
        {"conveyance": "Car", "code": code},
    )

    assert page.status_code == 200
    assert "No line of this request is approved" in page.content.decode()


def test_acceptance_07_r12_action_an_order_that_ran_out_releases_nothing(
    ask, match, approve, stored_item, coordinator, offer, monday
):
    told = {**ORDER, "valid_until": "2026-06-02"}
    line = actions.Asked("Swab", "court_order", "MC 12/2026", "court", told=told)
    request = ask(line)
    match(request, stored_item)
    steps.review_request(
        request=request, verdict="covers", words="Line 1", by=coordinator
    )
    approve(request)
    monday.shift(timedelta(days=3))

    with pytest.raises(RuleError, match="run out"):
        offer(request, {stored_item.code: "A1"})

    assert not Transfer.objects.exists()


@pytest.mark.parametrize("missing", ["authority", "dated_on"])
def test_acceptance_07_r12_action_an_order_names_its_court_and_its_date(ask, missing):
    told = {name: word for name, word in ORDER.items() if name != missing}

    with pytest.raises(RuleError, match="names its court or authority"):
        ask(actions.Asked("Swab", "warrant", "W 1", "court", told=told))


def test_an_order_is_read_by_law_before_it_is_decided(
    ask, match, approve, stored_item, coordinator
):
    request = ask(
        actions.Asked("Swab", "court_order", "MC 12/2026", "court", told=ORDER)
    )
    match(request, stored_item)
    assert queries.standing(request) is State.LEGAL_REVIEW

    with pytest.raises(RuleError, match="legal review"):
        approve(request)

    steps.review_request(
        request=request, verdict="covers", words="Line 1", by=coordinator
    )
    approve(request)
    assert queries.standing(request) is State.APPROVED_FULL


# 8: consent taken back between approval and hand-over (R13)


def test_acceptance_08_r13_action_consent_taken_back_stops_the_offer_at_once(
    approved, agree, offer, stored_item
):
    agree("withdrawn")

    assert queries.standing(approved) is State.CONSENT_WITHDRAWN
    with pytest.raises(RuleError, match="taken her consent back"):
        offer(approved, {stored_item.code: "A1"})


def test_acceptance_08_r13_page_the_requester_reads_neutral_words(
    approved, agree, investigator, browse
):
    agree("withdrawn")

    page = browse(investigator).get(reverse("own_request", args=[approved.reference]))

    words = page.content.decode()
    assert "Stopped. Please speak with the centre." in words
    assert "consent taken back" not in words.lower()
    assert "withdrawn" not in words.lower()


def test_acceptance_08_r13_action_after_the_hand_over_it_is_recorded_and_forwarded(
    handed_over, agree, custodian
):
    agree("withdrawn")
    sentences = [task.sentence for task in work(custodian, clock.now())]
    assert any("taken back" in sentence for sentence in sentences)

    steps.forward_withdrawal(request=handed_over, words="Called the unit", by=custodian)

    assert queries.standing(handed_over) is State.HANDED_OVER
    assert RequestStep.objects.filter(step="withdrawal_forwarded").exists()


# 9: what leaves is exactly what was approved (R14)


def test_acceptance_09_r14_action_an_unapproved_item_in_the_kit_blocks_the_whole_set(
    ask, agree, match, approve, sealed_kit, shelf, custodian, offer
):
    from centre.chain_of_custody import actions as store

    store.store(package=sealed_kit, place=shelf, by=custodian)
    agree()
    request = ask()
    match(request, sealed_kit.items.first())
    approve(request)

    with pytest.raises(RuleError, match="nobody approved"):
        offer(request, {sealed_kit.code: "K1"})

    assert not Transfer.objects.exists()


def test_a_part_of_the_lines_is_approved_and_the_rest_refused(
    ask, agree, match, approve, stored_item
):
    agree()
    line = actions.Asked("Swab", "consent", "", "investigation")
    request = ask(line, line)
    match(request, stored_item, None)

    approve(request, only={1})

    assert queries.standing(request) is State.APPROVED_PARTIAL


# 18: no answer tells whether a person or a kit is known here


def test_acceptance_18_a_known_and_an_unknown_item_answer_byte_for_byte_alike(
    ask, match, stored_item, custodian, investigator, browse
):
    known, unknown = ask(), ask()
    match(known, stored_item)
    match(unknown, None)
    client = browse(investigator)

    pages = [_page(client, request) for request in (known, unknown)]

    assert pages[0] == pages[1]


def test_acceptance_18_a_refused_known_item_reads_like_an_unknown_one(
    ask, match, approve, stored_item, investigator, browse
):
    known, unknown = ask(), ask()
    match(known, stored_item)
    match(unknown, None)
    for request in (known, unknown):
        approve(request, only=set())
    client = browse(investigator)

    pages = [_page(client, request) for request in (known, unknown)]

    assert pages[0] == pages[1]
    assert "Not released" in pages[0]


def _page(client, request) -> str:
    page = client.get(reverse("own_request", args=[request.reference]))
    words = page.content.decode()
    for name in (request.reference, str(request)):
        words = words.replace(name, "REFERENCE")
    return "\n".join(x for x in words.splitlines() if "csrf" not in x.lower())


def test_a_colleague_sees_nothing_until_she_is_named_to_collect(
    approved, colleague, custodian, browse
):
    where = reverse("own_request", args=[approved.reference])
    assert browse(colleague).get(where).status_code == 404

    steps.schedule_pickup(
        request=approved,
        planned_at=clock.now() + timedelta(hours=3),
        person=colleague,
        by=custodian,
    )

    assert queries.standing(approved) is State.PICKUP_SCHEDULED
    assert browse(colleague).get(where).status_code == 200


# Three people: who asks, who decides, who lets go


def test_the_database_holds_that_the_decider_did_not_ask(approved, coordinator):
    terms = LineTerms.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        LineTerms.objects.create(
            decision_id=terms.decision_id,
            asked_by=coordinator,
            decided_by=coordinator,
            details={},
        )


@pytest.mark.parametrize("same", ["decided_by", "asked_by"])
def test_the_database_holds_that_three_people_act_on_a_line(offered, same):
    kept = LineRelease.objects.get()
    other = LineTransfer.objects.create(
        line=kept.link.line, transfer=kept.link.transfer, offered_at=clock.now()
    )
    people_of = {
        "asked_by": kept.asked_by,
        "decided_by": kept.decided_by,
        "released_by": kept.released_by,
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        LineRelease.objects.create(
            link=other, **people_of | {same: people_of["released_by"]}
        )


def test_an_emergency_is_reviewed_by_somebody_who_did_not_decide_it(
    ask, match, approve, stored_item, coordinator, centre
):
    line = actions.Asked("Swab", "emergency", "Suspect at large", "investigation")
    request = ask(line)
    match(request, stored_item)
    approve(request)
    second = enrol("dina", "Dina Dida", Role.COORDINATOR, centre)
    due = [t.due for t in work(second, clock.now()) if "emergency" in t.sentence]
    assert due == [clock.now() + timedelta(hours=72)]

    with pytest.raises(RuleError, match="another coordinator or the legal officer"):
        steps.review_emergency(
            request=request, verdict="covers", words="Needed", by=coordinator
        )
    steps.review_emergency(request=request, verdict="covers", words="Needed", by=second)

    assert not [t for t in work(second, clock.now()) if "emergency" in t.sentence]


def test_where_there_is_one_coordinator_the_legal_officer_reviews_the_emergency(
    ask, match, approve, stored_item, centre, browse
):
    officer = enrol("lotte", "Lotte Leboo", Role.LEGAL, centre)
    calm = ask()
    line = actions.Asked("Swab", "emergency", "Suspect at large", "investigation")
    request = ask(line)
    match(request, stored_item)
    approve(request)
    [task] = [t for t in work(officer, clock.now()) if "emergency" in t.sentence]
    client = browse(officer)

    assert "Suspect at large" in client.get(task.href).content.decode()
    quiet = reverse("review_emergency_request", args=[calm.reference])
    assert client.get(quiet).status_code == 404
    assert client.get(request.get_absolute_url()).status_code == 404
    client.post(task.href, {"verdict": "covers", "words": "Needed at once"})
    assert request.steps.filter(step="emergency_reviewed", by=officer).exists()
    assert not [t for t in work(officer, clock.now()) if "emergency" in t.sentence]


# The survivor is asked; silence is not consent


def test_the_care_team_is_to_ask_and_silence_is_not_consent(
    ask, match, stored_item, nurse, nurse_off_team, approve
):
    request = ask()
    match(request, stored_item)
    line = request.lines.get()
    line.refresh_from_db()
    assert queries.standing(request) is State.AWAITING_SURVIVOR
    asked = [t for t in work(nurse, clock.now()) if "survivor" in t.sentence]
    assert asked
    assert not work(nurse_off_team, clock.now())

    with pytest.raises(RuleError, match="no consent in force"):
        steps.keep_answer(line=line, answer="agreed", by=nurse)
    with pytest.raises(RuleError, match="0 of 3 attempts"):
        steps.keep_answer(line=line, answer="not_reached", by=nurse)
    for _ in range(3):
        steps.try_survivor(line=line, outcome="not_reached", words="", by=nurse)
    steps.keep_answer(line=line, answer="not_reached", by=nurse)

    with pytest.raises(RuleError, match="no consent in force"):
        approve(request)


def test_her_yes_counts_once_her_consent_is_signed(
    ask, match, approve, agree, stored_item, nurse
):
    request = ask()
    match(request, stored_item)
    agree()

    steps.keep_answer(line=request.lines.get(), answer="agreed", by=nurse)

    assert queries.standing(request) is State.TRIAGE
    approve(request)
    assert queries.standing(request) is State.APPROVED_FULL


# By letter


def test_a_letter_of_the_defence_needs_the_court(centre, police, custodian):
    letter = actions.Letter(
        "defence", police.recipient, "Adv. Obi", "Advocate", "", "L 4"
    )

    with pytest.raises(RuleError, match="defence asks through the court"):
        actions.key_in_request(
            centre=centre,
            letter=letter,
            lines=[actions.Asked("Swab", "consent", "", "court")],
            details=DETAILS,
            needed_by=None,
            by=custodian,
        )


def test_a_letter_is_nobody_s_own_request(centre, police, custodian, investigator):
    letter = actions.Letter("court", police.recipient, "Clerk Ode", "", "", "L 5")
    line = actions.Asked("Swab", "court_order", "MC 3", "court", told=ORDER)

    made = actions.key_in_request(
        centre=centre,
        letter=letter,
        lines=[line],
        details=DETAILS,
        needed_by=None,
        by=custodian,
    )

    assert not queries.own(custodian).filter(pk=made.pk).exists()
    assert not queries.own(investigator).filter(pk=made.pk).exists()
    assert queries.receiver_of(made) is None


def test_all_items_asked_for_become_one_line_each(
    ask, match, agree, approve, collect, seal_up, stored_item
):
    agree()
    other = seal_up(collect("ORAL-SW", "mouth"), "A2")
    request = ask(actions.Asked("All", "consent", "", "investigation", scope="all"))

    match(request, [stored_item, other])

    assert request.lines.count() == 2
    assert queries.standing(request) is State.TRIAGE


# The steps around


def test_a_question_goes_to_the_requester_and_back(ask, custodian, investigator):
    request = ask()
    steps.ask_info(request=request, words="Which unit?", by=custodian)
    assert queries.standing(request) is State.NEEDS_INFO

    steps.give_info(request=request, words="The gender desk", by=investigator)

    assert queries.standing(request) is State.SUBMITTED


def test_the_first_request_of_a_unit_is_called_back(ask, custodian):
    request = ask()

    with pytest.raises(RuleError, match="first time"):
        steps.triage_request(
            request=request, identity="known", urgency="normal", words="", by=custodian
        )


@pytest.mark.parametrize("identity", ["called_back", "not_verified"])
def test_a_pickup_says_that_nobody_has_verified_who_asks(
    ask, agree, match, approve, stored_item, custodian, investigator, identity
):
    agree()
    request = ask()
    steps.triage_request(
        request=request, identity=identity, urgency="normal", words="", by=custodian
    )
    match(request, stored_item)
    approve(request)
    steps.schedule_pickup(
        request=request,
        planned_at=clock.now() + timedelta(hours=3),
        person=investigator,
        by=custodian,
    )

    told = [t.sentence for t in work(custodian, clock.now())]
    [pickup] = [sentence for sentence in told if "pick-up" in sentence]
    assert ("nobody has verified" in pickup) is (identity == "not_verified")


def test_a_refusal_can_be_disputed_and_is_answered(
    ask, match, approve, investigator, coordinator
):
    request = ask()
    match(request, None)
    approve(request, only=set())
    steps.dispute_answer(request=request, words="It was taken", by=investigator)
    assert queries.standing(request) is State.DISPUTED

    steps.answer_dispute(request=request, words="Ask the court", by=coordinator)

    assert queries.standing(request) is State.REFUSED


@pytest.mark.parametrize(
    ("act", "given"),
    [
        (steps.ask_info, {"words": "Which unit?"}),
        (steps.expire_request, {"words": "Nobody came"}),
        (steps.close_request, {"words": ""}),
    ],
)
def test_a_step_of_the_desk_is_not_the_requester_s(ask, investigator, act, given):
    request = ask()

    with pytest.raises(AccessError):
        act(request=request, by=investigator, **given)


def test_a_request_is_closed_only_after_its_course(ask, coordinator):
    with pytest.raises(RuleError, match="cannot be written down now"):
        steps.close_request(request=ask(), words="", by=coordinator)


def test_a_draft_is_kept_and_sent_later(investigator, police, browse):
    client = browse(investigator)
    kept = client.post(
        reverse("request_evidence"),
        {
            "keep": "yes",
            "unit_case_no": "OB 7",
            "lines-TOTAL_FORMS": "1",
            "lines-INITIAL_FORMS": "0",
            "lines-0-what": "Underwear",
        },
    )

    page = client.get(kept.url).content.decode()

    assert "OB 7" in page
    assert "Underwear" in page
    assert not EvidenceRequest.objects.exists()


# The laboratory (R15, R27)


def test_a_submission_goes_its_way_and_keeps_no_result(
    submitted, approved, lab, stored_item, phone
):
    assert queries.standing(approved) is State.LAB_SUBMITTED
    laboratory.accept_submission(
        transfer=submitted,
        seen={stored_item.code: Seen("A1")},
        lab_case_no="FL 9",
        code=phone(lab),
        by=lab,
    )
    assert queries.standing(approved) is State.LAB_RECEIVED
    laboratory.start_analysis(transfer=submitted, by=lab)
    laboratory.finish_analysis(transfer=submitted, by=lab)
    laboratory.issue_result(
        transfer=submitted, report_no="R 1", status="complete", by=lab
    )

    assert queries.standing(approved) is State.RESULT_ISSUED
    issued = CustodyEvent.objects.get(move="lab.result_issued")
    assert set(issued.details) == {"actor", "report_no"}


def test_r27_page_the_laboratory_rejects_with_its_reason(
    submitted, lab, stored_item, phone, browse
):
    code = phone(lab)
    answer = browse(lab).post(
        reverse("take_in_submission", args=[submitted.code]),
        {
            f"{stored_item.code}-seal": "A1",
            f"{stored_item.code}-condition": "intact",
            "verdict": "reject",
            "reason": "leaking",
            "code": code,
        },
    )

    assert answer.status_code == 302
    rejected = CustodyEvent.objects.get(move="lab.rejected")
    assert rejected.reason_code == "leaking"


def test_another_laboratory_finds_no_such_submission(submitted, centre, browse):
    other = enrol("lou", "Lou Lokol", Role.LAB, centre)

    answer = browse(other).get(reverse("submission", args=[submitted.code]))

    assert answer.status_code == 404


# The court


def test_evidence_goes_to_court_and_back_under_its_seal(stored_item, custodian):
    from centre.chain_of_custody.actions import court
    from centre.chain_of_custody.queries.history import standing

    court.produce_in_court(
        package=stored_item,
        court="High Court",
        case_no="CR 4",
        exhibit="P1",
        order="MC 9 of 1 June",
        officer="Clerk Ode",
        seal="A1",
        by=custodian,
    )
    assert standing(stored_item).state == "in_court"
    court.return_from_court(package=stored_item, seal="A1", order="", by=custodian)

    assert standing(stored_item).state == "received"


def test_nothing_is_produced_in_court_without_its_order(stored_item, custodian):
    from centre.chain_of_custody.actions import court

    with pytest.raises(RuleError, match="number and date of the court's order"):
        court.produce_in_court(
            package=stored_item,
            court="High Court",
            case_no="CR 4",
            exhibit="",
            order="",
            officer="Clerk Ode",
            seal="A1",
            by=custodian,
        )


def test_the_whole_way_leaves_nothing_unbound_in_the_ledger(handed_over):
    tables = {"requeststep", "lineterms", "linerelease", "requestparty", "linepart"}

    assert not [f for f in faults() if any(name in str(f) for name in tables)]


def test_an_overdue_clock_reaches_who_answers_for_it(
    ask, custodian, coordinator, nurse, monday
):
    ask()
    early = [t.sentence for t in work(coordinator, clock.now())]
    assert not [s for s in early if "Acknowledge" in s]
    monday.shift(timedelta(days=2))

    for person in (custodian, coordinator):
        found = [t.sentence for t in work(person, clock.now())]
        assert "Acknowledge the request: overdue." in found
    assert not work(nurse, clock.now())


def test_a_request_is_not_taken_back_after_the_hand_over(handed_over, investigator):
    with pytest.raises(RuleError, match="too far to be taken back"):
        actions.withdraw_request(request=handed_over, by=investigator)

    assert queries.standing(handed_over) is State.HANDED_OVER


def test_an_open_request_is_taken_back(ask, investigator):
    request = ask()

    actions.withdraw_request(request=request, by=investigator)

    assert queries.standing(request) is State.WITHDRAWN


def test_r25_action_an_open_request_keeps_the_case_open(
    ask, match, stored_item, coordinator
):
    match(ask(), stored_item)

    with pytest.raises(RuleError, match="not run their course"):
        endings.close_case(
            case=stored_item.case, reason="completed", words="", by=coordinator
        )


def test_acceptance_15_an_open_request_bars_the_end(
    ask, match, stored_item, custodian, monkeypatch, later
):
    from centre.chain_of_custody.actions import disposal, retention
    from centre.core.actions import approvals

    monkeypatch.setattr(approvals, "check_factor", lambda *, by, code: code == "good")
    retention.set_retention(package=stored_item, by=custodian)
    request = ask()
    match(request, stored_item)
    later(days=365 * 60)
    end = {"package": stored_item, "words": "Over", "by": custodian, "code": "good"}

    with pytest.raises(RuleError, match="request"):
        disposal.propose_destruction(**end)
    actions.withdraw_request(request=request, by=request.requested_by)
    assert disposal.propose_destruction(**end)
