"""What is refused between the store and a laboratory.

The act is refused, then done once more with that one guard switched off.
"""

from __future__ import annotations

import pytest
from django.urls import reverse

from centre.agencies.queries import agency_of
from centre.chain_of_custody.actions import laboratory
from centre.chain_of_custody.models import CustodyEvent, Transfer
from centre.chain_of_custody.rules.checks import Seen
from tests.chain_of_custody.refusing import let_through, refused, turned_away

pytestmark = pytest.mark.usefixtures("monday", "signs")


# R15: nothing unreported is tested


@pytest.fixture
def for_the_lab(agree, lab):
    """She agrees to an analysis by this laboratory; whether she reports is another."""
    to = agency_of(lab).code
    agree(item="C22", recipient=to, purpose="analysis")
    return lab


@pytest.fixture
def submit(approved, for_the_lab, stored_item, custodian):
    """Submit the approved item to the laboratory."""

    def submitted() -> Transfer:
        return laboratory.submit_to_lab(
            request=approved,
            lab=for_the_lab,
            seals={stored_item.code: "A1"},
            submission=laboratory.Submission("S 1", "DNA profile"),
            conveyance="Courier",
            code="good",
            by=custodian,
        )

    return submitted


def test_r15_action_control_nothing_unreported_goes_to_a_laboratory(
    submit, lab, monkeypatch
):
    with refused("after the survivor has decided to report"):
        submit()

    monkeypatch.setattr(laboratory, "check_may_be_analysed", lambda case, basis, at: 0)
    assert submit().receiver == lab


def test_r15_page_nothing_unreported_goes_to_a_laboratory(
    approved, for_the_lab, agree, stored_item, custodian, browse
):
    client = browse(custodian)
    page = reverse("submit_to_lab", args=[approved.reference])
    typed = {
        "lab": for_the_lab.username,
        "number": "S 1",
        "tests": "DNA profile",
        f"{stored_item.code}-seal": "A1",
        "conveyance": "Courier",
        "code": "good",
    }

    turned_away(client, page, typed, "on a court's order", kept=["DNA profile"])
    agree(item="C16")
    let_through(client, page, typed)


# R27: a laboratory rejects for a reason


@pytest.fixture
def sent(submit, agree):
    """She reports, so it travels."""
    agree(item="C16")
    return submit()


def test_r27_action_control_a_laboratory_rejects_for_a_reason(
    sent, lab, stored_item, monkeypatch
):
    def reject():
        laboratory.reject_submission(
            transfer=sent,
            seen={stored_item.code: Seen("A1")},
            reason="because",
            words="No",
            code="good",
            by=lab,
        )

    with refused("Choose why"):
        reject()

    monkeypatch.setattr(laboratory.rules, "check_rejection", lambda reason: None)
    reject()
    assert CustodyEvent.objects.filter(move="lab.rejected").exists()


def test_r27_page_a_laboratory_rejects_for_a_reason(sent, lab, stored_item, browse):
    client = browse(lab)
    page = reverse("take_in_submission", args=[sent.code])
    typed = {
        f"{stored_item.code}-seal": "A1",
        f"{stored_item.code}-condition": "intact",
        "verdict": "reject",
        "words": "It drips",
        "code": "good",
    }

    turned_away(client, page, typed, "Choose why", kept=["It drips"])
    let_through(client, page, typed | {"reason": "leaking"})
