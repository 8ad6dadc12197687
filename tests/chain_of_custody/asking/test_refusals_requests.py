"""What is refused when evidence is to leave on a request.

Each act is refused, then done once more with that one guard switched off. The page
refuses in a sentence, keeps what was typed, and takes the same answers once the way it
named was gone.
"""

from __future__ import annotations

import pytest
from django.urls import reverse

from centre.chain_of_custody import actions as store
from centre.chain_of_custody.actions import handover
from centre.chain_of_custody.actions import request_steps as steps
from centre.chain_of_custody.actions import requests as actions
from centre.chain_of_custody.queries.history import standing
from centre.chain_of_custody.rules import checks, grounds
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.codes import Mark, payload
from centre.chain_of_custody.rules.moves import State
from centre.core import consent
from centre.core.errors import ConsentError
from tests.chain_of_custody.refusing import let_through, refused, turned_away

pytestmark = pytest.mark.usefixtures("monday", "signs")

ORDER = {"authority": "Magistrate's court", "dated_on": "2026-05-28"}


@pytest.fixture
def give(custodian):
    """Offer the approved items of a request: what was scanned, and each seal."""

    def given(request, seals, scanned=None):
        return handover.offer_handover(
            request=request,
            seals=seals,
            scanned=list(seals) if scanned is None else scanned,
            carried=handover.Carried("Car"),
            code="good",
            by=custodian,
        )

    return given


def offer_page(request):
    return reverse("handover_offer", args=[request.reference])


def offering(*packages, seal="A1", **more):
    marks = {"item": Mark.ITEM, "kit": Mark.KIT}
    return {
        "scanned": "\n".join(payload(marks[p.thing], p.code) for p in packages),
        **{f"{p.code}-seal": seal for p in packages},
        "conveyance": "Car of the unit",
        "code": "good",
        **more,
    }


# R2 and R4: somebody else has it, or it is on its way already


def test_r02_page_what_a_colleague_holds_is_not_offered(
    approved, stored_item, shelf, nurse, custodian, browse
):
    store.check_out(package=stored_item, taker=nurse, reason="Photo", by=custodian)
    client, typed = browse(custodian), offering(stored_item)
    kept = ["Car of the unit"]

    turned_away(client, offer_page(approved), typed, "raise a discrepancy", kept=kept)

    store.check_in(package=stored_item, place=shelf, seen=Seen("A1"), by=custodian)
    let_through(client, offer_page(approved), typed)


def test_r04_page_a_second_offer_waits_for_the_first(
    approved, ask, match, approve, stored_item, custodian, give, browse
):
    other = ask()
    match(other, stored_item)
    approve(other)
    (first,) = give(approved, {stored_item.code: "A1"})
    client, typed = browse(custodian), offering(stored_item)

    turned_away(
        client,
        offer_page(other),
        typed,
        "Receive or cancel that transfer first",
        kept=["Car of the unit"],
    )

    seen = {stored_item.code: "A1"}
    cancelling = {
        "reason": "Nobody came",
        **{f"{code}-seal": seal for code, seal in seen.items()},
        f"{stored_item.code}-condition": "intact",
        f"{stored_item.code}-package": "intact",
        "code": "good",
    }
    let_through(client, reverse("cancel_transfer", args=[first.code]), cancelling)
    let_through(client, offer_page(other), typed)


# R12: on a ground that holds today


@pytest.fixture
def ordered(ask, match, approve, stored_item, coordinator, later):
    """Approved on an order that has run out since."""
    told = {**ORDER, "valid_until": "2026-06-02"}
    request = ask(actions.Asked("Swab", "court_order", "MC 12", "court", told=told))
    match(request, stored_item)
    steps.review_request(
        request=request, verdict="covers", words="Line 1", by=coordinator
    )
    approve(request)
    later(days=3)
    return request


def test_r12_action_control_nothing_leaves_on_an_order_that_ran_out(
    ordered, stored_item, give, monkeypatch
):
    with refused("ask the requester for a new one"):
        give(ordered, {stored_item.code: "A1"})

    monkeypatch.setattr(grounds, "check_in_force", lambda basis, told, today: None)
    assert give(ordered, {stored_item.code: "A1"})


def test_r12_page_nothing_leaves_that_nobody_approved(
    ask, agree, match, approve, stored_item, custodian, browse
):
    agree()
    request = ask()
    match(request, stored_item)
    client, typed = browse(custodian), offering(stored_item)

    turned_away(
        client,
        offer_page(request),
        typed,
        "No line of this request is approved",
        kept=["Car of the unit"],
    )
    approve(request)
    let_through(client, offer_page(request), typed)


# R13: with consent that stands


def test_r13_action_control_what_she_took_back_stays(
    approved, agree, stored_item, give, monkeypatch
):
    agree("withdrawn")

    with refused("taken her consent back", ConsentError):
        give(approved, {stored_item.code: "A1"})

    monkeypatch.setattr(consent, "require", lambda case, item, **told: None)
    assert give(approved, {stored_item.code: "A1"})


def test_r13_action_control_an_anonymous_case_stays(
    approved, stored_item, give, monkeypatch
):
    monkeypatch.setattr(
        "centre.chain_of_custody.actions.transfers.terms.reporting",
        lambda case, recipient, *, at: checks.Reporting.ANONYMOUS,
    )
    with refused("only on a court's order"):
        give(approved, {stored_item.code: "A1"})

    monkeypatch.setattr(checks, "check_reporting", lambda reporting, basis: None)
    assert give(approved, {stored_item.code: "A1"})


def test_r13_page_what_she_took_back_stays_until_she_agrees_anew(
    approved, agree, stored_item, custodian, browse
):
    client, typed = browse(custodian), offering(stored_item)
    agree("withdrawn")

    turned_away(
        client,
        offer_page(approved),
        typed,
        "taken her consent back",
        kept=["Car of the unit"],
    )
    agree()
    let_through(client, offer_page(approved), typed)


# R14: exactly what was approved


def test_r14_action_control_what_was_scanned_is_what_was_approved(
    approved, stored_item, give, monkeypatch
):
    def with_another():
        code = stored_item.code
        return give(approved, {code: "A1"}, scanned=[code, "AAAAAAAAAAAAA"])

    with refused("ask for a decision on a new line"):
        with_another()

    monkeypatch.setattr(handover, "check_scan_set", lambda names, scanned: None)
    assert with_another()


@pytest.fixture
def half_approved(ask, agree, match, approve, sealed_kit, shelf, custodian):
    """One of the two items in a sealed kit is approved."""
    store.store(package=sealed_kit, place=shelf, by=custodian)
    agree()
    request = ask()
    match(request, sealed_kit.items.first())
    approve(request)
    return request


def test_r14_action_control_a_kit_leaves_with_what_was_approved_alone(
    half_approved, sealed_kit, give, monkeypatch
):
    with refused("Ask for a decision on them"):
        give(half_approved, {sealed_kit.code: "K1"})

    monkeypatch.setattr(checks, "check_released_set", lambda approved, leaving: None)
    give(half_approved, {sealed_kit.code: "K1"})
    assert standing(sealed_kit).state is State.IN_TRANSIT


def test_r14_page_another_package_blocks_the_whole_set(
    approved, stored_item, collect, seal_up, custodian, browse
):
    other = seal_up(collect("ORAL-SW", "mouth"), "A2")
    client, typed = browse(custodian), offering(stored_item)
    both = typed | {"scanned": f"{stored_item.code}\n{other.code}"}

    turned_away(
        client, offer_page(approved), both, other.code, kept=["Car of the unit"]
    )
    let_through(client, offer_page(approved), typed)
