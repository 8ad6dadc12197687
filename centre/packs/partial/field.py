"""The form field: a few plain inputs that work without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import MONTHS

from centre.packs.errors import AnswerError
from centre.packs.partial.times import PARTS, SIDES, SOURCES, PartialTime
from centre.packs.partial.typed import Typed, told, typed_of
from centre.packs.partial.words import PART_WORDS, SIDE_WORDS, SOURCE_WORDS
from centre.packs.partial.zones import is_told_twice, read
from centre.packs.widgets import Option, Part, PartsWidget


def month_options() -> tuple[Option, ...]:
    """The months by name, so that day and month are never mixed up."""
    names = ((str(number), name) for number, name in MONTHS.items())
    return (("", "Month"), *names)


def day_parts(prefix: str) -> tuple[Part, ...]:
    return (
        Part(f"{prefix}day", "Day", size=2),
        Part(f"{prefix}month", "Month", options=month_options()),
        Part(f"{prefix}year", "Year", size=4),
    )


def _time_parts(prefix: str) -> tuple[Part, ...]:
    parts = (("", "Time not known"), *((code, PART_WORDS[code]) for code in PARTS))
    return (
        *day_parts(prefix),
        Part(f"{prefix}time", "Time, 24 hours", size=5),
        Part(f"{prefix}part", "or part of the day", options=parts),
    )


class PartialTimeWidget(PartsWidget):
    """Day, month, year, time or part of the day; "about"; a second time if between."""

    template_name = "packs/partial_time.html"

    def __init__(self, *, exact: bool = False, zone: tzinfo | None = None) -> None:
        self.exact, self.zone = exact, zone
        first = (*day_parts(""), Part("time", "Time, 24 hours", size=5))
        parts = first if exact else (*_time_parts(""), *_time_parts("to_"), *_MANNER)
        super().__init__((*parts, _SIDE))

    def decompress(self, value: Any) -> dict[str, Any]:
        """What goes into each input."""
        if isinstance(value, PartialTime):
            return typed_of(value)
        return super().decompress(value)

    def get_context(
        self, name: str, value: Any, attrs: dict[str, Any] | None
    ) -> dict[str, Any]:
        """The inputs in their groups; the side of the clock only where it matters."""
        context = super().get_context(name, value, attrs)
        inputs = {part["suffix"]: part for part in context["widget"]["parts"]}
        typed = self.decompress(value)
        context["widget"]["first"] = _named(inputs, ("day", "month", "year", "time"))
        if not self.exact:
            context["widget"]["first"] += _named(inputs, ("part",))
            names = ("to_day", "to_month", "to_year", "to_time", "to_part")
            context["widget"]["until"] = _named(inputs, names)
            context["widget"]["is_between"] = any(typed.get(n) for n in names)
            context["widget"]["manner"] = _named(inputs, ("about", "source"))
        if typed.get("side") or self._is_twice(typed):
            context["widget"]["side"] = _named(inputs, ("side",))
        return context

    def _is_twice(self, typed: Mapping[str, Any]) -> bool:
        zone = self.zone or timezone.get_current_timezone()
        try:
            moments = [told(typed, prefix) for prefix in ("", "to_")]
        except AnswerError:
            return False
        return any(is_told_twice(one, zone) for one in moments if one)


_MANNER: Final = (
    Part("about", "About then", is_flag=True),
    Part("source", "Who says so", options=(("", "Not noted"), *SOURCE_WORDS.items())),
)
_SIDE: Final = Part(
    "side",
    "This clock time came twice",
    options=(("", "Not known which"), *((side, SIDE_WORDS[side]) for side in SIDES)),
)


class PartialTimeField(forms.Field):
    """Gives a PartialTime, or None where nothing was typed.

    The zone is the one in force for the page unless it is given. With `exact`, one
    minute is asked and nothing less.
    """

    def __init__(
        self, *, exact: bool = False, zone: tzinfo | None = None, **kwargs: Any
    ) -> None:
        self.exact, self.zone = exact, zone
        kwargs.setdefault("widget", PartialTimeWidget(exact=exact, zone=zone))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> PartialTime | None:
        """The range that the typed parts tell."""
        if value is None or isinstance(value, PartialTime):
            return value
        if not any(value.get(part) for part in _TELLING):
            return None
        zone = self.zone or timezone.get_current_timezone()
        try:
            return _read(value, zone, exact=self.exact)
        except AnswerError as error:
            raise ValidationError(list(error.sentences)) from None

    def prepare_value(self, value: Any) -> Any:
        """Kept JSON is shown as what was told."""
        return kept(value)


_TELLING: Final = tuple(
    f"{prefix}{part}"
    for prefix in ("", "to_")
    for part in ("day", "month", "year", "time", "part")
)


def _read(typed: Typed, zone: tzinfo, *, exact: bool) -> PartialTime:
    given = told(typed, "")
    side = typed.get("side", "")
    if exact:
        return _exactly(given, zone, side)
    source = typed.get("source", "")
    return read(
        given,
        zone,
        until=told(typed, "to_"),
        is_about=bool(typed.get("about")),
        side=side if side in SIDES else "",
        source=source if source in SOURCES else "",
    )


def _exactly(given: str, zone: tzinfo, side: str) -> PartialTime:
    if not given.partition(" ")[2]:
        raise AnswerError("Give day, month, year and time.")
    time = read(given, zone, side=side if side in SIDES else "", source="record")
    if not time.is_exact and is_told_twice(given, zone) and ":" in given:
        raise AnswerError(
            "The clocks were put back then, so this time came twice. Say which it was."
        )
    if not time.is_exact:
        raise AnswerError("Give the time to the minute.")
    return time


def kept(value: Any) -> Any:
    """The range of kept JSON; anything else as it is."""
    if isinstance(value, Mapping) and "precision" in value:
        return PartialTime.from_json(value)
    return value


def _named(
    inputs: Mapping[str, dict[str, Any]], names: tuple[str, ...]
) -> list[dict[str, Any]]:
    return [inputs[name] for name in names if name in inputs]
