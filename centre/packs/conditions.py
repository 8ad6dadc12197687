"""When something is asked: a condition on earlier answers, as data.

A condition is read from TOML and never evaluated as an expression. An answer that is
itself not asked counts as missing, so what follows from it is not asked either. A
missing answer satisfies nothing but `answered = false` and `not`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Protocol

from centre.packs.errors import PackError

FACTS: Final[Mapping[str, str]] = {
    "age": "int",
    "is_child": "bool",
    "sex": "choice",
    "gender": "choice",
    "organs": "multi",
    "prepubertal": "choice",
    "pregnant": "choice",
    "strangulation": "choice",
    "intoxication": "choice",
    "reporting": "choice",
    "registration": "choice",
    "hours_min": "dec",
    "hours_max": "dec",
    "consents": "multi",
    "injury_opinion": "bool",
    "now": "datetime",
}
"""What the room tells a form about the case, besides the form's own answers."""

_FACT: Final = "facts."
_OPERATORS: Final = ("is", "in", "has", "answered", "at_least", "below")


@dataclass(frozen=True)
class Scene:
    """All that a condition may look at; `row` while a row of a repeat is asked."""

    answers: Mapping[str, Any]
    facts: Mapping[str, Any] = field(default_factory=dict)
    row: Mapping[str, Any] | None = None
    row_of: str = ""

    def within(self, row: Mapping[str, Any], of: str) -> Scene:
        """The same scene, seen from one row."""
        return Scene(self.answers, self.facts, row, of)


class Condition(Protocol):
    """Something that holds or does not."""

    def holds(self, scene: Scene) -> bool:
        """Whether it holds here."""
        ...


@dataclass(frozen=True)
class All:
    """Every part holds; true without parts."""

    parts: tuple[Condition, ...] = ()

    def holds(self, scene: Scene) -> bool:
        """Whether all parts hold."""
        return all(part.holds(scene) for part in self.parts)


@dataclass(frozen=True)
class OneOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]

    def holds(self, scene: Scene) -> bool:
        """Whether one part holds."""
        return any(part.holds(scene) for part in self.parts)


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: Condition

    def holds(self, scene: Scene) -> bool:
        """Whether the part fails."""
        return not self.part.holds(scene)


ALWAYS: Final = All()


@dataclass(frozen=True)
class Earlier:
    """What a condition must know of a question that stands before it."""

    kind: str
    choices: tuple[str, ...]
    parent: str
    guard: Condition


@dataclass(frozen=True)
class Leaf:
    """One comparison with the answer of an earlier question, or with a fact."""

    code: str
    operator: str
    operand: Any
    parent: str = ""
    guard: Condition = ALWAYS

    def holds(self, scene: Scene) -> bool:
        """Whether any value of the question (one, or one a row) fits."""
        values = list(self._values(scene))
        if self.operator == "answered":
            return bool(values) is self.operand
        fits = _FITS[self.operator]
        return any(fits(value, self.operand) for value in values)

    def _values(self, scene: Scene) -> Iterator[Any]:
        if self.code.startswith(_FACT):
            value = scene.facts.get(self.code.removeprefix(_FACT))
            if value not in (None, "", [], ()):
                yield value
            return
        for place in self._places(scene):
            held = scene.answers if place.row is None else place.row
            answer = held.get(self.code) or {}
            if "v" in answer and self.guard.holds(place):
                yield answer["v"]

    def _places(self, scene: Scene) -> Iterator[Scene]:
        if not self.parent or scene.row_of == self.parent:
            yield scene if self.parent else Scene(scene.answers, scene.facts)
            return
        for row in rows_of(scene.answers.get(self.parent)):
            yield scene.within(row, self.parent)


def rows_of(answer: Any) -> list[Mapping[str, Any]]:
    """The rows of a repeat's answer; none when there is no value."""
    value = (answer or {}).get("v")
    return value if isinstance(value, list) else []


def number(value: Any) -> Decimal | None:
    """The number in a value of any numeric kind."""
    held = value.get("n") if isinstance(value, Mapping) else value
    if isinstance(held, bool) or not isinstance(held, int | str | Decimal):
        return None
    try:
        return Decimal(held)
    except InvalidOperation:
        return None


def _at_least(value: Any, operand: Any) -> bool:
    held = number(value)
    return held is not None and held >= operand


def _below(value: Any, operand: Any) -> bool:
    held = number(value)
    return held is not None and held < operand


_FITS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "is": lambda value, operand: bool(value == operand),
    "in": lambda value, operand: value in operand,
    "has": lambda value, operand: operand in value,
    "at_least": _at_least,
    "below": _below,
}


def read(raw: Mapping[str, Any], earlier: Mapping[str, Earlier]) -> Condition:
    """The condition of this TOML table; PackError says what is wrong with it."""
    if "question" in raw:
        return _leaf(raw, earlier)
    if len(raw) != 1:
        raise PackError("a condition is one of question, all, any, not")
    word, body = next(iter(raw.items()))
    if word == "not" and isinstance(body, dict):
        return Not(read(body, earlier))
    if word in {"all", "any"} and isinstance(body, list) and body:
        parts = tuple(read(_table(part), earlier) for part in body)
        return All(parts) if word == "all" else OneOf(parts)
    raise PackError(f"the condition '{word}' is not understood")


def _table(part: Any) -> Mapping[str, Any]:
    if not isinstance(part, dict):
        raise PackError("each part of a condition is a table")
    return part


def _leaf(raw: Mapping[str, Any], earlier: Mapping[str, Earlier]) -> Leaf:
    operators = [key for key in raw if key != "question"]
    if len(operators) != 1 or operators[0] not in _OPERATORS:
        raise PackError(
            f"a condition on a question has exactly one of {', '.join(_OPERATORS)}"
        )
    operator, code = operators[0], raw["question"]
    known = _known(code, earlier)
    operand = _operand(operator, raw[operator], known, str(code))
    return Leaf(str(code), operator, operand, known.parent, known.guard)


def _known(code: Any, earlier: Mapping[str, Earlier]) -> Earlier:
    if isinstance(code, str) and code.startswith(_FACT):
        name = code.removeprefix(_FACT)
        if name not in FACTS:
            raise PackError(f"there is no fact '{name}'")
        return Earlier(FACTS[name], (), "", ALWAYS)
    if code not in earlier:
        raise PackError(f"'{code}' is not an earlier question")
    return earlier[code]


def _operand(operator: str, operand: Any, known: Earlier, code: str) -> Any:
    check = _OPERAND_CHECKS[operator]
    if not check(operand, known):
        raise PackError(f"'{operator}' with this operand does not fit '{code}'")
    return tuple(operand) if operator == "in" else operand


def _is_value(operand: Any, known: Earlier) -> bool:
    if known.kind in {"int", "dec"}:
        return type(operand) is int
    if known.kind == "bool" and not known.choices:
        return isinstance(operand, bool)
    if known.kind not in {"choice", "bool", "bool3", "calc"}:
        return False
    return isinstance(operand, str) and (not known.choices or operand in known.choices)


def _is_values(operand: Any, known: Earlier) -> bool:
    return (
        isinstance(operand, list)
        and bool(operand)
        and all(_is_value(one, known) for one in operand)
    )


def _is_member(operand: Any, known: Earlier) -> bool:
    fits = isinstance(operand, str) and known.kind == "multi"
    return fits and (not known.choices or operand in known.choices)


def _is_bound(operand: Any, known: Earlier) -> bool:
    is_number = type(operand) is int or isinstance(operand, Decimal)
    return is_number and known.kind in {"int", "dec", "qty"}


_OPERAND_CHECKS: Final[Mapping[str, Callable[[Any, Earlier], bool]]] = {
    "is": _is_value,
    "in": _is_values,
    "has": _is_member,
    "answered": lambda operand, _known: isinstance(operand, bool),
    "at_least": _is_bound,
    "below": _is_bound,
}
