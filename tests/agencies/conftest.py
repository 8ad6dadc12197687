"""The directory's furniture, built through its actions."""

from __future__ import annotations

import pytest


@pytest.fixture
def offer():
    """What is told about a shelter."""
    from centre.agencies.actions import Offer

    return Offer(
        name="Harbour House",
        services=["shelter", "child"],
        offers="Women with children, no charge.",
        contact="Call the night desk.",
        contact_hours="Day and night",
        is_verified=True,
    )


@pytest.fixture
def shelter(centre, coordinator, offer):
    """A listed shelter."""
    from centre.agencies.actions import list_agency

    return list_agency(centre=centre, kind="shelter", offer=offer, by=coordinator)


@pytest.fixture
def police(centre, coordinator):
    """A listed police unit."""
    from centre.agencies.actions import Offer, list_agency

    offer = Offer(name="County Investigations")
    return list_agency(centre=centre, kind="police", offer=offer, by=coordinator)
