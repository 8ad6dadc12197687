"""The police hold the evidence, and no page or act of theirs leads to who she is."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from centre.core import access
from centre.core.permissions import Permission, Role
from centre.core.policy import POLICY
from centre.intake.actions import identity
from centre.intake.models import Identity

pytestmark = pytest.mark.usefixtures("monday")

CANARY = "Zawadi Zuberi"
_LINK = re.compile(r'href="(/[^"#?]*)"')
_NOT_OPENED = re.compile(r"/(exit|away|sign-out|sign-in|lock|static)\b")

HERS = {
    Permission.IDENTITY_OPEN,
    Permission.CONTACT_OPEN,
    Permission.CASE_VIEW,
    Permission.CASE_SEARCH,
}
"""What leads to a survivor by a name, a contact or a case."""


@pytest.fixture
def named(received, case, nurse):
    """Her name stands in the centre; the investigator holds what was collected."""
    identity.keep_identity(case=case, details={"given_names": CANARY}, by=nurse)
    return case


def reached(client):
    """Every page that is reached from the front door by links, with its text."""
    waiting, seen = ["/"], {}
    while waiting:
        address = waiting.pop()
        if address in seen or _NOT_OPENED.search(address):
            continue
        answer = client.get(address)
        is_page = answer.get("Content-Type", "").startswith("text/html")
        seen[address] = answer.content.decode() if is_page else ""
        waiting += _LINK.findall(seen[address])
    return seen


def test_acceptance_16_no_page_of_the_police_leads_to_her_name(
    named, nurse, investigator, browse
):
    pages = reached(browse(investigator))
    with_name = [address for address, text in pages.items() if CANARY in text]

    assert with_name == []
    assert reverse("held") in pages
    identity_page = reverse("identity", args=[named.reference])
    assert CANARY in browse(nurse).get(identity_page).content.decode()


@pytest.mark.parametrize("word", ["identity", "contact", "case", "case_evidence"])
def test_acceptance_16_nor_does_an_address_typed_by_hand(
    named, investigator, browse, word
):
    client = browse(investigator)
    answer = client.get(reverse(word, args=[named.reference]))
    nowhere = client.get(reverse(word, args=["YYYYYYYYY"]))

    assert answer.status_code == nowhere.status_code == 404
    assert answer.content == nowhere.content


def test_acceptance_16_no_right_of_the_police_reaches_it(named, investigator):
    held = {g.permission for g in POLICY if g.role is Role.INVESTIGATOR}

    assert held & HERS == set()
    assert [p for p in HERS if access.holds(investigator, p, named)] == []


def test_acceptance_16_an_anonymous_kit_has_no_name_to_be_found(
    centre, nurse, investigator
):
    from centre.core.actions.cases import open_case

    unnamed = open_case(
        centre=centre, registration="anonymous", age_band="18-24", by=nurse
    )

    assert not Identity.objects.filter(case=unnamed).exists()
    assert not access.holds(investigator, Permission.IDENTITY_OPEN, unnamed)
