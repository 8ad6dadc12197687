"""Requests for evidence and the hand-over: separate acts of separate people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from centre.agencies.actions import Offer, add_member, list_agency
from centre.chain_of_custody.actions import handover
from centre.chain_of_custody.actions import requests as actions
from centre.chain_of_custody.models import (
    CustodyEvent,
    EvidenceRequest,
    LineDecision,
    Transfer,
)
from centre.chain_of_custody.queries import requests as queries
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.fold import Condition
from centre.chain_of_custody.rules.request_steps import State
from centre.core import clock, totp
from centre.core.actions import people
from centre.core.errors import AccessError, RuleError
from centre.core.models import ConsentDecision, TotpDevice
from centre.ledger.models import Entry
from tests.pdf import text_of

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def police(centre, coordinator, investigator):
    """The investigator's own agency."""
    agency = list_agency(
        centre=centre, kind="police", offer=Offer("Riverside Police"), by=coordinator
    )
    add_member(agency=agency, user=investigator, unit="Gender desk", by=coordinator)
    return agency.recipient


@pytest.fixture
def phones(custodian, investigator, monday):
    """Both have a second factor; hands out the code their phones show."""
    for user in (custodian, investigator):
        device = people.begin_factor(by=user)
        people.confirm_factor(by=user, code=totp.code_at(device.seed, clock.now()))
    monday.shift(timedelta(minutes=2))

    def code(user) -> str:
        return totp.code_at(TotpDevice.objects.get(user=user).seed, clock.now())

    return code


@pytest.fixture
def allowed(case, nurse, police, decide):
    """The survivor allows reporting to, and samples for, this very unit."""
    talk = ConsentDecision.objects.filter(case=case).first().conversation

    def write(item: str, state: str) -> ConsentDecision:
        at = clock.now()
        last = ConsentDecision.objects.filter(case=case).count()
        return ConsentDecision.objects.create(
            case=case,
            conversation=talk,
            number=last + 1000,
            item=item,
            recipient=police.code,
            purpose="investigation",
            state=state,
            valid_from=at,
            valid_until=None,
            decided_at=at,
            taken_by=nurse,
            details={},
        )

    write("C16", "given")
    write("C18", "given")
    return write


@pytest.fixture
def asked(centre, investigator, police):
    """One request for one item on the survivor's consent."""
    return actions.request_evidence(
        centre=centre,
        lines=[actions.Asked("Low vaginal swab", "consent", "", "investigation")],
        details={
            "unit_case_no": "OB 1/2026",
            "quoted": "",
            "collector": "Ivan",
            "urgency": "",
        },
        needed_by=None,
        by=investigator,
    )


@pytest.fixture
def matched(asked, stored_item, custodian):
    """The request, matched to the stored item."""
    line = asked.lines.get()
    actions.match_request(request=asked, found={line.pk: stored_item}, by=custodian)
    return asked


@pytest.fixture
def approved(matched, allowed, coordinator):
    """The request, approved on the consent in force."""
    decide_all(matched, coordinator)
    return matched


def decide_all(request: EvidenceRequest, by, *, yes: bool = True, reason: str = ""):
    decisions = [
        actions.Decided(line, is_approved=yes, reason=reason)
        for line in queries.lines_of(request)
    ]
    return actions.decide_request(request=request, decisions=decisions, by=by)


def offer(request, item, by, code):
    return handover.offer_handover(
        request=request,
        seals={item.code: seal_of(item)},
        scanned=[item.code],
        carried=handover.Carried("Car"),
        code=code,
        by=by,
    )


def seal_of(item) -> str:
    return (
        CustodyEvent.objects.filter(item=item).exclude(seal_after="").last().seal_after
    )


def test_from_asking_to_the_receipt(
    approved, stored_item, custodian, investigator, phones
):
    offer(approved, stored_item, custodian, phones(custodian))
    assert queries.standing(approved) is State.OFFERED

    handover.accept_handover(
        request=approved,
        seen={stored_item.code: Seen(seal_of(stored_item))},
        scanned=[stored_item.code],
        code=phones(investigator),
        by=investigator,
    )

    assert queries.standing(approved) is State.HANDED_OVER
    kinds = list(Entry.objects.order_by("n").values_list("kind", flat=True))
    assert "transfer.released" in kinds
    assert kinds[-1] == "transfer.received"


def test_the_receipt_names_both_sides_and_both_seals(
    approved, stored_item, custodian, investigator, phones, browse
):
    offer(approved, stored_item, custodian, phones(custodian))
    handover.accept_handover(
        request=approved,
        seen={stored_item.code: Seen(seal_of(stored_item))},
        scanned=[stored_item.code],
        code=phones(investigator),
        by=investigator,
    )

    answer = browse(investigator).get(
        reverse("handover_receipt", args=[approved.reference])
    )

    words = text_of(answer.content)
    assert "Kito Kamau" in words
    assert "Ivan Irungu" in words
    assert words.count(seal_of(stored_item)) >= 2
    assert "entries, anchor" in words


def test_the_answer_is_the_same_whatever_is_known_here(
    centre, investigator, police, browse, stored_item
):
    client = browse(investigator)
    pages = []
    for quoted in (stored_item.code, "NOSUCHCODE"):
        made = actions.request_evidence(
            centre=centre,
            lines=[actions.Asked(quoted, "consent", "", "investigation")],
            details={"unit_case_no": "1", "quoted": quoted, "collector": "I"},
            needed_by=None,
            by=investigator,
        )
        page = client.get(reverse("own_request", args=[made.reference]))
        text = page.content.decode().replace(made.reference, "REFERENCE")
        text = text.replace(str(made), "REFERENCE").replace(quoted, "QUOTED")
        pages.append([x for x in text.splitlines() if "csrf" not in x.lower()])

    assert pages[0] == pages[1]


def test_the_requester_reads_the_same_word_for_every_refusal(
    matched, allowed, coordinator, investigator, browse
):
    decide_all(matched, coordinator, yes=False, reason="safety_risk")

    page = browse(investigator).get(reverse("own_request", args=[matched.reference]))

    words = page.content.decode()
    assert "Not released" in words
    assert "safety" not in words.lower()


def test_without_consent_no_line_is_approved(matched, coordinator):
    with pytest.raises(RuleError, match="no consent in force"):
        decide_all(matched, coordinator)

    assert not LineDecision.objects.exists()


def test_consent_taken_back_after_the_decision_stops_the_offer(
    approved, allowed, stored_item, custodian, phones
):
    allowed("C18", "withdrawn")

    with pytest.raises(RuleError, match="taken her consent back"):
        offer(approved, stored_item, custodian, phones(custodian))

    assert not Transfer.objects.exists()


def test_consent_taken_back_after_the_offer_stops_the_receipt(
    approved, allowed, stored_item, custodian, investigator, phones
):
    offer(approved, stored_item, custodian, phones(custodian))
    allowed("C18", "withdrawn")

    with pytest.raises(RuleError, match="taken her consent back"):
        handover.accept_handover(
            request=approved,
            seen={stored_item.code: Seen(seal_of(stored_item))},
            scanned=[stored_item.code],
            code=phones(investigator),
            by=investigator,
        )

    assert queries.standing(approved) is State.CONSENT_WITHDRAWN


def test_a_wrong_code_writes_nothing_and_is_not_spent_elsewhere(
    approved, stored_item, custodian, phones
):
    with pytest.raises(RuleError, match="everything else you typed is kept"):
        offer(approved, stored_item, custodian, "000000")

    assert not Transfer.objects.exists()
    assert offer(approved, stored_item, custodian, phones(custodian))


def test_a_different_seal_number_never_counts_as_intact(
    approved, stored_item, custodian, investigator, phones
):
    offer(approved, stored_item, custodian, phones(custodian))
    code = phones(investigator)

    with pytest.raises(RuleError, match="not the one on record"):
        handover.accept_handover(
            request=approved,
            seen={stored_item.code: Seen("WRONG-1")},
            scanned=[stored_item.code],
            code=code,
            by=investigator,
        )
    assert queries.standing(approved) is State.OFFERED

    handover.accept_handover(
        request=approved,
        seen={stored_item.code: Seen("WRONG-1", Condition.NUMBER_DIFFERS)},
        scanned=[stored_item.code],
        code=code,
        by=investigator,
    )
    moves = [e.move for e in CustodyEvent.objects.filter(item=stored_item)]
    assert "discrepancy.raised" in moves


def test_nothing_is_received_before_it_was_released(approved, investigator, phones):
    with pytest.raises(RuleError, match="Nothing is released to you"):
        handover.accept_handover(
            request=approved,
            seen={},
            scanned=[],
            code=phones(investigator),
            by=investigator,
        )


def test_who_decided_does_not_hand_out(
    matched, allowed, centre, coordinator, stored_item
):
    from centre.core.actions.set_up import system_actor

    people.grant_role(
        user=coordinator, role="custodian", centre=centre, by=system_actor()
    )
    coordinator.acting = None
    decide_all(matched, coordinator)

    with pytest.raises(RuleError, match="another person must hand the items out"):
        offer(matched, stored_item, coordinator, "000000")


def test_another_person_cannot_receive_in_the_requester_s_place(
    approved, stored_item, custodian, phones
):
    offer(approved, stored_item, custodian, phones(custodian))

    with pytest.raises(AccessError):
        handover.accept_handover(
            request=approved, seen={}, scanned=[], code="000000", by=custodian
        )


def test_a_line_is_decided_once(approved, coordinator):
    line = approved.lines.get()

    with pytest.raises(RuleError, match="decided already"):
        actions.decide_request(
            request=approved,
            decisions=[actions.Decided(line, is_approved=True)],
            by=coordinator,
        )


@pytest.mark.parametrize(
    ("basis", "reference", "words"),
    [("court_order", "", "number and date of the order"), ("statute", "", "section")],
)
def test_a_basis_other_than_consent_is_named(
    centre, investigator, police, basis, reference, words
):
    with pytest.raises(RuleError, match=words):
        actions.request_evidence(
            centre=centre,
            lines=[actions.Asked("Swab", basis, reference, "court")],
            details={},
            needed_by=None,
            by=investigator,
        )

    assert not EvidenceRequest.objects.exists()


def test_an_account_without_an_agency_asks_for_nothing(centre, investigator):
    with pytest.raises(RuleError, match="belongs to no agency"):
        actions.request_evidence(
            centre=centre,
            lines=[actions.Asked("Swab", "consent", "", "court")],
            details={},
            needed_by=None,
            by=investigator,
        )


def test_a_request_sent_twice_is_one_request(investigator, police, browse):
    client = browse(investigator)
    page = client.get(reverse("request_evidence"))
    posted = {
        "token": str(page.context["form"]["token"].value()),
        "unit_case_no": "OB 2",
        "purpose": "investigation",
        "collector": "Ivan",
        "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "0",
        "lines-0-what": "Underwear",
        "lines-0-basis": "consent",
    }

    first = client.post(reverse("request_evidence"), posted)
    second = client.post(reverse("request_evidence"), posted)

    assert first.url == second.url
    assert EvidenceRequest.objects.count() == 1


def test_lists_of_requests_ask_a_constant_number_of_queries(
    centre, investigator, police, coordinator, browse, django_assert_max_num_queries
):
    for number in range(12):
        actions.request_evidence(
            centre=centre,
            lines=[actions.Asked(f"Item {number}", "consent", "", "court")],
            details={},
            needed_by=None,
            by=investigator,
        )
    client = browse(coordinator)

    with django_assert_max_num_queries(18):
        client.get(reverse("requests"))


def test_whoever_has_no_part_in_requests_finds_no_such_page(asked, nurse, browse):
    client = browse(nurse)

    assert client.get(reverse("request", args=[asked.reference])).status_code == 404
    assert client.get(reverse("requests")).status_code == 404
