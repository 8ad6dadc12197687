"""Evidence to count, by the furniture of the store."""

from __future__ import annotations

import pytest

from centre.chain_of_custody import actions
from tests.chain_of_custody.conftest import (
    collect,
    consented,
    decide,
    fridge,
    kit,
    seal_up,
    shelf,
    stocked_kit,
)

__all__ = [
    "collect",
    "consented",
    "decide",
    "fridge",
    "kit",
    "seal_up",
    "shelf",
    "stocked_kit",
]


@pytest.fixture
def kept(monday, collect, seal_up, shelf, custodian):
    """Seven items of one case: five lie in the store, the nurse has two."""
    items = [seal_up(collect(), f"A{n}") for n in range(7)]
    for item in items[:5]:
        actions.store(package=item, place=shelf, by=custodian)
    return items
