"""For each kind of answer: the inputs a page draws and what is read from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import conditional_escape

from centre.packs.errors import AnswerError
from centre.packs.model import CHOICES, SPEAKERS, Kind, Question
from centre.packs.partial import PartialTimeField, PartialTimeWidget
from centre.packs.partial.field import day_parts, kept
from centre.packs.partial.typed import clock, plain, told
from centre.packs.reasons import POLICIES, REASONS, SUB_REASONS, WITHOUT_CONSENT
from centre.packs.widgets import Option, Part, PartsWidget
from centre.packs.wording import unit_words

CLEAR: Final = "clear"
"""In the menu of reasons: takes an answer back, since radios cannot be emptied."""

PICKED: Final = CHOICES | {Kind.BOOL, Kind.BOOL3}
"""Kinds that are picked, not typed."""

REASON_PARTS: Final = (Part("", "Reason"), Part("n", "Note"))

_MOST_RADIOS: Final = 12


class UnitInput(forms.TextInput):
    """A number with its unit beside it."""

    template_name = "packs/unit_input.html"

    def __init__(self, unit: str, attrs: dict[str, Any]) -> None:
        self.unit = unit
        super().__init__(attrs)

    def get_context(
        self, name: str, value: Any, attrs: dict[str, Any] | None
    ) -> dict[str, Any]:
        """The unit goes to the template."""
        return super().get_context(name, value, attrs) | {"unit": self.unit}


class UnitBoundField(forms.BoundField):
    """Tells the page that there is a unit on the line."""

    def css_classes(self, extra_classes: Any = None) -> str:
        """The class of a line with a unit."""
        return f"{super().css_classes(extra_classes)} with-unit".strip()


@dataclass(frozen=True)
class Control:
    """The inputs of one kind, how they are read and how a kept value goes in."""

    widget: Callable[[Question, str], forms.Widget]
    read: Callable[[Question, Any], Any]
    show: Callable[[Any], Any] = lambda value: value


def value_field(question: Question, language: str, initial: Any) -> forms.Field:
    """The field of the answer; it takes anything, so that a draft loses nothing."""
    field = forms.Field(
        required=False,
        label=question.label(language),
        help_text=conditional_escape(question.hint(language)),
        widget=CONTROLS[question.kind].widget(question, language),
        initial=initial,
    )
    if unit_words(question.unit):
        field.bound_field_class = UnitBoundField
    return field


def reason_field(
    question: Question, language: str, initial: Mapping[str, str], *, is_permitted: bool
) -> forms.Field | None:
    """The menu of reasons for no answer; None where none is possible."""
    options = tuple(_reason_options(question, is_permitted=is_permitted))
    if not options:
        return None
    menu = Part("", "Reason", options=(("", "Answered, or still open"), *options))
    widget = PartsWidget((menu, *REASON_PARTS[1:]))
    widget.template_name = "packs/reason.html"
    return forms.Field(
        required=False,
        label=question.label(language),
        widget=widget,
        initial=dict(initial),
    )


def _reason_options(question: Question, *, is_permitted: bool) -> list[Option]:
    options: list[Option] = []
    for reason in POLICIES[question.absent]:
        if not is_permitted and reason not in WITHOUT_CONSENT:
            continue
        if reason == "not_performed":
            options += [
                (f"{reason}:{sub}", f"{REASONS[reason]}: {words}")
                for sub, words in SUB_REASONS.items()
            ]
        else:
            options.append((reason, REASONS[reason]))
    if options and question.kind in PICKED and is_permitted:
        options.append((CLEAR, "Take the answer back"))
    return options


def read_value(question: Question, raw: Any) -> Any:
    """What was typed as a value, or None where nothing was; AnswerError if unclear."""
    return CONTROLS[question.kind].read(question, raw)


def shown(question: Question, value: Any) -> Any:
    """A kept value as the inputs show it."""
    return CONTROLS[question.kind].show(value)


def _radios(question: Question, language: str) -> forms.Widget:
    options = [(c, question.choice_label(c, language)) for c in question.choices]
    if len(options) > _MOST_RADIOS:
        return forms.Select(choices=[("", "Choose one"), *options])
    return forms.RadioSelect(choices=options)


def _boxes(question: Question, language: str) -> forms.Widget:
    options = [(c, question.choice_label(c, language)) for c in question.choices]
    return forms.CheckboxSelectMultiple(choices=options)


def _number_input(question: Question, language: str) -> forms.Widget:
    del language
    mode = "numeric" if question.kind is Kind.INT else "decimal"
    attrs = {"inputmode": mode, "autocomplete": "off", "size": "8"}
    if unit := unit_words(question.unit):
        return UnitInput(unit, attrs)
    return forms.TextInput(attrs)


def _line_input(question: Question, language: str) -> forms.Widget:
    del question, language
    return forms.TextInput({"autocomplete": "off", "dir": "auto"})


def _time_input(question: Question, language: str) -> forms.Widget:
    del question, language
    return forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "size": "5"})


def _paragraph(question: Question, language: str) -> forms.Widget:
    del question, language
    return forms.Textarea({"rows": "4", "dir": "auto"})


def _date_parts(question: Question, language: str) -> forms.Widget:
    del question, language
    return PartsWidget(day_parts(""))


def _moment_parts(question: Question, language: str) -> forms.Widget:
    del language
    return PartialTimeWidget(exact=question.exact)


def _speech(question: Question, language: str) -> forms.Widget:
    del question, language
    speakers = tuple(SPEAKERS.items())
    return PartsWidget(
        (
            Part("by", "Whose words", options=speakers, default="survivor"),
            Part("", "In their own words", is_long=True),
        )
    )


def _person_parts(question: Question, language: str) -> forms.Widget:
    del question, language
    return PartsWidget(
        (Part("name", "Name"), Part("role", "Role"), Part("contact", "Contact"))
    )


def _picked(question: Question, raw: Any) -> Any:
    del question
    return raw or None


def _number(question: Question, raw: Any) -> str | None:
    del question
    typed = plain(str(raw or "")).replace(",", ".").replace("\N{MINUS SIGN}", "-")
    return typed or None


def _line(question: Question, raw: Any) -> str | None:
    del question
    return str(raw or "").strip() or None


def _lines(question: Question, raw: Any) -> str | None:
    del question
    text = str(raw or "")
    return text if text.strip() else None


def _time(question: Question, raw: Any) -> str | None:
    del question
    typed = plain(str(raw or ""))
    return clock(typed) if typed else None


def _date(question: Question, raw: Any) -> str | None:
    del question
    return told(raw or {}, "") or None


def _moment(question: Question, raw: Any) -> dict[str, Any] | None:
    try:
        time = PartialTimeField(exact=question.exact, required=False).clean(raw)
    except ValidationError as error:
        raise AnswerError(error.messages) from None
    return time.to_json() if time else None


def _spoken(question: Question, raw: Any) -> dict[str, str] | None:
    words = _lines(question, (raw or {}).get(""))
    return {"by": raw.get("by") or "survivor", "words": words} if words else None


def _person(question: Question, raw: Any) -> dict[str, str] | None:
    del question
    given = {key: str(text).strip() for key, text in (raw or {}).items()}
    return given if any(given.values()) else None


def _shown_date(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    year, month, day = (*value.split("-"), "", "")[:3]
    return {"year": year, "month": month.lstrip("0"), "day": day.lstrip("0")}


def _shown_speech(value: Any) -> Any:
    if "words" not in value:
        return value
    return {"by": value["by"], "": value["words"]}


def _shown_quantity(value: Any) -> Any:
    return value["n"] if isinstance(value, Mapping) else value


_PICK: Final = Control(_radios, _picked)
_WRITE: Final = Control(_paragraph, _lines)
_COUNT: Final = Control(_number_input, _number)

CONTROLS: Final[Mapping[Kind, Control]] = {
    Kind.BOOL: _PICK,
    Kind.BOOL3: _PICK,
    Kind.CHOICE: _PICK,
    Kind.MULTI: Control(_boxes, _picked),
    Kind.INT: _COUNT,
    Kind.DEC: _COUNT,
    Kind.QTY: Control(_number_input, _number, _shown_quantity),
    Kind.DATE: Control(_date_parts, _date, _shown_date),
    Kind.DATETIME: Control(_moment_parts, _moment, kept),
    Kind.TIME: Control(_time_input, _time),
    Kind.TEXT: Control(_line_input, _line),
    Kind.LONG: _WRITE,
    Kind.VERBATIM: Control(_speech, _spoken, _shown_speech),
    Kind.PERSON: Control(_person_parts, _person),
}
"""Kinds that are missing here get their value from a room or have rows."""
