"""Everything on a page that computes; the components only draw what these say."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Final, NamedTuple

from django import forms, template
from django.conf import settings
from django.db import DatabaseError
from django.forms.boundfield import BoundField
from django.utils import timezone

from centre.core import clock, references
from centre.core.drawings import charts, clock_strip, custody_line, states
from centre.core.models import VerificationRun
from centre.core.timeline import Row

register = template.Library()

LATE: Final = timedelta(hours=24)
"""What was written down later than this after it happened is labelled."""


_NOTICE_SHAPES: Final = {
    "done": "tick",
    "success": "tick",
    "warning": "triangle",
    "danger": "cross",
    "error": "cross",
}


class Day(NamedTuple):
    """The acts of one day, in the order in which they happened."""

    on: date
    lines: Sequence["DayLine"]


class DayLine(NamedTuple):
    """One act of the timeline."""

    row: Row
    is_late: bool


class ErrorLine(NamedTuple):
    """One sentence of the error summary and the field it belongs to, if any."""

    target: str
    label: str
    sentence: str


@register.filter
def grouped(code: str, size: int = 3) -> str:
    """A code in groups for the eye; one that carries its own dashes stays as it is."""
    return code if "-" in code else references.grouped(code, size)


@register.filter
def letters(code: str) -> str:
    """A code with a space between its signs, as a screen reader should say it."""
    return " ".join(references.normalise(code))


@register.filter
def time_held(value: timedelta) -> str:
    """A length of time in its two largest units."""
    return custody_line.length_words(value)


@register.simple_tag
def idle_seconds() -> int:
    """After how many seconds without a touch the session locks."""
    return int(settings.IDLE_SECONDS)


@register.simple_tag
def records_alarm() -> bool:
    """Whether the last check of the records found a fault; one indexed row is read."""
    try:
        sound = VerificationRun.objects.values_list("is_sound", flat=True).first()
    except DatabaseError:
        return False
    return sound is False


@register.simple_tag
def state_look(
    state: str, word: str = "", tone: str = "", shape: str = ""
) -> states.Look:
    """Word, shape and tone of a state."""
    return states.look(str(state), word=word, tone=tone, shape=shape)


@register.simple_tag
def notice_path(tone: str) -> str:
    """The shape before a notice; Django's message levels are understood too."""
    return states.SHAPES[_NOTICE_SHAPES.get(str(tone), "dash")]


@register.simple_tag
def clock_strip_drawing(
    hours: tuple[float, float] | None, windows: Iterable[clock_strip.Window]
) -> clock_strip.Strip:
    """The hours since an assault against its windows."""
    since = None if not hours else clock_strip.Hours(*hours)
    return clock_strip.draw(since, windows or ())


@register.simple_tag
def custody_line_drawing(
    holdings: Iterable[custody_line.Holding],
) -> custody_line.Line:
    """An item's line through its holders."""
    return custody_line.draw(holdings, clock.now())


@register.simple_tag
def chart_bars_drawing(
    rows: Iterable[tuple[str, charts.Number]],
) -> tuple[charts.Bar, ...]:
    """Horizontal bars."""
    return charts.bars(rows)


@register.simple_tag
def chart_line_drawing(
    rows: Iterable[tuple[str, charts.Number]], top: charts.Number | None = None
) -> charts.LineChart:
    """One line of measured values."""
    return charts.line(rows, top or None)


@register.simple_tag
def timeline_days(rows: Iterable[Row]) -> list[Day]:
    """Acts grouped by the local day on which they happened, the latest first."""
    ordered = sorted(rows, key=lambda row: row.when, reverse=True)
    days = groupby(ordered, key=lambda row: timezone.localtime(row.when).date())
    return [Day(on, [DayLine(row, _is_late(row)) for row in day]) for on, day in days]


@register.simple_tag
def error_lines(form: forms.BaseForm) -> list[ErrorLine]:
    """Every sentence that is wrong with a form, with the field to go to."""
    whole = [ErrorLine("", "", str(sentence)) for sentence in form.non_field_errors()]
    bad = [form[name] for name in form.errors if name in form.fields]
    return whole + [_error_line(f, str(sentence)) for f in bad for sentence in f.errors]


def _error_line(field: BoundField, sentence: str) -> ErrorLine:
    return ErrorLine(f"{field.auto_id}_field", str(field.label), sentence)


def _is_late(row: Row) -> bool:
    return row.recorded is not None and row.recorded - row.when > LATE
