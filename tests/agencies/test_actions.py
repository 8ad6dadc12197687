"""Listing, describing, attesting: done, refused, written down."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction

from centre.agencies import actions, queries
from centre.agencies.models import Description
from centre.core import verification
from centre.core.errors import AccessError, RuleError
from centre.core.references import is_valid
from centre.ledger.models import Entry


def kinds() -> list[str]:
    return list(Entry.objects.order_by("log", "n").values_list("kind", flat=True))


def test_listing_gives_a_random_reference_that_consent_can_name(shelter):
    assert is_valid(shelter.reference)
    assert shelter.recipient.code == f"agency:{shelter.reference}"
    assert (shelter.recipient.name, shelter.recipient.kind) == (
        "Harbour House",
        "shelter",
    )
    assert kinds().count("agency.listed") == 2


@pytest.mark.parametrize("person", ["nurse", "counsellor", "investigator", "leaver"])
def test_only_the_coordinator_lists(centre, offer, person, request):
    with pytest.raises(AccessError):
        actions.list_agency(
            centre=centre,
            kind="shelter",
            offer=offer,
            by=request.getfixturevalue(person),
        )


def test_an_agency_needs_a_name(centre, coordinator, offer):
    with pytest.raises(RuleError, match="name"):
        actions.list_agency(
            centre=centre,
            kind="shelter",
            offer=replace(offer, name="  "),
            by=coordinator,
        )


def test_describing_anew_keeps_the_former_version(shelter, offer, coordinator):
    actions.describe_agency(
        agency=shelter,
        offer=replace(offer, name="Harbour", is_open=False),
        by=coordinator,
    )

    shelter.recipient.refresh_from_db()
    assert queries.newest(shelter).told.number == 2
    assert (shelter.recipient.name, shelter.recipient.is_listed) == ("Harbour", False)
    assert shelter.descriptions.get(number=1).name == "Harbour House"
    assert not queries.recipients(shelter.centre).exists()


def test_a_description_cannot_be_changed_behind_the_back(shelter):
    with pytest.raises(DatabaseError), transaction.atomic():
        Description.objects.update(name="Elsewhere")
    with pytest.raises(DatabaseError), transaction.atomic():
        Description.objects.all()._raw_delete("default")


def test_an_attested_person_acts_for_her_agency(police, investigator, coordinator):
    actions.add_member(
        agency=police,
        user=investigator,
        unit="Station 4",
        badge="4471",
        by=coordinator,
    )

    assert queries.agency_of(investigator) == police.recipient
    assert queries.agency_of(investigator, centre=police.centre) == police.recipient
    assert kinds()[-1] == "agency_person.attested"
    assert list(verification.faults()) == []


def test_nobody_acts_for_two_agencies_or_attests_herself(
    police, shelter, investigator, coordinator
):
    actions.add_member(agency=police, user=investigator, unit="4", by=coordinator)

    with pytest.raises(RuleError, match="attested for an agency already"):
        actions.add_member(agency=shelter, user=investigator, unit="4", by=coordinator)
    with pytest.raises(RuleError, match="Nobody attests herself"):
        actions.add_member(agency=shelter, user=coordinator, unit="4", by=coordinator)


def test_a_leaver_is_not_attested(police, leaver, coordinator):
    with pytest.raises(RuleError, match="closed"):
        actions.add_member(agency=police, user=leaver, unit="4", by=coordinator)


def test_an_ended_member_acts_for_no_agency(police, investigator, coordinator):
    member = actions.add_member(
        agency=police, user=investigator, unit="4", by=coordinator
    )
    actions.end_member(member=member, by=coordinator)

    assert queries.agency_of(investigator) is None
    with pytest.raises(RuleError, match="any more"):
        actions.end_member(member=member, by=coordinator)


def test_only_the_coordinator_attests(police, investigator, custodian):
    with pytest.raises(AccessError):
        actions.add_member(agency=police, user=investigator, unit="4", by=custodian)


def test_offering_finds_open_agencies_by_family(shelter, police):
    assert queries.offering(shelter.centre, "shelter") == [shelter.recipient]
    assert queries.offering(shelter.centre, "legal") == []
    assert queries.listed(shelter.recipient).told.contact_hours == "Day and night"
