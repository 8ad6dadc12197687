"""Clocks of kits, items, holds, cases and places: started and stopped by the acts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from centre.chain_of_custody import actions
from centre.chain_of_custody.actions import holds, reporting
from centre.chain_of_custody.actions.inventory import (
    begin_inventory,
    close_inventory,
)
from centre.chain_of_custody.clock_pack import in_force, pack, versions
from centre.chain_of_custody.queries import clock_readings, clock_work, clocks
from centre.chain_of_custody.queries import roof as store
from centre.chain_of_custody.queries.history import standing
from centre.chain_of_custody.rules.checks import Seen
from centre.chain_of_custody.rules.clock_marks import Happened, marks
from centre.chain_of_custody.rules.clocks import Light, Mark, Scope, newest_run, read
from centre.chain_of_custody.rules.moves import Move
from centre.core import clock

pytestmark = pytest.mark.usefixtures("monday")

MONDAY = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def readings(package, code):
    found = clocks.of_packages([package], package.case, clock.now())
    return [r for r in found if r.policy.code == code]


def light(package, code):
    [found] = readings(package, code)
    return found.light


def due_codes(by):
    return [one.reading.policy.code for one in clock_work.pressing(by, clock.now())]


# The words of events


@pytest.mark.parametrize(
    ("move", "more", "words"),
    [
        (Move.SEALED, {}, ["to_put_away"]),
        (Move.SEALED, {"role": "lab"}, []),
        (Move.RECEIVED, {"role": "custodian"}, ["back", "to_put_away"]),
        (Move.RECEIVED, {"role": "investigator"}, ["handed_over"]),
        (Move.RECEIVED, {"role": "lab"}, ["at_lab"]),
        (Move.HANDED_OUT, {"role": "custodian"}, ["handed_over"]),
        (Move.STORED, {"storage": "AMB"}, ["stored"]),
        (Move.STORED, {"storage": "REF"}, ["stored", "cold"]),
        (Move.COLLECTED, {}, []),
        (Move.COLLECTED, {"is_wet": True}, ["collected_wet"]),
        (Move.REPORTING_CHANGED, {"code": "reported"}, ["reported"]),
        (Move.REPORTING_CHANGED, {"code": "unreported"}, ["unreported"]),
        (Move.DESTROYED, {}, ["ended"]),
        (Move.NOTE_ADDED, {}, []),
    ],
)
def test_an_event_means_these_words_to_the_clocks(move, more, words):
    found = marks([Happened(move, MONDAY, **more)], None)

    assert [mark.event for mark in found] == words


def test_what_is_with_the_police_waits_for_nobody_to_fetch_it():
    events = [
        Happened(Move.RECEIVED, MONDAY, role="investigator"),
        Happened(Move.REPORTING_CHANGED, MONDAY + DAY, code="reported"),
    ]

    assert [m.event for m in marks(events, None)] == ["handed_over"]


def test_a_report_made_in_the_talk_counts_once_something_is_sealed():
    events = [
        Happened(Move.COLLECTED, MONDAY),
        Happened(Move.SEALED, MONDAY + HOUR),
        Happened(Move.STORED, MONDAY + 2 * HOUR),
    ]

    found = marks(events, MONDAY - DAY)

    assert [m.event for m in found] == ["to_put_away", "reported", "stored"]
    assert found[1].at == MONDAY + HOUR


def test_what_was_sent_to_a_laboratory_is_handed_out_to_it():
    events = [
        Happened(Move.LAB_SUBMITTED, MONDAY, transfer=1),
        Happened(Move.HANDED_OUT, MONDAY + HOUR, transfer=1),
    ]

    assert [m.event for m in marks(events, None)] == ["lab_submitted", "at_lab"]


@pytest.mark.parametrize(
    ("first", "words"),
    [(Move.SEALED, ["to_put_away"]), (Move.STORED, [])],
)
def test_a_cancelled_transfer_waits_again_only_if_it_lay_nowhere(first, words):
    events = [
        Happened(first, MONDAY),
        Happened(Move.RELEASED, MONDAY + HOUR),
        Happened(Move.TRANSFER_CANCELLED, MONDAY + 2 * HOUR),
    ]

    found = [m.event for m in marks(events, None) if m.at == MONDAY + 2 * HOUR]

    assert found == words


# How a law's clock runs, for each that ships


def laws():
    for (place, code), policy in pack().clocks.items():
        if place != "default" and policy.scope is not Scope.REQUEST:
            yield pytest.param(place, policy, id=f"{place} {code}")


@pytest.mark.parametrize(("place", "policy"), list(laws()))
def test_every_clock_of_a_law_starts_and_stops(place, policy):
    calendar = pack().calendar(place, "Africa/Nairobi")
    told = [Mark(policy.start, MONDAY)]
    for stop in sorted(policy.stops):
        stopped = [*told, Mark(stop, MONDAY + HOUR)]
        found = read(policy, stopped, now=MONDAY + DAY, calendar=calendar)
        assert found is not None
        assert found.light is Light.STOPPED
    late = read(policy, told, now=MONDAY + 9999 * DAY, calendar=calendar)
    assert late is not None
    assert late.light is Light.OVERDUE


def test_a_clock_begins_again_after_a_stop_and_not_before():
    policy = pack().clocks["default", "STORE_PUTAWAY"]
    told = [
        Mark("to_put_away", MONDAY),
        Mark("to_put_away", MONDAY + HOUR),
        Mark("stored", MONDAY + 2 * HOUR),
        Mark("to_put_away", MONDAY + DAY),
    ]

    assert newest_run(policy, told[:3])[0].at == MONDAY
    assert newest_run(policy, told)[0].at == MONDAY + DAY


# Each clock of the house, by the acts themselves


def test_put_away_runs_from_the_seal_to_the_shelf(sealed_item, shelf, custodian, later):
    assert light(sealed_item, "STORE_PUTAWAY") is Light.RUNNING
    later(hours=3)
    assert light(sealed_item, "STORE_PUTAWAY") is Light.OVERDUE
    assert due_codes(custodian) == ["STORE_PUTAWAY"]

    actions.store(package=sealed_item, place=shelf, by=custodian)

    [found] = readings(sealed_item, "STORE_PUTAWAY")
    assert (found.light, found.is_late) == (Light.STOPPED, True)
    assert due_codes(custodian) == []


def test_put_away_stands_still_while_the_thing_is_missing(
    sealed_item, custodian, nurse, later
):
    told = {"last_seen": "Room 2", "searches": "Both rooms", "notified": "Cora"}
    holds.declare_missing(package=sealed_item, by=custodian, **told)
    later(days=2)
    assert light(sealed_item, "STORE_PUTAWAY") is Light.PAUSED

    holds.find_again(
        package=sealed_item, where="Under the desk", seen=Seen("A1"), by=custodian
    )
    assert light(sealed_item, "STORE_PUTAWAY") is Light.RUNNING


def test_what_is_wet_is_due_in_the_cold_in_the_time_of_its_kind(
    collect, seal_up, fridge, custodian, later
):
    item = collect("URINE-TOX", "urine", method="voided")
    [found] = readings(item, "WET_TO_COLD")
    assert found.due_at is not None
    assert found.due_at == found.started_at + item.kind.hours_to_class * HOUR
    later(hours=item.kind.hours_to_class + 1)
    assert light(item, "WET_TO_COLD") is Light.OVERDUE

    actions.store(package=seal_up(item, "W1"), place=fridge, by=custodian)
    assert light(item, "WET_TO_COLD") is Light.STOPPED


def test_what_is_checked_out_is_due_at_the_time_that_was_given(
    stored_item, shelf, nurse, custodian, later
):
    back = clock.now() + 5 * HOUR
    actions.check_out(
        package=stored_item, taker=nurse, reason="A photograph", due_back_at=back,
        by=custodian,
    )  # fmt: skip
    [found] = readings(stored_item, "CHECKOUT_DUE")
    assert (found.due_at, found.light) == (back, Light.RUNNING)
    later(hours=6)
    assert due_codes(custodian) == ["CHECKOUT_DUE"]

    actions.check_in(package=stored_item, place=shelf, seen=Seen("A1"), by=custodian)
    assert light(stored_item, "CHECKOUT_DUE") is Light.STOPPED


def test_a_hold_is_looked_at_again_on_its_day(stored_item, coordinator, later):
    event = holds.place_hold(
        package=stored_item, kind="court", authority="Order 7 of 1 June 2026",
        review_on=date(2026, 7, 1), by=coordinator,
    )  # fmt: skip
    [found] = readings(stored_item, "HOLD_REVIEW")
    assert found.due_at is not None
    assert found.due_at.date() == date(2026, 7, 1)
    later(days=31)
    assert light(stored_item, "HOLD_REVIEW") is Light.OVERDUE
    sentences = [t.sentence for t in store.work(coordinator, clock.now())]
    assert f"Look at the hold again: {stored_item}, overdue." in sentences

    holds.lift_hold(
        package=stored_item, hold=str(event.pk), reason="Withdrawn", by=coordinator
    )
    assert light(stored_item, "HOLD_REVIEW") is Light.STOPPED


@pytest.fixture
def ending(stored_item, custodian):
    """The stored item with the day until which it is kept."""
    from centre.chain_of_custody.actions.retention import set_retention

    return stored_item, set_retention(package=stored_item, by=custodian)


def test_the_end_of_keeping_and_its_notice_have_their_days(ending):
    item, row = ending
    [end] = readings(item, "RETENTION")
    [told] = readings(item, "DESTRUCTION_NOTICE")

    assert end.due_at is not None
    assert told.due_at is not None
    assert end.due_at.date() == row.until
    assert told.due_at == end.due_at - 90 * DAY
    assert (end.light, told.light) == (Light.RUNNING, Light.RUNNING)


def test_a_hold_lets_the_end_of_keeping_stand_still(ending, coordinator):
    item, _ = ending
    holds.place_hold(
        package=item, kind="court", authority="Order 7", review_on=date(2026, 7, 1),
        by=coordinator,
    )  # fmt: skip

    assert light(item, "RETENTION") is Light.PAUSED
    assert light(item, "DESTRUCTION_NOTICE") is Light.PAUSED


def test_the_end_of_keeping_is_announced_half_a_year_before_and_then_overdue(
    ending, custodian, later
):
    _, row = ending
    later(days=(row.until - clock.now().date()).days - 60)
    assert "RETENTION" in due_codes(custodian)
    assert "DESTRUCTION_NOTICE" in due_codes(custodian)
    later(days=90)
    [found] = [r for r in clock_work.pressing(custodian, clock.now())
               if r.reading.policy.code == "RETENTION"]  # fmt: skip
    assert found.reading.light is Light.OVERDUE


def test_a_place_is_counted_again_and_again(stored_item, shelf, custodian, later):
    later(days=95)
    assert due_codes(custodian) == ["INVENTORY_CYCLE"]

    inventory = begin_inventory(place=shelf, by=custodian)
    close_inventory(inventory=inventory, by=custodian)
    assert due_codes(custodian) == []
    later(days=95)
    assert due_codes(custodian) == ["INVENTORY_CYCLE"]


@pytest.fixture
def in_massachusetts(settings):
    settings.JURISDICTION = "US-MA"


@pytest.fixture
def reported(stored_item, decide, nurse, signs, codes, in_massachusetts):
    decide(stored_item.case, "C16")
    return stored_item


def test_a_report_starts_the_clocks_of_police_and_pick_up(reported, custodian, later):
    assert light(reported, "PICKUP") is Light.RUNNING
    later(days=10)
    assert set(due_codes(custodian)) == {"PICKUP", "NOTIFY_POLICE"}

    reporting.tell_police(package=reported, words="Riverside, by phone", by=custodian)
    assert due_codes(custodian) == ["PICKUP"]


def test_taking_the_report_back_stops_both(reported, nurse, custodian, later):
    reporting.change_reporting(
        case=reported.case, reporting="unreported", police_reference="",
        words="She told Nadia", by=nurse, code="good",
    )  # fmt: skip
    later(days=10)

    assert due_codes(custodian) == []


def test_the_police_are_not_told_of_what_is_not_reported(stored_item, custodian):
    from centre.core.errors import RuleError

    with pytest.raises(RuleError, match="has not reported"):
        reporting.tell_police(package=stored_item, words="Riverside", by=custodian)


def test_what_the_police_received_is_due_at_the_laboratory(
    stored_item, offered, investigator, in_massachusetts, custodian, later
):
    assert readings(stored_item, "SUBMIT_LAB") == []
    actions.receive_transfer(
        transfer=offered, seen={stored_item.code: Seen("A1")}, by=investigator
    )

    assert light(stored_item, "SUBMIT_LAB") is Light.RUNNING
    later(days=20)
    assert due_codes(custodian) == ["SUBMIT_LAB"]


def test_what_is_kept_without_a_report_in_scotland_has_its_26_months(
    stored_item, settings, custodian, later
):
    settings.JURISDICTION = "GB-SCT"
    [found] = readings(stored_item, "RETENTION_UNREPORTED")
    assert found.due_at is not None
    assert found.due_at.date() == date(2028, 8, 1)
    later(days=26 * 31)

    assert "RETENTION_UNREPORTED" in due_codes(custodian)


# A hand-over nobody confirms


def overdue(by):
    sentences = [t.sentence for t in store.work(by, clock.now())]
    return [s for s in sentences if "overdue" in s]


def test_r24_action_the_coordinator_too_is_told_and_custody_stays(
    offered, stored_item, custodian, coordinator, browse, later
):
    assert overdue(coordinator) == []
    later(hours=3)

    [told] = overdue(coordinator)
    assert str(offered) in told
    assert overdue(custodian) == ["A hand-over is overdue; nobody signed for it yet."]
    assert standing(stored_item).holder == custodian.pk
    page = browse(coordinator).get(reverse("request_clocks")).content.decode()
    assert str(offered) in page


def test_r24_page_what_the_list_links_to_is_open_to_the_coordinator(
    offered, coordinator, browse, later
):
    later(hours=3)
    [one] = clock_work.pressing(coordinator, clock.now())

    assert browse(coordinator).get(one.href).status_code == 200


def test_r24_control_a_confirmed_hand_over_presses_nobody(
    offered, stored_item, investigator, coordinator, later
):
    seen = {stored_item.code: Seen("A1")}
    actions.receive_transfer(transfer=offered, seen=seen, by=investigator)
    later(hours=3)

    assert overdue(coordinator) == []


# Versions


def test_the_version_of_the_day_counts():
    assert in_force(date(2026, 5, 31)).version == "2026.1"
    assert in_force(date(2026, 6, 1)).version == "2026.2"
    assert in_force(date(2020, 1, 1)).version == "2026.1"


def test_a_clock_keeps_the_version_it_started_under(sealed_item, monkeypatch, later):
    from dataclasses import replace

    old = pack()
    key = ("default", "STORE_PUTAWAY")
    longer = {**old.clocks, key: replace(old.clocks[key], duration=50)}
    tomorrow = (clock.now() + DAY).date()
    newer = replace(old, version="2099.1", effective_from=tomorrow, clocks=longer)
    both = (*versions(), newer)
    monkeypatch.setattr(clock_readings, "versions", lambda: both)
    monkeypatch.setattr(
        clock_readings, "in_force", lambda day: newer if day >= tomorrow else old
    )
    later(days=2)

    [found] = readings(sealed_item, "STORE_PUTAWAY")
    assert found.policy.duration == 2


def test_before_there_was_a_clock_nothing_started_it():
    codes = {p.code for p in pack("2026.1").of("default") if p.scope is Scope.THING}

    assert codes == set()


# Pages


def test_the_page_names_what_whose_turn_and_the_source(
    sealed_item, custodian, browse, later
):
    later(hours=3)
    page = browse(custodian).get(reverse("request_clocks")).content.decode()

    assert "Put it away in the store" in page
    assert reverse("disposal_item", args=[sealed_item.code]) in page
    assert "not verified" in page
    assert "Overdue" in page


def test_the_page_of_a_thing_shows_its_clocks(sealed_item, nurse, browse):
    page = browse(nurse).get(sealed_item.get_absolute_url()).content.decode()

    assert "Put it away in the store" in page


def test_the_page_asks_as_often_for_many_as_for_one(
    sealed_item, collect, seal_up, custodian, coordinator, browse, later
):
    address = reverse("request_clocks")

    def count():
        client = browse(custodian)
        with CaptureQueriesContext(connection) as caught:
            shown = client.get(address).content.decode()
        return len(caught), shown.count("Put it away in the store")

    later(hours=3)
    one, rows = count()
    assert rows == 1
    for number in range(4):
        seal_up(collect(site="vulva"), f"B{number}")
    later(hours=3)

    assert count() == (one, 5)
    assert one < 45
