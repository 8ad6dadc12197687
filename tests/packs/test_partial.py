"""Uncertain times: ranges, hours since, and both sides of a change of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from centre.packs.errors import AnswerError
from centre.packs.partial import (
    PartialTime,
    PartialTimeField,
    Precision,
    hours_since,
    is_told_twice,
    read,
    written,
)

NAIROBI = ZoneInfo("Africa/Nairobi")
LONDON = ZoneInfo("Europe/London")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
BEIRUT = ZoneInfo("Asia/Beirut")


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "start", "end", "precision"),
    [
        ("2026-03-03 14:30", (2026, 3, 3, 11, 30), (2026, 3, 3, 11, 30), "minute"),
        ("2026-03-03 14", (2026, 3, 3, 11), (2026, 3, 3, 12), "hour"),
        ("2026-03-03 early_morning", (2026, 3, 2, 21), (2026, 3, 3, 3), "part_of_day"),
        ("2026-03-03 morning", (2026, 3, 3, 3), (2026, 3, 3, 9), "part_of_day"),
        ("2026-03-03 afternoon", (2026, 3, 3, 9), (2026, 3, 3, 15), "part_of_day"),
        ("2026-03-03 evening", (2026, 3, 3, 15), (2026, 3, 3, 21), "part_of_day"),
        ("2026-03-03", (2026, 3, 2, 21), (2026, 3, 3, 21), "day"),
        ("2026-02", (2026, 1, 31, 21), (2026, 2, 28, 21), "month"),
        ("2026-12", (2026, 11, 30, 21), (2026, 12, 31, 21), "month"),
        ("2025", (2024, 12, 31, 21), (2025, 12, 31, 21), "year"),
    ],
)
def test_what_is_told_becomes_a_range(told, start, end, precision):
    time = read(told, NAIROBI)
    assert (time.start, time.end) == (utc(*start), utc(*end))
    assert time.precision == precision
    assert time.utc_offset == 180
    assert time.given == told


def test_last_weekend_is_a_range_between_two_days():
    time = read("2026-05-30", NAIROBI, until="2026-05-31", source="survivor")
    assert (time.start, time.end) == (utc(2026, 5, 29, 21), utc(2026, 5, 31, 21))
    assert time.precision is Precision.WEEK
    assert written(time) == (
        "between 30 May 2026 and 31 May 2026 (as told by the survivor)"
    )


def test_only_a_latest_time_leaves_the_beginning_open():
    time = read("", NAIROBI, until="2026-05-31 12:00")
    assert (time.start, time.precision) == (None, Precision.UNKNOWN)
    assert hours_since(time, utc(2026, 6, 1, 9)) == (Decimal(24), None)
    assert written(time) == "at the latest 31 May 2026, 12:00"


@pytest.mark.parametrize(
    ("told", "opened"),
    [
        ("2026-03-03 14:30", timedelta(hours=1)),
        ("2026-03-03 14", timedelta(hours=3)),
        ("2026-03-03 morning", timedelta(hours=12)),
        ("2026-03-03", timedelta(days=3)),
    ],
)
def test_about_opens_the_range_to_both_sides(told, opened):
    time = read(told, NAIROBI, is_about=True)
    plain = read(told, NAIROBI)
    assert time.end - time.start == opened
    assert time.start < plain.start
    assert time.end > plain.end
    assert written(time).startswith("about 3 March 2026")


@pytest.mark.parametrize(
    "told",
    ["2026-02-30", "2026-13", "1899", "2201", "2026-03-03 24:00", "2026-03-03 12:61",
     "2026-03-03 night", "yesterday", "2026-3-3T12:00", "٢٠٢٦", ""],
)  # fmt: skip
def test_an_impossible_time_is_refused_with_a_sentence(told):
    with pytest.raises(AnswerError) as refused:
        read(told, NAIROBI)
    assert str(refused.value).endswith(".")


def test_the_end_is_not_before_the_beginning():
    with pytest.raises(AnswerError, match="before the beginning"):
        read("2026-05-31", NAIROBI, until="2026-05-29")


# The clocks of London are put back on 25 October 2026 at 02:00, forward on 29 March.


def test_a_time_that_came_twice_holds_both_until_told_which():
    both = read("2026-10-25 01:30", LONDON)
    assert (both.start, both.end) == (
        utc(2026, 10, 25, 0, 30),
        utc(2026, 10, 25, 1, 30),
    )
    assert both.precision is Precision.HOUR
    before = read("2026-10-25 01:30", LONDON, side="before")
    after = read("2026-10-25 01:30", LONDON, side="after")
    assert before.is_exact
    assert after.is_exact
    assert (before.start, after.start) == (both.start, both.end)
    assert (before.utc_offset, after.utc_offset) == (60, 0)
    assert "before the clocks were put back" in written(before)
    assert hours_since(after, utc(2026, 10, 25, 2)) == (Decimal("0.5"), Decimal("0.5"))


def test_an_hour_that_came_twice():
    both = read("2026-10-25 01", LONDON)
    assert (both.start, both.end) == (utc(2026, 10, 25), utc(2026, 10, 25, 2))
    before = read("2026-10-25 01", LONDON, side="before")
    after = read("2026-10-25 01", LONDON, side="after")
    assert before.end == after.start == utc(2026, 10, 25, 1)


def test_a_time_that_never_happened_is_refused():
    with pytest.raises(AnswerError, match="put forward"):
        read("2026-03-29 01:30", LONDON)
    with pytest.raises(AnswerError, match="put forward"):
        read("2026-03-29 01", LONDON)
    assert read("2026-03-29 02:00", LONDON).start == utc(2026, 3, 29, 1)


def test_the_day_of_the_change_has_its_true_length():
    shorter, longer = read("2026-03-29", LONDON), read("2026-10-25", LONDON)
    assert shorter.end - shorter.start == timedelta(hours=23)
    assert longer.end - longer.start == timedelta(hours=25)


def test_a_change_of_half_an_hour():
    # Lord Howe: back by half an hour at 02:00 on 5 April 2026.
    both = read("2026-04-05 01:45", LORD_HOWE)
    assert both.end - both.start == timedelta(minutes=30)


def test_a_midnight_that_was_skipped_begins_the_day_at_the_change():
    # Beirut puts its clocks forward at midnight: 29 March 2026 begins at 01:00.
    day = read("2026-03-29", BEIRUT)
    assert day.end - day.start == timedelta(hours=23)


def test_is_told_twice_asks_only_where_it_matters():
    assert is_told_twice("2026-10-25 01:30", LONDON)
    assert is_told_twice("2026-10-25 01", LONDON)
    assert not is_told_twice("2026-10-25", LONDON)
    assert not is_told_twice("2026-10-25 01:30", NAIROBI)
    assert not is_told_twice("nonsense", LONDON)


def test_hours_do_not_depend_on_the_zone_they_are_told_in():
    here = read("2026-03-03 14:30", NAIROBI)
    there = read("2026-03-03 11:30", LONDON)
    now = utc(2026, 3, 5, 12)
    assert hours_since(here, now) == hours_since(there, now)


def test_seventy_two_hours_to_the_second():
    time = read("2026-03-03 14:30", NAIROBI)
    assert hours_since(time, utc(2026, 3, 6, 11, 30))[0] == 72
    assert hours_since(time, utc(2026, 3, 6, 11, 30, 1))[0] > 72


def test_a_range_over_now_counts_as_just_now_and_the_future_is_negative():
    today = read("2026-06-01", NAIROBI)
    assert hours_since(today, utc(2026, 6, 1, 9)) == (Decimal(0), Decimal(12))
    least, most = hours_since(read("2026-06-02 12:00", NAIROBI), utc(2026, 6, 1, 9))
    assert (least, most) == (-24, -24)


def test_an_unknown_time_has_words_and_no_hours():
    unknown = PartialTime(None, None, Precision.UNKNOWN)
    assert hours_since(unknown, utc(2026, 6, 1)) == (None, None)
    assert written(unknown) == "time not known"
    plain = PartialTime(utc(2026, 6, 1, 9), utc(2026, 6, 1, 10), Precision.HOUR)
    assert written(plain) == "between 1 June 2026, 09:00 and 1 June 2026, 10:00"


MOMENTS = st.datetimes(
    datetime.fromisoformat("1950-01-01"), datetime.fromisoformat("2100-01-01")
)
ZONES = st.sampled_from([NAIROBI, LONDON, LORD_HOWE, BEIRUT])
SHAPES = st.sampled_from(["%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%d %H", "%Y-%m-%d %H:%M"])


@given(MOMENTS, ZONES, SHAPES, st.booleans(), st.sampled_from(["", "before", "after"]))
def test_any_told_time_holds_its_moment_and_survives_being_kept(
    moment, zone, shape, is_about, side
):
    told = moment.strftime(shape)
    minute = moment.replace(second=0, microsecond=0)
    true = minute.replace(tzinfo=zone).astimezone(UTC)
    is_real = true.astimezone(zone).replace(tzinfo=None) == minute
    if not is_real and " " in told:
        with pytest.raises(AnswerError, match="put forward"):
            read(told, zone)
        return
    time = read(told, zone, is_about=is_about, side=side)
    assert time.start <= time.end
    assert PartialTime.from_json(time.to_json()) == time
    least, most = hours_since(time, utc(2101, 1, 1))
    assert 0 <= least <= most
    if is_real and not side:
        assert time.start <= true <= time.end


@pytest.mark.parametrize(
    "change",
    [
        {"start": 5},
        {"start": "2026-03-03T14:30:00"},
        {"precision": "vague"},
        {"source": "gossip"},
        {"side": "left"},
        {"about": 1},
        {"utc_offset": True},
        {"given": None},
        {"more": 1},
    ],
)
def test_kept_json_is_read_strictly(change):
    good = read("2026-03-03 14:30", NAIROBI).to_json()
    with pytest.raises(AnswerError):
        PartialTime.from_json({**good, **change})
    with pytest.raises(AnswerError):
        PartialTime.from_json("2026")


def typed(**parts):
    return {"day": "3", "month": "3", "year": "2026", **parts}


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (typed(), "2026-03-03"),
        (typed(day=""), "2026-03"),
        (typed(day="", month=""), "2026"),
        (typed(time="14:30"), "2026-03-03 14:30"),
        (typed(time="14.30"), "2026-03-03 14:30"),
        (typed(time="1430"), "2026-03-03 14:30"),
        (typed(time="830"), "2026-03-03 08:30"),
        (typed(time="2:30 PM"), "2026-03-03 14:30"),
        (typed(time="12 am"), "2026-03-03 00"),
        (typed(time="14h"), "2026-03-03 14"),
        (typed(day="٣", time="١٤:٣٠"), "2026-03-03 14:30"),
        (typed(part="evening"), "2026-03-03 evening"),
    ],
)
def test_the_field_reads_what_people_type(parts, told):
    time = PartialTimeField(zone=NAIROBI).clean(parts)
    assert time.given == told


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        (typed(day="31", month="2"), "not in the calendar"),
        (typed(month=""), "a day needs its month"),
        (typed(year=""), "at least the year"),
        (typed(year="26"), "four digits"),
        (typed(day="x"), "as numbers"),
        (typed(time="25:00"), "between 00:00"),
        (typed(time="13 pm"), "like 14:30"),
        (typed(time="noon"), "like 14:30"),
        (typed(time="14:30", part="evening"), "not both"),
        (typed(day="", time="14:30"), "needs its day"),
        (typed(to_day="2", to_month="3", to_year="2026"), "before the beginning"),
    ],
)
def test_the_field_says_what_is_wrong(parts, says):
    with pytest.raises(ValidationError, match=says):
        PartialTimeField(zone=NAIROBI).clean(parts)


def test_an_empty_field_is_no_time_whatever_the_manner():
    field = PartialTimeField(zone=NAIROBI, required=False)
    assert field.clean({"about": "on", "source": "police", "day": ""}) is None
    with pytest.raises(ValidationError):
        PartialTimeField(zone=NAIROBI).clean({})


def test_an_exact_field_takes_one_minute_only():
    field = PartialTimeField(exact=True, zone=LONDON)
    assert field.clean(typed(time="14:30")).is_exact
    for parts in (typed(), typed(time="14")):
        with pytest.raises(ValidationError):
            field.clean(parts)
    twice = {"day": "25", "month": "10", "year": "2026", "time": "01:30"}
    with pytest.raises(ValidationError, match="came twice"):
        field.clean(twice)
    assert field.clean({**twice, "side": "after"}).start == utc(2026, 10, 25, 1, 30)


def test_the_widget_shows_what_was_told_and_asks_the_side_only_where_needed():
    field = PartialTimeField(zone=LONDON)
    widget = field.widget
    time = read("2026-10-25 01:30", LONDON, until="2026-10-26", source="police")
    page = widget.render("when", field.prepare_value(time.to_json()))
    for piece in (
        'name="when__day" id="" value="25"',
        '<option value="10" selected>October</option>',
        'name="when__time" id="" value="01:30"',
        '<details class="partial-until" open>',
        'name="when__to_day" id="" value="26"',
        '<option value="police" selected>',
        'name="when__side"',
    ):
        assert piece in page
    other = widget.render("when", read("2026-10-24 01:30", LONDON))
    assert "when__side" not in other
    assert "style=" not in page + other
    assert "<script" not in page + other


def test_the_widget_keeps_what_cannot_be_read():
    page = PartialTimeField(zone=NAIROBI).widget.render(
        "when", {"day": "<31", "year": "x"}
    )
    assert 'value="&lt;31"' in page
    assert 'value="x"' in page
