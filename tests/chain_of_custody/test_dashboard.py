"""The store at a glance tells what is, and nothing of few."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from centre.chain_of_custody import actions
from centre.chain_of_custody.queries import dashboard
from centre.chain_of_custody.rules.legs import FEWEST, LEGS, taken
from centre.chain_of_custody.rules.moves import Move
from centre.core import clock

MONDAY = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def firsts(hours, begin=Move.COLLECTED, end=Move.SEALED):
    found = {}
    for length in hours:
        thing = uuid4()
        found[thing, begin.value] = MONDAY
        found[thing, end.value] = MONDAY + timedelta(hours=length)
    return found


@pytest.mark.parametrize(
    ("hours", "median", "nine_tenths"),
    [
        ([1, 2, 3, 4, 5], 3, 5),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 5, 9),
        ([7] * 20 + [100], 7, 7),
    ],
)
def test_a_leg_tells_median_and_nine_in_ten(hours, median, nine_tenths):
    found = taken(LEGS[0], firsts(hours))

    assert (found.median, found.nine_tenths) == (median, nine_tenths)


def test_a_leg_of_few_is_not_told():
    found = taken(LEGS[0], firsts([1] * (FEWEST - 1)))

    assert (found.count, found.median) == (FEWEST - 1, None)


def test_what_ended_before_it_began_does_not_count():
    assert taken(LEGS[0], firsts([-1] * FEWEST)).count == 0


def test_my_own_custody_is_what_i_hold_and_nothing_else(
    sealed_item, stored_item, nurse, custodian
):
    assert [held.package for held in dashboard.my_custody(nurse)] == (
        [] if sealed_item == stored_item else [sealed_item]
    )
    assert dashboard.my_custody(custodian) == []
    actions.check_out(
        package=stored_item, taker=nurse, reason="A photograph", by=custodian
    )
    assert stored_item in [held.package for held in dashboard.my_custody(nurse)]
    assert dashboard.my_custody(custodian) == []


def test_states_are_counted(centre, stored_item, custodian):
    assert ("In store", 1) in dashboard.by_state(centre, custodian)


def test_a_hand_over_is_overdue_once_its_time_is_past(
    centre, offered, custodian, monday
):
    [row] = dashboard.under_way(centre, custodian, clock.now())
    expected = offered.expected_at
    late = dashboard.under_way(
        centre, custodian, (expected or clock.now()) + timedelta(hours=1)
    )

    assert (row.transfer, row.things) == (offered, 1)
    assert [one.is_overdue for one in late] == [expected is not None]


def test_the_page_costs_the_same_with_more_in_the_store(
    stored_item, shelf, collect, seal_up, custodian, browse,
    django_assert_max_num_queries,
):  # fmt: skip
    page = browse(custodian)
    for number in range(3):
        item = seal_up(collect(site="vulva"), f"Z{number}")
        actions.store(package=item, place=shelf, by=custodian)

    with django_assert_max_num_queries(32):
        shown = page.get(reverse("dashboard")).content.decode()
    assert "In store" in shown
    assert "too few" in shown
