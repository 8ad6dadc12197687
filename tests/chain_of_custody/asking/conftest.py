"""Requests for evidence at each of their stations, made by the acts themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from centre.agencies.actions import Offer, add_member, list_agency
from centre.chain_of_custody.actions import handover, laboratory
from centre.chain_of_custody.actions import requests as actions
from centre.chain_of_custody.models import EvidenceRequest, Transfer
from centre.chain_of_custody.queries import requests as queries
from centre.chain_of_custody.rules.checks import Seen
from centre.core import clock, totp
from centre.core.actions import people
from centre.core.models import TotpDevice
from centre.core.permissions import Role
from tests.conftest import enrol

DETAILS = {"unit_case_no": "OB 1/2026", "quoted": "", "collector": "Ivan"}


@pytest.fixture
def police(centre, coordinator, investigator):
    agency = list_agency(
        centre=centre, kind="police", offer=Offer("Riverside Police"), by=coordinator
    )
    add_member(agency=agency, user=investigator, unit="Gender desk", by=coordinator)
    return agency


@pytest.fixture
def colleague(centre, coordinator, police):
    """Another officer of the same agency."""
    user = enrol("iris", "Iris Ithau", Role.INVESTIGATOR, centre)
    add_member(agency=police, user=user, unit="Gender desk", by=coordinator)
    return user


@pytest.fixture
def lab(centre, coordinator):
    """A person of a laboratory listed here."""
    agency = list_agency(
        centre=centre, kind="laboratory", offer=Offer("State Lab"), by=coordinator
    )
    user = enrol("lara", "Lara Lemayian", Role.LAB, centre)
    add_member(agency=agency, user=user, unit="Reception", by=coordinator)
    return user


@pytest.fixture
def phone(monday):
    """Give somebody a second factor, and the code her phone shows."""

    def code(user) -> str:
        device = TotpDevice.objects.filter(user=user).first()
        if device is None:
            device = people.begin_factor(by=user)
            people.confirm_factor(by=user, code=totp.code_at(device.seed, clock.now()))
        monday.shift(timedelta(minutes=2))
        device = TotpDevice.objects.get(user=user)
        return totp.code_at(device.seed, clock.now())

    return code


@pytest.fixture
def ask(centre, investigator, police):
    """Send a request of so many lines."""

    def asked(*lines, by=None) -> EvidenceRequest:
        wanted = lines or (actions.Asked("Swab", "consent", "", "investigation"),)
        return actions.request_evidence(
            centre=centre,
            lines=wanted,
            details=DETAILS,
            needed_by=None,
            by=by or investigator,
        )

    return asked


@pytest.fixture
def agree(case, decide, police):
    """The survivor agrees, or takes it back, for this police unit."""

    def agreed(state="given", item="C18", recipient=police.recipient.code, **more):
        given = {"purpose": "investigation", **more}
        return decide(case, item, state=state, recipient=recipient, **given)

    return agreed


@pytest.fixture
def match(custodian):
    def matched(request, *items):
        lines = list(request.lines.all())
        found = dict(zip((line.pk for line in lines), items, strict=True))
        return actions.match_request(request=request, found=found, by=custodian)

    return matched


@pytest.fixture
def approve(coordinator):
    def approved(request, *, only=None, **more):
        decisions = [
            actions.Decided(
                line, only is None or line.number in only, "not_held", **more
            )
            for line in queries.lines_of(request)
        ]
        return actions.decide_request(
            request=request, decisions=decisions, by=coordinator
        )

    return approved


@pytest.fixture
def offer(custodian, phone):
    def offered(request, seals):
        code = phone(custodian)
        return handover.offer_handover(
            request=request,
            seals=seals,
            scanned=list(seals),
            carried=handover.Carried("Car"),
            code=code,
            by=custodian,
        )

    return offered


@pytest.fixture
def approved(ask, agree, match, approve, stored_item):
    """A request for the stored item, approved on the survivor's consent."""
    agree()
    request = ask()
    match(request, stored_item)
    approve(request)
    return request


@pytest.fixture
def offered(approved, offer, stored_item):
    offer(approved, {stored_item.code: "A1"})
    return approved


@pytest.fixture
def handed_over(offered, stored_item, investigator, phone):
    handover.accept_handover(
        request=offered,
        seen={stored_item.code: Seen("A1")},
        scanned=[stored_item.code],
        code=phone(investigator),
        by=investigator,
    )
    return offered


@pytest.fixture
def submitted(approved, agree, lab, custodian, stored_item, phone):
    """The stored item, on its way to the laboratory."""
    from centre.agencies.queries import agency_of

    agree(item="C16")
    recipient = agency_of(lab).code
    agree(item="C22", recipient=recipient, purpose="analysis")
    return submit(approved, lab, custodian, stored_item, phone)


def submit(request, lab, custodian, item, phone) -> Transfer:
    return laboratory.submit_to_lab(
        request=request,
        lab=lab,
        seals={item.code: "A1"},
        submission=laboratory.Submission("S 1", "DNA profile"),
        conveyance="Courier",
        code=phone(custodian),
        by=custodian,
    )
