"""What answers say against each other: the rules of a pack, applied.

A rule compares only what has a value. Of uncertain times it refuses only what cannot be
true, never what might be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from centre.packs.conditions import Scene, number, rows_of
from centre.packs.model import FALLBACK_LANGUAGE, Pack, Question, Rule
from centre.packs.partial import PartialTime
from centre.packs.rule_reader import NOW

_DAYS_A_YEAR: Final = Decimal("365.2425")
_WIDEST_OFFSET: Final = timedelta(hours=14)


@dataclass(frozen=True)
class Fault:
    """A broken rule: a hard one stops completing, a warning is shown."""

    rule: str
    severity: str
    questions: tuple[str, ...]
    message: str
    row: int | None = None

    @property
    def is_hard(self) -> bool:
        """Whether the form cannot be completed with it."""
        return self.severity == "hard"


@dataclass(frozen=True)
class _Case:
    """A rule with what it looks at: the asked answers, in one row or in none."""

    rule: Rule
    pack: Pack
    scene: Scene

    def answer(self, code: str) -> Mapping[str, Any]:
        question = self.pack.by_code[code]
        held = self.scene.answers
        if question.parent and self.scene.row is not None:
            held = self.scene.row
        is_asked = question.when.holds(self.scene)
        return (held.get(code) or {}) if is_asked else {}

    def value(self, code: str) -> Any:
        return self.answer(code).get("v")

    def numbers(self) -> list[Decimal | None]:
        return [number(self.value(code)) for code in self.rule.questions]


def faults(
    pack: Pack,
    answers: Mapping[str, Any],
    facts: Mapping[str, Any] | None = None,
    *,
    language: str = FALLBACK_LANGUAGE,
) -> list[Fault]:
    """Every rule of the pack that these answers break, in the pack's order."""
    scene = Scene(answers, facts or {})
    return [
        Fault(rule.code, rule.severity, rule.questions, rule.says(language), row)
        for rule in pack.rules
        for row, case in _cases(rule, pack, scene)
        if _breaks(case)
    ]


def _cases(rule: Rule, pack: Pack, scene: Scene) -> Iterator[tuple[int | None, _Case]]:
    if not rule.parent:
        yield None, _Case(rule, pack, scene)
        return
    for row in rows_of(scene.answers.get(rule.parent)):
        yield row["n"], _Case(rule, pack, scene.within(row, rule.parent))


def _breaks(case: _Case) -> bool:
    return case.rule.when.holds(case.scene) and _BROKEN[case.rule.kind](case)


def _not_after(case: _Case) -> bool:
    first, second = (_bounds(case, code) for code in case.rule.questions)
    if first[0] is None or second[1] is None:
        return False
    return first[0] > second[1] + timedelta(minutes=case.rule.slack)


def _bounds(case: _Case, code: str) -> tuple[datetime | None, datetime | None]:
    if code == NOW:
        now = _now(case)
        return now, now
    value = case.value(code)
    if isinstance(value, Mapping):
        told = PartialTime.from_json(value)
        return told.start, told.end
    if isinstance(value, str):
        return _days(value)
    return None, None


def _now(case: _Case) -> datetime | None:
    now = case.scene.facts.get("now")
    return datetime.fromisoformat(now) if isinstance(now, str) else now


def _days(value: str) -> tuple[datetime, datetime]:
    """A date in any zone of the earth: as wide as it can be."""
    first, last = _first_day(value), _last_day(value)
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)
    end = datetime(last.year, last.month, last.day, tzinfo=UTC)
    return start - _WIDEST_OFFSET, end + timedelta(days=1) + _WIDEST_OFFSET


def _first_day(value: str) -> date:
    return date.fromisoformat(f"{value}-01-01"[:10])


def _last_day(value: str) -> date:
    year, month, day = (int(part) for part in [*value.split("-"), "0", "0"][:3])
    if day:
        return date(year, month, day)
    month = month or 12
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _differs_at_most(case: _Case) -> bool:
    first, second = case.numbers()
    amount = case.rule.amount or Decimal(0)
    return first is not None and second is not None and abs(first - second) > amount


def _age_matches(case: _Case) -> bool:
    birth, years = case.rule.questions
    told, now = number(case.value(years)), _now(case)
    born = _bounds(case, birth)
    if told is None or now is None or born[0] is None or born[1] is None:
        return False
    oldest, youngest = _years(now - born[0]), _years(now - born[1])
    amount = case.rule.amount or Decimal(0)
    return not youngest - amount - 1 < told < oldest + amount + 1


def _years(passed: timedelta) -> Decimal:
    return Decimal(passed.days) / _DAYS_A_YEAR


def _greater_than(case: _Case) -> bool:
    first, second = case.numbers()
    return first is not None and second is not None and first <= second


def _sum_at_most(case: _Case) -> bool:
    known = [n for n in case.numbers() if n is not None]
    return sum(known) > (case.rule.amount or Decimal(0))


def _sum_is(case: _Case) -> bool:
    *parts, total = case.numbers()
    known = [n for n in parts if n is not None]
    return total is not None and len(known) == len(parts) and sum(known) != total


def _range(case: _Case) -> bool:
    (held,) = case.numbers()
    if held is None:
        return False
    least, most = case.rule.least, case.rule.most
    return (least is not None and held < least) or (most is not None and held > most)


def _needs(case: _Case) -> bool:
    answers = [
        case.answer(code)
        for code in case.rule.questions
        if case.pack.by_code[code].when.holds(case.scene)
    ]
    return any(not ("v" in answer or "r" in answer) for answer in answers)


def _never(case: _Case) -> bool:
    del case
    return True


def _distinct(case: _Case) -> bool:
    names = sorted(
        name
        for code in case.rule.questions
        for name in _names(case, case.pack.by_code[code])
    )
    return any(one == other for one, other in pairwise(names))


def _names(case: _Case, question: Question) -> Iterator[str]:
    if question.parent and case.scene.row is None:
        rows = rows_of(case.scene.answers.get(question.parent))
        held = [(row.get(question.code) or {}).get("v") for row in rows]
    else:
        held = [case.value(question.code)]
    for value in held:
        name = value.get("name") if isinstance(value, Mapping) else value
        if name:
            yield " ".join(str(name).casefold().split())


_BROKEN: Final[Mapping[str, Callable[[_Case], bool]]] = {
    "not_after": _not_after,
    "differs_at_most": _differs_at_most,
    "age_matches": _age_matches,
    "greater_than": _greater_than,
    "sum_at_most": _sum_at_most,
    "sum_is": _sum_is,
    "range": _range,
    "needs": _needs,
    "never": _never,
    "distinct": _distinct,
}
