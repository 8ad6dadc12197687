"""One validation rule of a pack: which keys its kind needs, and the rule itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from centre.packs.conditions import Condition
from centre.packs.model import MOMENTS, NUMBERS, Kind, Question, Rule

NOW: Final = "facts.now"
"""Stands for the present moment in place of a question's code."""

_ANY: Final = frozenset(Kind)


@dataclass(frozen=True)
class _Shape:
    least: int
    most: int
    kinds: frozenset[Kind]
    keys: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()


_SHAPES: Final[Mapping[str, _Shape]] = {
    "not_after": _Shape(2, 2, MOMENTS, frozenset({"slack", "when"})),
    "differs_at_most": _Shape(
        2, 2, NUMBERS, frozenset({"amount", "when"}), frozenset({"amount"})
    ),
    "age_matches": _Shape(
        2, 2, NUMBERS | MOMENTS, frozenset({"amount", "when"}), frozenset({"amount"})
    ),
    "greater_than": _Shape(2, 2, NUMBERS, frozenset({"when"})),
    "sum_at_most": _Shape(
        2, 30, NUMBERS, frozenset({"amount", "when"}), frozenset({"amount"})
    ),
    "sum_is": _Shape(3, 30, NUMBERS, frozenset({"when"})),
    "range": _Shape(1, 1, NUMBERS, frozenset({"min", "max", "when"})),
    "needs": _Shape(1, 30, _ANY, frozenset({"when"}), frozenset({"when"})),
    "never": _Shape(0, 30, _ANY, frozenset({"when"}), frozenset({"when"})),
    "distinct": _Shape(2, 30, frozenset({Kind.TEXT, Kind.PERSON}), frozenset({"when"})),
}
_COMMON: Final = frozenset({"code", "kind", "severity", "questions", "source"})


def rule_of(
    table: Mapping[str, Any],
    when: Condition,
    texts: Mapping[str, str],
    questions: Mapping[str, Question],
) -> tuple[Rule, list[str]]:
    """The rule and what is wrong with it."""
    codes = tuple(table.get("questions", ()))
    rule = Rule(
        code=table["code"],
        kind=table["kind"],
        severity=table["severity"],
        questions=codes,
        amount=_decimal(table.get("amount")),
        slack=table.get("slack", 0),
        least=_decimal(table.get("min")),
        most=_decimal(table.get("max")),
        when=when,
        parent=_common_parent(codes, questions),
        texts=texts,
    )
    return rule, list(_faults(table, codes, questions))


def _faults(
    table: Mapping[str, Any],
    codes: tuple[str, ...],
    questions: Mapping[str, Question],
) -> Iterator[str]:
    shape = _SHAPES[table["kind"]]
    for key in sorted(table.keys() - _COMMON - shape.keys):
        yield f"'{key}' does not go with the kind '{table['kind']}'."
    for key in sorted(shape.needs - table.keys()):
        yield f"the kind '{table['kind']}' needs '{key}'."
    if not shape.least <= len(codes) <= shape.most:
        yield f"it names {len(codes)} questions, which is not possible for its kind."
    for code in codes:
        yield from _code_faults(code, table["kind"], shape, questions)
    if table["kind"] == "age_matches" and not _is_age(codes, questions):
        yield "it names first a date and then a number of years."


def _is_age(codes: tuple[str, ...], questions: Mapping[str, Question]) -> bool:
    kinds = [questions[code].kind for code in codes if code in questions]
    return [kind in MOMENTS for kind in kinds] == [True, False]


def _code_faults(
    code: str, kind: str, shape: _Shape, questions: Mapping[str, Question]
) -> Iterator[str]:
    if code == NOW and kind == "not_after":
        return
    if code not in questions:
        yield f"there is no question '{code}'."
    elif questions[code].kind not in shape.kinds:
        yield f"the kind of '{code}' does not fit the kind '{kind}'."


def _common_parent(codes: tuple[str, ...], questions: Mapping[str, Question]) -> str:
    parents = {questions[code].parent for code in codes if code in questions}
    rows = parents - {""}
    return rows.pop() if len(rows) == 1 else ""


def _decimal(value: int | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(value)
