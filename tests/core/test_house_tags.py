"""The parts of pages: what they compute, and what they say when drawn."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.template import engines
from django.template.loader import render_to_string

from centre.core.drawings import charts, clock_strip, custody_line, states
from centre.core.drawings.clock_strip import Hours, Window
from centre.core.drawings.custody_line import Holding
from centre.core.templatetags import house
from centre.core.timeline import Row

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def drawn(source: str, **context: object) -> str:
    """A snippet of a template, drawn."""
    html: str = (
        engines["django"].from_string("{% load house %}" + source).render(context)
    )
    return html


# Codes


def test_a_code_is_grouped_for_the_eye_but_its_own_dashes_stay():
    assert house.grouped("K7XHQMT3B") == "K7X-HQM-T3B"
    assert house.grouped("AB-1234") == "AB-1234"


def test_a_code_is_read_out_sign_by_sign():
    assert house.letters("k7x-hqm") == "K 7 X H Q M"


# States


@pytest.mark.parametrize("state", ["sealed", "IN_TRANSIT", "overdue", "declined"])
def test_every_state_has_a_word_a_shape_and_a_tone(state):
    look = states.look(state)

    assert look.word
    assert look.path in states.SHAPES.values()
    assert look.tone in states.TONES


def test_a_state_nobody_thought_of_is_quiet_and_keeps_its_word():
    assert states.look("lent_to_museum") == states.look(
        "x", word="Lent to museum", tone="quiet", shape="ring"
    )


def test_refused_and_declined_do_not_look_alike():
    refused, declined = states.look("refused"), states.look("declined")

    assert refused.tone != declined.tone
    assert refused.path != declined.path


def test_the_word_stands_beside_its_shape():
    html = render_to_string("components/state_word.html", {"state": "in_transit"})

    assert "In transit" in html
    assert 'aria-hidden="true"' in html


# The clock strip

PEP = Window("PEP", 72)


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (41, 41, "31 h left"),
        (72, 72, "0 min left"),
        (72.01, 72.01, "passed"),
        (38, 44, "at least 28 h left"),
        (70, 75, "may have passed"),
    ],
)
def test_a_window_is_inclusive_and_says_both_ends_of_a_range(least, most, words):
    (row,) = clock_strip.draw(Hours(least, most), [PEP]).rows

    assert row.words == words


def test_a_window_about_to_close_is_called_out():
    early, late = (
        clock_strip.draw(Hours(at, at), [PEP]).rows[0].tone for at in (10.0, 61.0)
    )

    assert (early, late) == ("ok", "warn")


def test_a_window_that_opens_later_says_when():
    (row,) = clock_strip.draw(Hours(2, 2), [Window("Test", 100, opens=24)]).rows

    assert row.words == "opens in 22 h"


def test_unknown_hours_claim_nothing():
    strip = clock_strip.draw(None, [PEP])

    assert strip.since == "Hours since the assault are not known"
    assert strip.rows[0].words == "not known"
    assert strip.rows[0].passed_width == "0.00"


def test_the_strip_is_drawn_with_its_words():
    page = {"hours": (38, 44), "windows": [PEP]}
    html = render_to_string("components/clock_strip.html", page)

    assert "Between 38 h and 44 h since the assault" in html
    assert "at least 28 h left" in html


# The custody line


def test_a_longer_hold_is_a_longer_bar_and_bars_touch():
    line = custody_line.draw(
        [
            Holding("Nurse", "Room 2", NOON, NOON + timedelta(hours=1)),
            Holding("Store", "Fridge 1", NOON + timedelta(hours=1)),
        ],
        NOON + timedelta(days=30),
    )
    first, second = line.segments

    assert float(first.width) < float(second.width)
    assert first.end == second.x
    assert (first.is_now, second.is_now) == (False, True)
    assert second.held == "29 days 23 h"


def test_an_open_transfer_and_a_discrepancy_are_said_in_words(monday):
    holdings = [
        Holding("Store", "", NOON - timedelta(days=1), NOON, discrepancy="Seal torn"),
        Holding("County unit", "", NOON, open_transfer=True),
    ]
    html = render_to_string("components/custody_line.html", {"holdings": holdings})

    assert "Seal torn" in html
    assert "hand-over not yet accepted" in html


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (timedelta(minutes=5), "5 min"),
        (timedelta(hours=2, minutes=30), "2 h 30 min"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=2, hours=3), "2 days 3 h"),
    ],
)
def test_lengths_are_said_in_their_two_largest_units(held, words):
    assert house.time_held(held) == words


# Charts


def test_the_longest_bar_fills_its_row():
    short, long = charts.bars([("a", 5), ("b", 20)])

    assert (short.width, long.width) == ("25.00", "100.00")


def test_bars_of_nothing_are_empty_and_do_not_fail():
    assert charts.bars([]) == ()
    assert charts.bars([("a", 0)])[0].width == "0.00"


def test_a_line_goes_down_when_the_measure_falls():
    chart = charts.line([("Jan", 21), ("Feb", 9)], top=27)
    first, last = (float(point.y) for point in chart.points)

    assert first < last


def test_a_chart_gives_its_numbers_as_a_table_too():
    page = {"title": "Requests", "rows": [("Waiting", 12)], "unit": "requests"}
    html = render_to_string("components/chart_bars.html", page)

    assert "<table>" in html
    assert html.count("12") >= 2


# The timeline


def test_the_timeline_is_grouped_by_local_day_and_the_latest_is_first():
    late_evening = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)
    rows = [
        Row(NOON, "Case opened", "Nurse", "care"),
        Row(late_evening, "Item sealed", "Nurse", "evidence"),
    ]
    days = house.timeline_days(rows)

    assert [str(day.on) for day in days] == ["2026-06-02", "2026-06-01"]
    assert days[0].lines[0].row.what == "Item sealed"


def test_what_was_written_down_late_says_so():
    soon = Row(NOON, "a", "Nurse", "care", recorded=NOON + timedelta(hours=24))
    late = Row(NOON, "b", "Nurse", "care", recorded=NOON + timedelta(hours=25))
    (day,) = house.timeline_days([soon, late])
    found = {line.row.what: line.is_late for line in day.lines}

    assert found == {"a": False, "b": True}
    html = render_to_string("components/timeline.html", {"rows": [late]})
    assert "written down" in html


def test_an_empty_timeline_says_what_will_be_there():
    html = render_to_string("components/timeline.html", {"rows": []})

    assert "Nothing has been written down yet." in html


# Forms


class SealForm(forms.Form):
    """A form with the kinds of field that are drawn differently."""

    seal = forms.CharField(label="Seal number", help_text="As you see it.")
    state = forms.ChoiceField(
        label="State", choices=[("ok", "Whole")], widget=forms.RadioSelect
    )
    seen = forms.BooleanField(label="I saw it")


def test_an_error_is_tied_to_its_control_and_listed_at_the_top():
    form = SealForm({"state": "ok", "seen": "on"})
    html = str(form)

    assert 'aria-describedby="id_seal_helptext id_seal_error"' in html
    assert 'id="id_seal_error"' in html
    assert 'href="#id_seal_field"' in html
    assert 'id="id_seal_field"' in html
    assert html.count("data-error-summary") == 1


def test_a_group_of_choices_has_a_legend_and_a_tick_has_its_label_after_it():
    html = str(SealForm())

    assert "<legend>State</legend>" in html
    assert html.index('name="seen"') < html.index("I saw it")
    assert "data-error-summary" not in html


def test_what_was_typed_stays_and_is_escaped():
    html = str(SealForm({"seal": '"><b>x'}))

    assert "<b>" not in html
    assert "&quot;&gt;&lt;b&gt;x" in html


def test_a_broken_rule_is_in_the_summary_without_a_link():
    form = SealForm({"seal": "1", "state": "ok", "seen": "on"})
    form.is_valid()
    form.add_error(None, "The seal number does not match.")

    (line,) = house.error_lines(form)
    assert (line.target, line.sentence) == ("", "The seal number does not match.")


# Notices and small parts


@pytest.mark.parametrize(
    ("tone", "kind"), [("success", "done"), ("error", "danger"), ("warning", "warning")]
)
def test_messages_of_django_look_like_our_notices(tone, kind):
    html = render_to_string("components/notice.html", {"tone": tone, "text": "Done."})

    assert f'class="notice {kind}"' in html


def test_a_reason_stands_where_an_answer_is_missing():
    rows = [SimpleNamespace(question="Pulse", reason="Not done", answer="", href="")]
    html = render_to_string("components/summary_list.html", {"rows": rows})

    assert "Not done" in html


def test_parts_of_parts_are_drawn_to_the_bottom_of_a_kit():
    leaf = SimpleNamespace(code="34CITM8XC", words="Cutting", state="sealed", items=[])
    item = SimpleNamespace(
        code="34CITM8XB", words="Cloth", state="opened", items=[leaf]
    )
    kit = SimpleNamespace(code="34CKIT8XY", words="Kit", state="packed", items=[item])
    html = render_to_string("components/kit_tree.html", {"kit": kit})

    assert "34C-ITM-8XC" in html


def test_the_idle_time_on_the_page_is_the_servers(settings):
    settings.IDLE_SECONDS = 77

    assert drawn("{% idle_seconds %}") == "77"


@pytest.mark.parametrize("code", [400, 403, 404, 405, 413, 429, 500, 503])
def test_error_pages_are_neutral(code):
    html = render_to_string(f"errors/{code}.html")

    assert "<title>Centre</title>" in html
    assert "style=" not in html
    assert "<script" not in html
