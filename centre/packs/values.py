"""Whether a value fits its question, whichever way it came in: a page or a program.

Numbers are kept as whole numbers or as text, never as floats, so that what is hashed
and signed today reads the same in ten years.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from centre.packs.errors import AnswerError
from centre.packs.model import SPEAKERS, Kind, Question
from centre.packs.partial import PartialTime
from centre.packs.partial.zones import FIRST_YEAR, LAST_YEAR
from centre.packs.text import UNKEEPABLE, is_tidy

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,12}([.][0-9]{1,6})?")
_DATE: Final = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_TIME: Final = re.compile(r"[0-9]{2}:[0-9]{2}")
_PHONE: Final = re.compile(r"[+][1-9]( ?[0-9]){6,14}")
_WHOLE_DATE: Final = len("2025-03-03")
_MOST_ROWS: Final = 200
_PERSON: Final = frozenset({"name", "role", "contact"})
_DEEPEST: Final = 4


def checked(question: Question, value: Any) -> Any:
    """The value in the form it is kept; AnswerError says why it does not fit."""
    return _CHECKS[question.kind](question, value)


def _one_choice(question: Question, value: Any) -> str:
    if not isinstance(value, str) or value not in question.choices:
        raise AnswerError("This is not one of the choices.")
    return value


def _choices(question: Question, value: Any) -> list[str]:
    if not isinstance(value, list | tuple) or not value:
        raise AnswerError("Choose at least one, or give a reason.")
    if any(one not in question.choices for one in value):
        raise AnswerError("This is not one of the choices.")
    alone = [one for one in value if one in question.exclusive]
    if alone and len(set(value)) > 1:
        label = question.choice_label(alone[0])
        raise AnswerError(f"“{label}” cannot stand together with another choice.")
    return [choice for choice in question.choices if choice in value]


def _whole(question: Question, value: Any) -> int:
    number = _number(value)
    if number != number.to_integral_value():
        raise AnswerError("Give a whole number.")
    _check_bounds(question, number)
    return int(number)


def _decimal(question: Question, value: Any) -> str:
    number = _number(value)
    places = question.places
    exponent = number.as_tuple().exponent
    if places is not None and isinstance(exponent, int) and -exponent > places:
        raise AnswerError(f"Give at most {places} decimal places.")
    _check_bounds(question, number)
    return format(number, "f")


def _quantity(question: Question, value: Any) -> dict[str, str]:
    if isinstance(value, Mapping):
        if value.keys() != {"n", "u"} or value["u"] != question.unit:
            raise AnswerError(f"Give the value in {question.unit}.")
        value = value["n"]
    return {"n": _decimal(question, value), "u": question.unit}


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise AnswerError("Give a number.")
    if not _NUMBER.fullmatch(str(value)):
        raise AnswerError("Give a number.")
    try:
        return Decimal(value)
    except InvalidOperation:
        raise AnswerError("Give a number.") from None


def _check_bounds(question: Question, number: Decimal) -> None:
    least, most = question.least, question.most
    if least is not None and number < least:
        raise AnswerError(f"The number must be {least} or more.")
    if most is not None and number > most:
        raise AnswerError(f"The number must be {most} or less.")


def _date(question: Question, value: Any) -> str:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise AnswerError("Give the day, or only month and year.")
    if question.exact and len(value) < _WHOLE_DATE:
        raise AnswerError("Give day, month and year.")
    whole = f"{value}-01-01"[:_WHOLE_DATE]
    try:
        year = date.fromisoformat(whole).year
    except ValueError:
        raise AnswerError("This day is not in the calendar.") from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise AnswerError(f"The year must lie between {FIRST_YEAR} and {LAST_YEAR}.")
    return value


def _datetime(question: Question, value: Any) -> dict[str, Any]:
    time_told = (
        value if isinstance(value, PartialTime) else PartialTime.from_json(value)
    )
    if question.exact and not time_told.is_exact:
        raise AnswerError("Give day, month, year and time.")
    for words in (time_told.given, time_told.until):
        _check_text(words, 40)
    return time_told.to_json()


def _time(question: Question, value: Any) -> str:
    del question
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise AnswerError("Give the time like 14:30.")
    try:
        time.fromisoformat(value)
    except ValueError:
        raise AnswerError("Give the time like 14:30.") from None
    return value


def _text(question: Question, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise AnswerError("Give some words, or a reason.")
    _check_text(value, question.max_length)
    if question.format == "phone" and not _PHONE.fullmatch(value):
        raise AnswerError("Give the number with its country code: + and digits.")
    return value


def _verbatim(question: Question, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or value.keys() != {"by", "words"}:
        raise AnswerError("Give the words and who spoke them.")
    if value["by"] not in SPEAKERS:
        raise AnswerError("Say who spoke these words.")
    return {"by": value["by"], "words": _text(question, value["words"])}


def _person(question: Question, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or not value.keys() <= _PERSON:
        raise AnswerError("Give name, role or contact of the person.")
    given = {key: text for key, text in value.items() if text}
    if not given:
        raise AnswerError("Give name, role or contact of the person.")
    for text in given.values():
        _text(question, text)
    return given


def _check_text(text: str, longest: int) -> None:
    if len(text) > longest:
        raise AnswerError(
            f"This has {len(text):,} characters; {longest:,} can be kept. Shorten it."
        )
    if not is_tidy(text):
        raise AnswerError(UNKEEPABLE)


def _from_room(question: Question, value: Any) -> Any:
    if value is None or not _is_plain(value, _DEEPEST):
        raise AnswerError("This value cannot be kept.")
    if question.choices and value not in question.choices:
        raise AnswerError("This is not one of the choices.")
    return value


def _is_plain(value: Any, depth: int) -> bool:
    """Text, whole numbers, flags, and lists and tables of them; no floats."""
    if isinstance(value, str):
        return is_tidy(value)
    if value is None or isinstance(value, int):
        return True
    if not depth or not isinstance(value, list | dict):
        return False
    items = value.values() if isinstance(value, dict) else value
    keys_fit = (
        all(isinstance(k, str) and k.isascii() for k in value)
        if isinstance(value, dict)
        else True
    )
    return keys_fit and all(_is_plain(item, depth - 1) for item in items)


def check_rows(question: Question, rows: Any) -> list[Mapping[str, Any]]:
    """Rows of a repeat, each with a number of its own; their answers apart."""
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise AnswerError("These rows cannot be read.")
    numbers = [row.get("n") for row in rows]
    if any(type(n) is not int or n < 1 for n in numbers):
        raise AnswerError("A row has no number.")
    if len(set(numbers)) < len(numbers):
        raise AnswerError("Two rows have the same number.")
    most = _MOST_ROWS if question.most is None else int(question.most)
    if len(rows) > most:
        raise AnswerError(f"There are {len(rows)} rows; {most} can be kept.")
    return rows


def _no_rows(question: Question, value: Any) -> Any:
    raise TypeError(f"{question} is a repeat; use check_rows for {type(value)}.")


_CHECKS: Final[Mapping[Kind, Callable[[Question, Any], Any]]] = {
    Kind.BOOL: _one_choice,
    Kind.BOOL3: _one_choice,
    Kind.CHOICE: _one_choice,
    Kind.MULTI: _choices,
    Kind.INT: _whole,
    Kind.DEC: _decimal,
    Kind.QTY: _quantity,
    Kind.DATE: _date,
    Kind.DATETIME: _datetime,
    Kind.TIME: _time,
    Kind.TEXT: _text,
    Kind.LONG: _text,
    Kind.VERBATIM: _verbatim,
    Kind.PERSON: _person,
    Kind.SIGN: _from_room,
    Kind.REPEAT: _no_rows,
    Kind.BODYMAP: _from_room,
    Kind.PHOTO: _from_room,
    Kind.CALC: _from_room,
}
