"""Clocks: working days, pauses and the version a request is pinned to (test 19)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centre.chain_of_custody.clock_pack import FOLDER, ClockPackError, pack, read
from centre.chain_of_custody.rules.clocks import (
    Calendar,
    Light,
    Mark,
    Policy,
    Unit,
)
from centre.chain_of_custody.rules.clocks import read as reading_of

NAIROBI = Calendar("Africa/Nairobi")
FRIDAY = datetime(2026, 6, 5, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def policy(duration=1, unit=Unit.WORKING_DAYS, **more) -> Policy:
    told = {
        "code": "X",
        "jurisdiction": "default",
        "words": "X",
        "start": "sent",
        "stops": frozenset({"decided"}),
        "pauses": frozenset({"info", "survivor"}),
        "warn_before": (8,),
        "role": "custodian",
        "escalation": "coordinator",
        "citation": "house",
        "is_verified": False,
    }
    return Policy(duration=duration, unit=unit, **told | more)


def due(
    told: Policy, *marks: Mark, now=FRIDAY + 2 * DAY, calendar=NAIROBI, urgent=False
):
    found = reading_of(
        told,
        [Mark("sent", FRIDAY), *marks],
        now=now,
        calendar=calendar,
        is_urgent=urgent,
    )
    assert found is not None
    return found


def test_acceptance_19_a_working_day_from_friday_noon_ends_on_monday_noon():
    assert due(policy()).due_at == FRIDAY + 3 * DAY


def test_acceptance_19_a_holiday_counts_as_no_day():
    monday_off = Calendar("Africa/Nairobi", holidays=frozenset({date(2026, 6, 8)}))

    assert due(policy(), calendar=monday_off).due_at == FRIDAY + 4 * DAY


def test_acceptance_19_a_week_of_six_working_days_counts_saturday():
    six = Calendar("Africa/Nairobi", rest_days=frozenset({6}))

    assert due(policy(), calendar=six).due_at == FRIDAY + DAY


def test_acceptance_19_a_pause_pushes_the_end_by_its_length():
    pause = Mark("info", FRIDAY + HOUR), Mark("info", FRIDAY + 3 * HOUR, ends=True)
    told = policy(10, Unit.HOURS)

    assert due(told, *pause).due_at == FRIDAY + 12 * HOUR


def test_acceptance_19_two_pauses_at_once_are_one_stretch():
    pauses = (
        Mark("info", FRIDAY + HOUR),
        Mark("survivor", FRIDAY + 2 * HOUR),
        Mark("info", FRIDAY + 3 * HOUR, ends=True),
        Mark("survivor", FRIDAY + 4 * HOUR, ends=True),
    )

    assert due(policy(10, Unit.HOURS), *pauses).due_at == FRIDAY + 13 * HOUR


def test_acceptance_19_a_pause_over_the_weekend_costs_no_working_time():
    pause = (
        Mark("info", FRIDAY + DAY),
        Mark("info", FRIDAY + DAY + 5 * HOUR, ends=True),
    )

    assert due(policy(), *pause).due_at == FRIDAY + 3 * DAY


def test_acceptance_19_while_paused_nothing_is_due():
    found = due(policy(), Mark("info", FRIDAY + HOUR), now=FRIDAY + 30 * DAY)

    assert (found.light, found.due_at) == (Light.PAUSED, None)


@pytest.mark.parametrize(
    ("after", "light"),
    [
        (HOUR, Light.RUNNING),
        (3 * DAY - 2 * HOUR, Light.WARNING),
        (3 * DAY + HOUR, Light.OVERDUE),
    ],
)
def test_acceptance_19_a_clock_runs_then_warns_then_is_overdue(after, light):
    assert due(policy(), now=FRIDAY + after).light is light


def test_a_clock_that_stopped_late_says_so():
    found = due(policy(), Mark("decided", FRIDAY + 4 * DAY), now=FRIDAY + 9 * DAY)

    assert (found.light, found.is_late) == (Light.STOPPED, True)


def test_nothing_runs_before_it_was_started():
    assert reading_of(policy(), [], now=FRIDAY, calendar=NAIROBI) is None


def test_what_is_urgent_is_due_in_hours():
    assert due(policy(urgent_hours=4), urgent=True).due_at == FRIDAY + 4 * HOUR


def test_a_month_ends_on_the_last_day_of_a_shorter_one():
    start = datetime(2026, 1, 31, 9, tzinfo=UTC)
    told = policy(1, Unit.MONTHS)

    found = reading_of(told, [Mark("sent", start)], now=start, calendar=NAIROBI)

    assert found is not None
    assert found.due_at == datetime(2026, 2, 28, 9, tzinfo=UTC)


def test_a_day_with_a_clock_change_keeps_its_wall_time():
    spring = datetime(2026, 3, 28, 12, tzinfo=UTC)
    told, london = policy(1, Unit.DAYS), Calendar("Europe/London")

    found = reading_of(told, [Mark("sent", spring)], now=spring, calendar=london)

    assert found is not None
    assert found.due_at == spring + timedelta(hours=23)


@given(st.integers(1, 40), st.integers(0, 400))
def test_an_end_is_never_before_its_start_nor_on_a_rest_day(days, hours):
    start = FRIDAY + timedelta(hours=hours)
    found = reading_of(policy(days), [Mark("sent", start)], now=start, calendar=NAIROBI)

    assert found is not None
    assert found.due_at is not None
    assert found.due_at >= start + days * DAY


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda p: p.stem)
def test_every_version_of_the_pack_is_whole(path):
    found = pack(path.stem)

    assert found.version == path.stem
    assert {p.code for p in found.of("default")} >= {"REQUEST_ACK", "REQUEST_DECIDE"}
    assert all(p.citation for p in found.clocks.values())


@pytest.mark.parametrize("place", ["US-ID", "US-MA", "KE", "GB-SCT", "IN"])
def test_a_jurisdiction_brings_its_clocks_beside_those_of_the_house(place):
    assert len(pack().of(place)) > len(pack().of("default"))


@pytest.mark.parametrize("change", ["unknown", "missing", "twice"])
def test_a_pack_that_says_what_it_cannot_mean_is_refused(change):
    import json

    told = json.loads((FOLDER / "2026.1.json").read_text())
    if change == "unknown":
        told["clocks"][0]["colour"] = "red"
    elif change == "missing":
        del told["clocks"][0]["citation"]
    else:
        told["clocks"].append(told["clocks"][0])

    with pytest.raises(ClockPackError):
        read(told)


def test_acceptance_19_a_request_keeps_the_version_it_was_sent_under(
    monday, centre, coordinator, investigator, monkeypatch
):
    from dataclasses import replace

    from centre.agencies.actions import Offer, add_member, list_agency
    from centre.chain_of_custody.actions import requests as actions
    from centre.chain_of_custody.queries import request_clocks
    from centre.core import clock

    agency = list_agency(
        centre=centre, kind="police", offer=Offer("Riverside Police"), by=coordinator
    )
    add_member(agency=agency, user=investigator, unit="Desk", by=coordinator)
    made = actions.request_evidence(
        centre=centre,
        lines=[actions.Asked("Swab", "consent", "", "investigation")],
        details={},
        needed_by=None,
        by=investigator,
    )
    old = pack()
    key = ("default", "REQUEST_DECIDE")
    longer = {**old.clocks, key: replace(old.clocks[key], duration=50)}
    newer = replace(old, version="2099.1", clocks=longer)

    def packs(version: str = "2099.1"):
        return old if version == old.version else newer

    monkeypatch.setattr(request_clocks, "pack", packs)
    running = request_clocks.of_request(made, clock.now())

    decide = next(r for r in running if r.policy.code == "REQUEST_DECIDE")
    assert decide.policy.duration == 5
