"""The centre's own figures are true, and cost the same however much there is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from centre.chain_of_custody.actions import inventory, retention
from centre.chain_of_custody.models import Whereabouts
from centre.chain_of_custody.queries import steering
from centre.core import clock
from centre.insight import queries
from tests.chain_of_custody.test_corrections import any_code, void

__all__ = ["any_code", "void"]

YEAR = 2026


def of_year(centre):
    own = queries.own(centre, *queries.year_of(centre, YEAR))
    return {g.title: dict(g.parts) for g in own.groups}, own


def test_small_numbers_are_told_inside(kept, centre):
    """Five lie in the store and two with the examiner; a return tells neither two."""
    groups, own = of_year(centre)

    assert groups["Kits and loose items taken"]["In the store"] == 5
    assert groups["Kits and loose items taken"]["With the examiner"] == 2
    assert (own.taken, own.submitted, own.percent) == (7, 0, 0)


def test_what_was_put_right_is_counted(kept, centre, any_code, void):
    before, _ = of_year(centre)
    void(kept[0].custody.order_by("number").last())
    after, _ = of_year(centre)

    written = "How it was written down"
    assert "Amended or voided" not in before[written]
    assert after[written]["Amended or voided"] == 1


def test_what_no_event_met_for_half_a_year_is_quiet_until_one_does(
    kept, centre, custodian, monday, shelf
):
    monday.shift(steering.QUIET - timedelta(hours=1))
    assert queries.now(centre, clock.now()).quiet == 0
    monday.shift(timedelta(hours=2))
    assert queries.now(centre, clock.now()).quiet == 5

    taken = inventory.begin_inventory(place=shelf, by=custodian)
    inventory.keep_scans(inventory=taken, lines=[kept[0].code], by=custodian)
    assert queries.now(centre, clock.now()).quiet == 5
    inventory.close_inventory(inventory=taken, by=custodian)
    assert queries.now(centre, clock.now()).quiet == 0


def test_what_nobody_and_no_place_has_is_told(kept, centre):
    """Events leave no such thing behind; a row altered from outside would be one."""
    assert queries.now(centre, clock.now()).unplaced == 0
    Whereabouts.objects.filter(item=kept[0]).update(place=None, holder=None)

    assert queries.now(centre, clock.now()).unplaced == 1


def test_dates_are_counted_by_the_year_in_which_they_end(kept, centre, custodian):
    until = retention.set_retention(package=kept[0], by=custodian).until

    assert queries.now(centre, clock.now()).ends == ((str(until.year), 1),)


@pytest.mark.parametrize("year", [YEAR, YEAR - 1])
def test_the_page_shows_a_year_to_who_may(kept, browse, coordinator, custodian, year):
    page = reverse("own_figures", kwargs={"year": year})
    shown = browse(coordinator).get(page).content.decode()

    assert browse(custodian).get(page).status_code == 404
    assert "Kits and loose items taken" in shown
    assert ("With no place and no holder" in shown) == (year == YEAR)


def test_a_year_to_come_has_no_page(kept, browse, coordinator):
    page = reverse("own_figures", kwargs={"year": YEAR + 1})

    assert browse(coordinator).get(page).status_code == 404


def test_the_page_costs_the_same_however_much_there_is(
    kept, browse, coordinator, django_assert_max_num_queries
):
    with django_assert_max_num_queries(40):
        browse(coordinator).get(reverse("own_figures", kwargs={"year": YEAR}))
