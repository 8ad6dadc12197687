"""A case with a sealed sample in store, and a card to its own page."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from centre.portal.actions import cards
from centre.portal.codes import once
from tests.chain_of_custody.conftest import (
    collect,
    consented,
    decide,
    seal_up,
    sealed_item,
    shelf,
    stored_item,
)

__all__ = [
    "collect",
    "consented",
    "decide",
    "seal_up",
    "sealed_item",
    "shelf",
    "stored_item",
]

PIN = "482915"
WRONG = "482916"


@pytest.fixture
def card(monday, case, nurse):
    """A card with its code, made for the number above."""
    return cards.make_card(case=case, pin=PIN, again=PIN, by=nurse)


@pytest.fixture
def send():
    """Post to the page as a stranger would, each time without any cookie."""

    def sent(address="203.0.113.7", **told):
        given = {"once": once(), **told}
        return Client(REMOTE_ADDR=address).post(reverse("own_page"), given)

    return sent
