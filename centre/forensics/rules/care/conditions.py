"""When a piece of advice holds: a condition on what is known, with three answers.

Not every input is known when a survivor sits there. A condition then is neither true
nor false; it names what it would have to know (Kleene's logic), so that “cannot tell,
ask about X” never turns into “not eligible”.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Protocol, TypeAlias

from centre.packs.errors import PackError

Inputs: TypeAlias = Mapping[str, Any]
"""What is known, by the name of the input. What is not known is missing or None."""

KINDS: Final = ("number", "word", "words", "flag")


@dataclass(frozen=True)
class Truth:
    """True, false, or None for unknown; then with the inputs that are missing."""

    value: bool | None
    missing: frozenset[str] = frozenset()


class Condition(Protocol):
    """Something that holds, does not, or cannot be told."""

    def on(self, known: Inputs) -> Truth:
        """Whether it holds on what is known."""
        ...


@dataclass(frozen=True)
class All:
    """Every part holds; true without parts. One false part settles it."""

    parts: tuple[Condition, ...] = ()

    def on(self, known: Inputs) -> Truth:
        """Whether all parts hold."""
        return _joined([part.on(known) for part in self.parts], settles=False)


@dataclass(frozen=True)
class OneOf:
    """At least one part holds. One true part settles it."""

    parts: tuple[Condition, ...]

    def on(self, known: Inputs) -> Truth:
        """Whether one part holds."""
        return _joined([part.on(known) for part in self.parts], settles=True)


@dataclass(frozen=True)
class Not:
    """The part does not hold; unknown stays unknown."""

    part: Condition

    def on(self, known: Inputs) -> Truth:
        """Whether the part fails."""
        found = self.part.on(known)
        value = None if found.value is None else not found.value
        return Truth(value, found.missing)


@dataclass(frozen=True)
class Leaf:
    """One comparison with one input; limits are exact, nothing is rounded."""

    name: str
    operator: str
    operand: Any

    def on(self, known: Inputs) -> Truth:
        """Whether the input fits."""
        value = known.get(self.name)
        if self.operator == "known":
            return Truth((value is not None) is self.operand)
        if value is None:
            return Truth(None, frozenset({self.name}))
        return Truth(_FITS[self.operator](value, self.operand))


ALWAYS: Final = All()


def _joined(found: list[Truth], *, settles: bool) -> Truth:
    """One part that settles it, else what is unknown, else the other value."""
    if any(one.value is settles for one in found):
        return Truth(settles)
    missing = frozenset[str]().union(*(one.missing for one in found))
    if any(one.value is None for one in found):
        return Truth(None, missing)
    return Truth(not settles)


_FITS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "is": lambda value, operand: bool(value == operand),
    "in": lambda value, operand: value in operand,
    "has": lambda value, operand: operand in value,
    "at_least": lambda value, operand: bool(value >= operand),
    "above": lambda value, operand: bool(value > operand),
    "at_most": lambda value, operand: bool(value <= operand),
    "below": lambda value, operand: bool(value < operand),
}
_BOUNDS: Final = ("at_least", "above", "at_most", "below")
_GOES_WITH: Final[Mapping[str, tuple[str, ...]]] = {
    "number": ("known", *_BOUNDS),
    "word": ("known", "is", "in"),
    "words": ("known", "has"),
    "flag": ("known", "is"),
}


def read(raw: Any, kinds: Mapping[str, str]) -> Condition:
    """The condition of this TOML table; PackError says what is wrong with it."""
    if not isinstance(raw, dict):
        raise PackError("a condition is a table")
    if "input" in raw:
        return _leaf(raw, kinds)
    if len(raw) != 1:
        raise PackError("a condition is one of input, all, any, not")
    word, body = next(iter(raw.items()))
    if word == "not":
        return Not(read(body, kinds))
    if word in {"all", "any"} and isinstance(body, list) and body:
        parts = tuple(read(part, kinds) for part in body)
        return All(parts) if word == "all" else OneOf(parts)
    raise PackError(f"the condition '{word}' is not understood")


def _leaf(raw: Mapping[str, Any], kinds: Mapping[str, str]) -> Leaf:
    name = raw["input"]
    if name not in kinds:
        raise PackError(f"there is no input '{name}'")
    operators = [key for key in raw if key != "input"]
    if len(operators) != 1 or operators[0] not in _GOES_WITH[kinds[name]]:
        raise PackError(
            f"a condition on '{name}' has exactly one of "
            f"{', '.join(_GOES_WITH[kinds[name]])}"
        )
    operator = operators[0]
    return Leaf(name, operator, _operand(operator, raw[operator], kinds[name], name))


def _operand(operator: str, operand: Any, kind: str, name: str) -> Any:
    if operator in _BOUNDS and type(operand) in {int, Decimal}:
        return Decimal(operand)
    if operator in {"is", "known"} and isinstance(operand, bool):
        if operator == "known" or kind == "flag":
            return operand
    elif operator in {"is", "has"} and isinstance(operand, str) and kind != "flag":
        return operand
    elif operator == "in" and isinstance(operand, list) and _are_words(operand):
        return tuple(operand)
    raise PackError(f"'{operator}' with this operand does not fit '{name}'")


def _are_words(operand: list[Any]) -> bool:
    return bool(operand) and all(isinstance(one, str) for one in operand)
