"""When the network is down: a form in two copies, entered later with its scan."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from centre.agencies.actions import Offer, list_agency
from centre.chain_of_custody.actions import requests as asking
from centre.chain_of_custody.actions.bundles import export_evidence
from centre.chain_of_custody.actions.paper_handover import (
    OnPaper,
    enter_paper_handover,
    open_paper_form,
    print_blank_form,
)
from centre.chain_of_custody.models import CustodyEvent, PaperForm, Transfer
from centre.chain_of_custody.queries.history import standing
from centre.chain_of_custody.queries.requests import lines_of
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.moves import Move, State
from centre.core import clock, verification
from centre.core.actions import approvals
from centre.core.errors import AccessError, RuleError
from centre.ledger.models import Entry
from tests.pdf import text_of
from tests.verifier.conftest import check, unzipped

__all__ = ["check"]

pytestmark = pytest.mark.usefixtures("monday")
SCAN = b"%PDF-1.7 the signed form"


@pytest.fixture
def approved(centre, coordinator, custodian, investigator, stored_item, decide, later):
    """A request on the survivor's consent, approved two hours ago."""
    from centre.agencies.actions import add_member

    police = list_agency(
        centre=centre, kind="police", offer=Offer("Riverside Police"), by=coordinator
    )
    add_member(agency=police, user=investigator, unit="Desk", by=coordinator)
    for item in ("C16", "C18"):
        to = police.recipient.code
        decide(stored_item.case, item, recipient=to, purpose="investigation")
    request = asking.request_evidence(
        centre=centre,
        lines=[asking.Asked("Swab", "consent", "", "investigation")],
        details={"unit_case_no": "OB 1", "quoted": "", "collector": "Otieno Ouma"},
        needed_by=None,
        by=investigator,
    )
    asking.match_request(
        request=request, found={lines_of(request)[0].pk: stored_item}, by=custodian
    )
    decided = [asking.Decided(line, is_approved=True) for line in lines_of(request)]
    asking.decide_request(request=request, decisions=decided, by=coordinator)
    later(hours=3)
    return request


@pytest.fixture
def form(centre, custodian):
    """A blank form, printed beforehand."""
    return print_blank_form(centre=centre, by=custodian)


@pytest.fixture
def on_paper(form, outsider, nurse):
    """What stands on it: handed over an hour and a half ago."""
    return OnPaper(
        number=form.number,
        content=SCAN,
        happened_at=clock.now() - timedelta(minutes=90),
        late_reason="No power since the morning",
        conveyance="By hand",
        receiver=outsider,
        witness=nurse,
    )


@pytest.fixture
def enter(approved, stored_item, custodian, on_paper, codes):
    """Enter the form."""

    def entered(**more):
        given = {
            "request": approved,
            "scanned": [stored_item.code],
            "seen": {stored_item.code: Seen("A1")},
            "on_paper": on_paper,
            "by": custodian,
            **more,
        }
        return enter_paper_handover(code=codes(given["by"]), **given)

    return entered


def test_a_paper_hand_over_is_two_late_entries_with_the_scan(
    enter, stored_item, custodian
):
    transfer = enter()

    out = stored_item.custody.get(move=Move.HANDED_OUT)
    released = stored_item.custody.get(move=Move.RELEASED)
    assert {out.entry_mode, released.entry_mode} == {"late"}
    assert out.occurred_at < out.recorded_at
    assert out.details["late_reason"] == "No power since the morning"
    assert standing(stored_item).state is State.OUT_OF_SYSTEM
    assert open_paper_form(form=transfer.paper_form, by=custodian) == SCAN
    kept = Entry.objects.get(kind="paper_form.kept")
    assert kept.content.statement.blob == bytes.fromhex(
        transfer.paper_form.cipher_sha256
    )
    assert list(verification.faults()) == []


def test_the_scan_goes_along_to_a_court_and_an_opened_entry_names_it(
    enter, stored_item, custodian, monkeypatch, check
):
    transfer = enter()
    monkeypatch.setattr(approvals, "check_factor", lambda **_: True)

    def exported(**how):
        return unzipped(
            export_evidence(packages=[stored_item], by=custodian, code="good", **how)
        )

    name = f"files/{transfer.paper_form.sha256}"
    files = exported(has_documents=True)
    assert (files[name], check(files)[0]) == (SCAN, 0)
    assert name not in exported()

    files[name] = SCAN + b"!"
    assert check(files)[0] != 0


def test_acceptance_22_the_same_form_sent_twice_is_one_hand_over(enter):
    first = enter()
    before = (CustodyEvent.objects.count(), Entry.objects.count())

    assert enter() == first

    assert (CustodyEvent.objects.count(), Entry.objects.count()) == before
    assert Transfer.objects.count() == 1


def test_another_scan_under_the_same_number_is_refused(enter, on_paper):
    enter()

    with pytest.raises(RuleError, match="entered before, with another scan"):
        enter(on_paper=replace(on_paper, content=b"%PDF-1.7 another"))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"number": "AAAAAAAAAAAAB"}, "not the number of a form"),
        ({"content": b"text"}, "a PDF, a JPEG or a PNG"),
        ({"content": b""}, "empty"),
        ({"late_reason": " "}, "why it was done on paper"),
    ],
)
def test_a_form_that_is_none_is_refused_and_leaves_nothing(
    enter, on_paper, change, says
):
    with pytest.raises(RuleError, match=says):
        enter(on_paper=replace(on_paper, **change))

    assert not Transfer.objects.exists()
    assert not PaperForm.objects.exists()


def test_a_wrong_set_is_refused_on_paper_too(enter):
    with pytest.raises(RuleError, match="Not scanned yet"):
        enter(scanned=[])

    assert not Transfer.objects.exists()


def test_consent_taken_back_before_the_hour_on_the_form_stops_it(
    enter, approved, stored_item, decide, on_paper, later
):
    to = approved.agency.code
    decide(
        stored_item.case,
        "C18",
        state="withdrawn",
        recipient=to,
        purpose="investigation",
    )
    later(minutes=30)

    with pytest.raises(RuleError, match="consent"):
        enter(on_paper=replace(on_paper, happened_at=clock.now()))

    assert not Transfer.objects.exists()


def test_only_the_desk_enters_and_prints_forms(enter, centre, nurse):
    with pytest.raises(AccessError):
        enter(by=nurse)
    with pytest.raises(AccessError):
        print_blank_form(centre=centre, by=nurse)


def test_each_form_has_its_own_number_and_two_copies(browse, custodian):
    client = browse(custodian)
    one, two = (client.post(reverse("blank_form")).content for _ in range(2))

    words = text_of(one)
    assert "Copy for the centre" in words
    assert "Copy for the receiver" in words
    assert one != two


def test_entered_by_the_page_with_the_scan(
    approved, stored_item, custodian, nurse, form, browse, codes
):
    told = {
        "number": form.number,
        "content": SimpleUploadedFile("form.pdf", SCAN, "application/pdf"),
        "happened_at": (clock.now() + timedelta(hours=1, minutes=30)).strftime(
            "%Y-%m-%dT%H:%M"
        ),
        "late_reason": "No power",
        "conveyance": "By hand",
        "scanned": stored_item.code,
        f"{stored_item.code}-seal": "A1",
        f"{stored_item.code}-condition": "intact",
        f"{stored_item.code}-package": "intact",
        "name": "Otieno Ouma",
        "rank": "Sergeant",
        "organisation": "Riverside Police",
        "identity_kind": "service_card",
        "identity_last4": "8841",
        "witness": str(nurse.pk),
        "code": codes(custodian),
    }
    client = browse(custodian)
    answer = client.post(reverse("enter_paper", args=[approved.reference]), told)

    assert answer.status_code == 302
    transfer = Transfer.objects.get()
    assert client.get(reverse("paper_form", args=[transfer.code])).content == SCAN
    page = client.get(reverse("transfer", args=[transfer.code])).content.decode()
    assert "late entry" in page
    receipt = client.get(reverse("transfer_receipt", args=[transfer.code]))
    assert "Signed on paper" in " ".join(text_of(receipt.content).split())
