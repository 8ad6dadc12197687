"""A hand-over, an opened seal and a report, with a security key beside the code."""

from __future__ import annotations

import importlib
import io
import zipfile
from typing import Any

import pytest
from django.urls import reverse

from centre.chain_of_custody import actions, documents
from centre.chain_of_custody.actions.bundles import export_evidence
from centre.chain_of_custody.actions.receipts import print_transfer_receipt
from centre.chain_of_custody.models import CustodyEvent, IssuedReport, Item
from centre.chain_of_custody.queries.entries import assurances, marks
from centre.chain_of_custody.rules.codes import Mark, payload
from centre.chain_of_custody.rules.moves import Move
from centre.chain_of_custody.views.confirming import after_act, after_transfer
from centre.core import journal
from centre.core.actions import approvals, confirming
from centre.core.actions.restorations import accept_loss
from centre.core.assurance import Assurance
from centre.core.known_heads import KnownHead, Lost
from centre.core.models import Confirmation, Waiting
from centre.core.verification import faults
from centre.ledger.models import Entry, Head
from tests.pdf import text_of
from tests.soft_key import challenge_in

osc_verify: Any = importlib.import_module("verifier.osc_verify")

pytestmark = pytest.mark.usefixtures("monday")


def confirm(waiting, key, by):
    answer = key.signed(challenge_in(confirming.options_for(waiting)))
    return confirming.confirm_act(waiting=waiting, credential=answer, by=by)


def confirmed(transfers, key, by):
    """Confirm what this person did last about these hand-overs."""
    assert after_transfer(transfers, back="/", by=by).startswith("/confirm/")
    return confirm(Waiting.objects.get(done_at=None), key, by)


def confirmed_act(event, key, by):
    """Confirm an act on one thing, as its page leads to it."""
    assert after_act(event, back="/", by=by).startswith("/confirm/")
    confirm(Waiting.objects.get(done_at=None), key, by)
    return how(event) is Assurance.SECURITY_KEY


def how(event):
    """What stands behind the signature of an event."""
    return assurances([event])[event.pk]


def test_receipt_says_how_each_side_signed(
    received, offered, custodian, investigator, keyed
):
    confirmed([offered], keyed(investigator), investigator)

    receipt = print_transfer_receipt(transfer=offered, by=custodian)
    read = " ".join(text_of(documents.handover_receipt(receipt)).split())

    assert "confirmed by a security key" in read
    assert read.count("security key") == 1
    assert list(faults()) == []


def test_one_touch_confirms_every_package_of_a_hand_over(
    case, collect, seal_up, custodian, shelf, terms, investigator, keyed
):
    seals = {"A1": collect(), "A2": collect("ORAL-SW", "mouth")}
    for number, item in seals.items():
        actions.store(package=seal_up(item, number), place=shelf, by=custodian)
    transfer = actions.release_transfer(
        case=case,
        lines=[actions.Line(item) for item in seals.values()],
        seals={item.code: number for number, item in seals.items()},
        terms=terms,
        receiver=investigator,
        by=custodian,
    )

    row = confirmed([transfer], keyed(custodian), custodian)

    events = CustodyEvent.objects.filter(transfer=transfer, move=Move.RELEASED)
    assert set(assurances(events).values()) == {Assurance.SECURITY_KEY}
    assert len(row.positions) == 2


def test_what_was_not_confirmed_is_not_said_to_be(received, offered, custodian, keyed):
    confirmed([offered], keyed(custodian), custodian)

    releasing = offered.events.get(move=Move.RELEASED)
    receiving = offered.events.get(move=Move.RECEIVED)
    assert how(releasing) is Assurance.SECURITY_KEY
    assert how(receiving) is Assurance.SERVER_KEY


def test_whoever_has_no_key_goes_straight_on(offered, custodian):
    assert after_transfer([offered], back="/there/", by=custodian) == "/there/"


def test_everyday_acts_ask_for_no_key(stored_item, custodian, keyed):
    keyed(custodian)
    event = stored_item.custody.get(move=Move.STORED)

    assert after_act(event, back="/there/", by=custodian) == "/there/"


def test_report_tells_what_was_confirmed_when_it_was_first_printed(
    received, offered, stored_item, custodian, keyed, later
):
    first = actions.print_report(package=stored_item, by=custodian)
    later(minutes=1)
    confirmed([offered], keyed(custodian), custodian)
    again = actions.print_report(package=stored_item, by=custodian)
    issued = IssuedReport.objects.get(number=first.number)

    copy = actions.reprint_report(issued=issued, by=custodian)

    assert how_many(copy) == 0
    assert how_many(again) == 1
    assert documents.body_digest(copy) == documents.body_digest(first)
    assert "security key" in " ".join(text_of(documents.custody_report(again)).split())


def test_report_in_a_new_log_tells_all_of_the_old_one(
    received, offered, stored_item, custodian, keyed, administrator, coordinator, anyway
):
    confirmed([offered], keyed(custodian), custodian)
    log = journal.origin(offered.case.centre)
    size = Head.objects.get(pk=log).size
    accept_loss(
        centre=offered.case.centre,
        lost=[Lost(log, size, KnownHead(size + 3, bytes(32)))],
        words="The disk burnt.",
        by=administrator,
        code="good",
        second=coordinator,
        second_code="good",
    )
    item = Item.objects.get(pk=stored_item.pk)

    report = actions.print_report(package=item, by=custodian)

    assert report.head.origin != log
    assert len(report.marks) == len(report.told.told) == item.custody.count()
    assert how_many(report) == 1


@pytest.fixture
def anyway(monkeypatch):
    """Every one-time code is right."""
    monkeypatch.setattr(approvals, "check_factor", lambda *, by, code: True)


def how_many(report):
    return sum(mark.is_confirmed for mark in report.marks.values())


def test_confirmations_cost_the_same_number_of_queries(
    received, stored_item, django_assert_num_queries
):
    events = list(stored_item.custody.all())

    for some in (events[:1], events):
        with django_assert_num_queries(3):
            marks(some)


def test_bundle_takes_the_confirmation_along(
    received, offered, stored_item, custodian, keyed, codes
):
    row = confirmed([offered], keyed(custodian), custodian)
    code = codes(custodian)

    content = export_evidence(packages=[stored_item], by=custodian, code=code)

    files = unpacked(content)
    found = osc_verify.Bundle(files)
    found.check()
    n = Entry.objects.get(stream=row.pk.bytes).n
    assert f"entries/{n}.json" in files
    assert f"with a security key of her own as well: {n}." in " ".join(found.said)


def unpacked(content):
    archive = zipfile.ZipFile(io.BytesIO(content))
    return {n.removeprefix("bundle/"): archive.read(n) for n in archive.namelist()}


def test_receiving_on_its_page_leads_to_the_key_and_on(
    offered, stored_item, investigator, keyed, codes, browse
):
    key, code = keyed(investigator), codes(investigator)
    browser = browse(investigator)
    told = {
        "scanned": payload(Mark.ITEM, stored_item.code),
        f"{stored_item.code}-seal": "A1",
        f"{stored_item.code}-condition": "intact",
        f"{stored_item.code}-package": "intact",
        "code": code,
    }

    asked = browser.post(reverse("receive_transfer", args=[offered.code]), told)
    page = browser.get(asked.url)
    answer = key.signed(challenge_in(page.context["options"]))
    done = browser.post(asked.url, {"credential": answer})

    assert "Received: " in page.content.decode()
    assert done.url == reverse("transfer", args=[offered.code])
    assert Confirmation.objects.get().user == investigator
