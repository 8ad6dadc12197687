"""What evidence is asked for, and what follows from it (R15)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from centre.chain_of_custody.actions import request_steps as steps
from centre.chain_of_custody.actions import requests as actions
from centre.chain_of_custody.models import LineDecision, Transfer
from centre.chain_of_custody.queries import requests as queries
from centre.chain_of_custody.rules.request_steps import State
from centre.core.errors import RuleError

pytestmark = pytest.mark.usefixtures("monday")

TOLD = {"authority": "Magistrate's court", "dated_on": "2026-05-28"}


def for_analysis(basis="consent", words="", **told):
    return actions.Asked("Swab", basis, words, "analysis", told=told)


@pytest.fixture
def report(agree):
    """She decides to tell this police unit, or takes it back."""

    def told(state="given"):
        agree(state, item="C16")

    return told


@pytest.fixture
def agree_to_analysis(agree):
    """She agrees to an analysis."""

    def agreed(state="given"):
        agree(state, item="C22", purpose="analysis")

    return agreed


@pytest.fixture
def for_the_laboratory(ask, match, stored_item):
    """A request for analysis, matched."""
    request = ask(for_analysis())
    match(request, stored_item)
    return request


def test_r15_action_an_analysis_of_what_she_did_not_report_is_not_approved(
    for_the_laboratory, agree_to_analysis, approve
):
    agree_to_analysis()

    with pytest.raises(RuleError, match="kept without a report"):
        approve(for_the_laboratory)

    assert not LineDecision.objects.exists()


def test_an_analysis_is_approved_once_she_reports_and_agrees(
    for_the_laboratory, agree_to_analysis, report, approve
):
    report()
    agree_to_analysis()

    approve(for_the_laboratory)

    assert queries.standing(for_the_laboratory) is State.APPROVED_FULL


def test_consent_to_the_investigation_is_none_to_an_analysis(
    for_the_laboratory, agree, report, approve
):
    report()
    agree()

    with pytest.raises(RuleError, match="consent"):
        approve(for_the_laboratory)


def test_r15_action_a_report_taken_back_after_the_decision_keeps_it_here(
    for_the_laboratory, agree_to_analysis, report, approve, offer, stored_item
):
    report()
    agree_to_analysis()
    approve(for_the_laboratory)
    report("withdrawn")

    with pytest.raises(RuleError, match="kept without a report"):
        offer(for_the_laboratory, {stored_item.code: "A1"})

    assert not Transfer.objects.exists()


def test_a_court_orders_an_analysis_without_a_report(
    ask, match, approve, stored_item, coordinator
):
    request = ask(for_analysis("court_order", "MC 12/2026", **TOLD))
    match(request, stored_item)
    steps.review_request(
        request=request, verdict="covers", words="Line 1", by=coordinator
    )

    approve(request)

    assert queries.standing(request) is State.APPROVED_FULL


def test_no_other_purpose_is_asked_for(ask):
    with pytest.raises(RuleError, match="what the evidence is for"):
        ask(actions.Asked("Swab", "consent", "", "curiosity"))


@pytest.mark.parametrize("purpose", ["investigation", "analysis", "court"])
def test_the_form_offers_the_purpose(investigator, police, browse, purpose):
    page = browse(investigator).get(reverse("request_evidence")).content.decode()

    assert f'value="{purpose}"' in page
