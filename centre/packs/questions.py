"""One question of a pack: which keys go with its kind, and the question itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from centre.packs.conditions import Condition
from centre.packs.model import (
    CHOICES,
    MOMENTS,
    NUMBERS,
    TEXTS,
    YES_NO,
    YES_NO_UNSURE,
    Coding,
    Kind,
    Print,
    Question,
    QuestionText,
    Required,
)

Raw = Mapping[str, Any]

SHORT: Final = 10_000
LONG: Final = 20_000
"""Most characters of a line and of a paragraph, unless the question allows fewer."""

_MOST_PLACES: Final = 6

_ONLY_FOR: Final[Mapping[str, frozenset[Kind]]] = MappingProxyType(
    {
        "choices": CHOICES | {Kind.CALC},
        "choices_from": CHOICES,
        "exclusive": frozenset({Kind.MULTI}),
        "unit": NUMBERS | {Kind.CALC},
        "min": NUMBERS | {Kind.REPEAT},
        "max": NUMBERS | {Kind.REPEAT},
        "places": frozenset({Kind.DEC, Kind.QTY}),
        "max_length": TEXTS,
        "exact": MOMENTS,
        "format": frozenset({Kind.TEXT}),
    }
)


def own_faults(
    table: Raw, earlier: Mapping[str, Question], places: set[tuple[str, str]]
) -> Iterator[str]:
    """What is wrong with this question, whatever stands around it."""
    where = f"question {table['code']}"
    kind = Kind(table["kind"])
    for key, kinds in _ONLY_FOR.items():
        if key in table and kind not in kinds:
            yield f"{where}: '{key}' does not go with the kind '{kind}'."
    yield from (f"{where}: {says}" for says in _choice_faults(table, kind, earlier))
    yield from (f"{where}: {says}" for says in _number_faults(table, kind))
    yield from (f"{where}: {says}" for says in _parent_faults(table, kind, earlier))
    yield from (f"{where}: {says}" for says in _coding_faults(table))
    for place in table.get("print", []):
        if (place["form"], place["box"]) not in places:
            yield f"{where}: forms.toml has no box '{place['box']}'."


def _choice_faults(
    table: Raw, kind: Kind, earlier: Mapping[str, Question]
) -> Iterator[str]:
    if kind in CHOICES and ("choices" in table) == ("choices_from" in table):
        yield "exactly one of choices and choices_from is needed."
    if "choices_from" in table and table["choices_from"] not in earlier:
        yield f"'{table['choices_from']}' is not an earlier question."
    if kind == Kind.CHOICE and len(table.get("choices", "ab")) <= 1:
        yield "a choice needs at least two choices."
    if kind == Kind.MULTI and table.get("choices") == []:
        yield "'choices' is empty."
    spare = set(table.get("exclusive", ())) - set(_choices(table, kind, earlier))
    for choice in sorted(spare):
        yield f"'{choice}' in exclusive is not a choice."


def _number_faults(table: Raw, kind: Kind) -> Iterator[str]:
    if kind == Kind.QTY and "unit" not in table:
        yield "a quantity needs a unit."
    if "min" in table and "max" in table and table["min"] > table["max"]:
        yield "min is above max."
    if not 0 <= table.get("places", 0) <= _MOST_PLACES:
        yield f"places must lie between 0 and {_MOST_PLACES}."
    if not 1 <= table.get("max_length", 1) <= LONG:
        yield f"max_length must lie between 1 and {LONG}."
    if kind == Kind.CALC and table["required"] != Required.SYSTEM:
        yield "a calculated value is required by 'system' only."


def _parent_faults(
    table: Raw, kind: Kind, earlier: Mapping[str, Question]
) -> Iterator[str]:
    if "parent" not in table:
        return
    parent = earlier.get(table["parent"])
    if parent is None or parent.kind != Kind.REPEAT:
        yield "the parent is not an earlier repeat."
        return
    if kind == Kind.REPEAT:
        yield "a repeat within a repeat is not possible."
    if not table["code"].startswith(f"{parent.code}."):
        yield f"the code must begin with '{parent.code}.'."
    if table["section"] != parent.section:
        yield "it must stand in the section of its repeat."


def _coding_faults(table: Raw) -> Iterator[str]:
    choices = table.get("choices", ())
    for coding in table.get("codes", []):
        choice = coding.get("choice")
        if choice is not None and choices and choice not in choices:
            yield f"a code names the choice '{choice}', which there is not."


def _choices(
    table: Raw, kind: Kind, earlier: Mapping[str, Question]
) -> tuple[str, ...]:
    if kind == Kind.BOOL:
        return YES_NO
    if kind == Kind.BOOL3:
        return YES_NO_UNSURE
    like = earlier.get(table.get("choices_from", ""))
    return like.choices if like else tuple(table.get("choices", ()))


def question_of(
    table: Raw,
    *,
    when: Condition,
    required_when: Condition,
    texts: Mapping[str, QuestionText],
    like: Question | None,
) -> Question:
    """The question this table describes."""
    kind = Kind(table["kind"])
    earlier = {like.code: like} if like else {}
    return Question(
        code=table["code"],
        section=table["section"],
        kind=kind,
        required=Required(table["required"]),
        absent=table["absent"],
        sensitivity=table["sensitivity"],
        disclosure=table["disclosure"],
        choices=_choices(table, kind, earlier),
        exclusive=tuple(table.get("exclusive", ())),
        unit=table.get("unit", ""),
        least=_decimal(table.get("min")),
        most=_decimal(table.get("max")),
        places=table.get("places"),
        exact=table.get("exact", False),
        format=table.get("format", ""),
        max_length=_max_length(table, kind),
        when=when,
        required_when=required_when,
        parent=table.get("parent", ""),
        consent=table.get("consent", ""),
        prints=tuple(Print(**place) for place in table.get("print", ())),
        codes=tuple(Coding(**coding) for coding in table.get("codes", ())),
        verified=table.get("verified", False),
        source=table.get("source", ""),
        texts=texts,
    )


def _max_length(table: Raw, kind: Kind) -> int:
    usual = LONG if kind in {Kind.LONG, Kind.VERBATIM} else SHORT
    length: int = table.get("max_length", usual)
    return length


def _decimal(value: int | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value)
