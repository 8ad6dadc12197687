"""Injuries and their marks: from the body map, from the page of one injury, taken out.

Each change is a new revision under the same number, so that nothing that once stood on
the map is lost. Two people see both versions; nothing is overwritten silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction

from centre.core import access, clock, consent, journal
from centre.core.errors import RuleError
from centre.core.models import User
from centre.core.permissions import Permission
from centre.forensics.actions.examinations import lock_open
from centre.forensics.body_map import marks as body_map
from centre.forensics.body_map import views
from centre.forensics.body_map.views import View
from centre.forensics.models import Examination, Injury
from centre.forensics.queries import injuries as queries
from centre.forensics.queries.injuries import Numbers
from centre.forensics.rules import injuries as rules
from centre.forensics.rules.consents import consent_of_view
from centre.ledger.kinds import Kind

CHANGED = (
    "Somebody else changed the injuries while you were working. Compare both versions, "
    "then keep the one that is right."
)


class ChangedError(RuleError):
    """The injuries changed since this person's page was made."""

    def __init__(self) -> None:
        super().__init__(CHANGED)


@dataclass(frozen=True)
class Placed:
    """One mark as it was set on a view."""

    number: int
    kind: str
    x: float
    y: float
    is_confirmed: bool = False


class Described(TypedDict, total=False):
    """What is told of an injury; all of it is encrypted."""

    kind: str
    length_mm: int | None
    width_mm: int | None
    sized: str
    shape: str
    colours: Sequence[str]
    depth: str
    pattern: str
    cause: str
    cause_by: str
    note: str


@transaction.atomic
def keep_marks(
    *,
    examination: Examination,
    view_id: str,
    placed: Sequence[Placed],
    revision: int,
    by: User,
) -> list[Injury]:
    """Keep the marks of one view as they are listed; say which injuries changed."""
    at = clock.now()
    access.require(by, Permission.EXAMINATION_EDIT, examination.case)
    lock_open(examination)
    view = _view(view_id)
    before = queries.numbers(examination)
    _check_placed(view, placed, before)
    changed = _changes(view, placed, before)
    if not changed:
        return []
    if before.revision != revision:
        raise ChangedError
    code = consent_of_view(view.id, view.group)
    decision = consent.require(examination.case, code, at=at)
    return [
        _keep(
            examination,
            number,
            _with_consent(details, str(decision.pk)),
            before.standing.get(number),
            by=by,
            at=at,
            is_removed=not details.get("marks") and rules.is_bare(details),
        )
        for number, details in changed.items()
    ]


@transaction.atomic
def keep_injury(
    *,
    examination: Examination,
    number: int,
    revision: int,
    by: User,
    **described: Unpack[Described],
) -> Injury:
    """Describe an injury in words and numbers; its marks stay as they are."""
    at = clock.now()
    access.require(by, Permission.EXAMINATION_EDIT, examination.case)
    lock_open(examination)
    standing = _standing(examination, number)
    details = {**standing.details, **_tidy(described)}
    rules.check_described(details)
    if details == standing.details:
        return standing
    if standing.revision != revision:
        raise ChangedError
    code = _consent_of(details)
    decision = consent.require(examination.case, code, at=at)
    details = _with_consent(details, str(decision.pk))
    return _keep(examination, number, details, standing, by=by, at=at)


@transaction.atomic
def remove_injury(
    *, examination: Examination, number: int, revision: int, by: User
) -> Injury:
    """Take out an injury that was noted by mistake; its number is not used again."""
    at = clock.now()
    access.require(by, Permission.EXAMINATION_EDIT, examination.case)
    lock_open(examination)
    standing = _standing(examination, number)
    if standing.revision != revision:
        raise ChangedError
    return _keep(
        examination, number, standing.details, standing, by=by, at=at, is_removed=True
    )


def _view(view_id: str) -> View:
    try:
        return views.load(view_id)
    except KeyError:
        raise RuleError("There is no such view of the body.") from None


def _standing(examination: Examination, number: int) -> Injury:
    found = queries.numbers(examination).standing.get(number)
    if found is None:
        raise RuleError("This injury was taken out. Go back to the body map.")
    return found


def _check_placed(view: View, placed: Iterable[Placed], before: Numbers) -> None:
    kinds: dict[int, list[str]] = {}
    for one in placed:
        rules.check_number(one.number, before.used, before.standing)
        rules.check_described({"kind": one.kind})
        kinds.setdefault(one.number, []).append(one.kind)
        mark = body_map.point(one.number, one.kind, view, one.x, one.y)
        body_map.check(mark, is_confirmed=one.is_confirmed)
    rules.check_one_class(kinds)


def _changes(
    view: View, placed: Iterable[Placed], before: Numbers
) -> dict[int, dict[str, Any]]:
    """The new details of every injury that differs from what stands."""
    wanted: dict[int, dict[str, Any]] = {
        number: _without(view, injury.details)
        for number, injury in before.standing.items()
    }
    for one in placed:
        details = wanted.setdefault(one.number, {"marks": []})
        details["kind"] = one.kind
        mark = body_map.point(one.number, one.kind, view, one.x, one.y)
        kept = queries.kept_mark(mark, is_confirmed=one.is_confirmed)
        details["marks"] = [*details["marks"], kept]
    return {
        number: details
        for number, details in wanted.items()
        if not _is_same(details, before.standing.get(number))
    }


def _without(view: View, details: Mapping[str, Any]) -> dict[str, Any]:
    others = [
        mark
        for mark in details.get("marks", [])
        if (mark["view"], mark["version"]) != (view.id, view.version)
    ]
    return {**details, "marks": others}


def _is_same(details: Mapping[str, Any], standing: Injury | None) -> bool:
    if standing is None:
        return False
    kept = standing.details
    return details["kind"] == kept["kind"] and sorted(
        details["marks"], key=str
    ) == sorted(kept.get("marks", []), key=str)


def _tidy(described: Mapping[str, Any]) -> dict[str, Any]:
    lists = {name: list(v) for name, v in described.items() if isinstance(v, tuple)}
    return {**described, **lists}


def _consent_of(details: Mapping[str, Any]) -> str:
    """The consent of the most private view its marks stand on."""
    on = [views.load(m["view"], m["version"]) for m in details.get("marks", [])]
    return max((consent_of_view(v.id, v.group) for v in on), default="C02")


def _with_consent(details: Mapping[str, Any], decision: str) -> dict[str, Any]:
    relied = sorted({*details.get("consents", []), decision})
    return {**details, "consents": relied}


def _keep(
    examination: Examination,
    number: int,
    details: Mapping[str, Any],
    standing: Injury | None,
    *,
    by: User,
    at: datetime,
    is_removed: bool = False,
) -> Injury:
    row = Injury.objects.create(
        examination=examination,
        case=examination.case,
        number=number,
        revision=standing.revision + 1 if standing else 1,
        is_removed=is_removed,
        kept_at=at,
        kept_by=by,
        details=dict(details),
    )
    journal.record(Kind.INJURY_NOTED, by=by, on=examination.case, at=at, row=row)
    return row
