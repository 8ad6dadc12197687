"""The seal log of a centre: rolls, seals with where they went, and the gaps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from centre.chain_of_custody.models import CustodyEvent, Seal
from centre.chain_of_custody.models.rolls import SealRoll, SpoiltSeal
from centre.chain_of_custody.rules.moves import Move
from centre.chain_of_custody.rules.seal_log import Run, gaps, left, parted
from centre.core.errors import RuleError
from centre.core.models import Centre


@dataclass(frozen=True)
class RollState:
    """One roll: how many were used and spoilt, what is missing, what is left."""

    roll: SealRoll
    used: int
    spoilt: int
    gaps: tuple[str, ...]
    missing: int
    left: int


@dataclass(frozen=True)
class SealLine:
    """One seal: on what, when, by which role, how often looked at, and its end."""

    number: str
    kind: str
    on: str
    applied_at: datetime | None
    applied_by: str
    checks: int
    broken_at: datetime | None


def rolls(centre: Centre) -> list[RollState]:
    """Every roll of a centre with its gaps."""
    used = _numbers(Seal.objects.filter(centre=centre).values_list("number", flat=True))
    found = []
    for roll in SealRoll.objects.filter(centre=centre).prefetch_related("spoilt"):
        spoilt = _numbers(s.number for s in roll.spoilt.all())
        mine = [n for prefix, n, digits in used if _is_of(roll, prefix, digits)]
        lost = [n for prefix, n, digits in spoilt if _is_of(roll, prefix, digits)]
        inside = [n for n in mine if roll.first <= n <= roll.last]
        runs = gaps(roll.first, roll.last, [*mine, *lost])
        found.append(
            RollState(
                roll=roll,
                used=len(inside),
                spoilt=len(lost),
                gaps=tuple(_words(roll, run) for run in runs),
                missing=sum(run.last - run.first + 1 for run in runs),
                left=left(roll.first, roll.last, [*mine, *lost]),
            )
        )
    return found


def seals(centre: Centre) -> QuerySet[Seal]:
    """Every seal that was put on something, the newest first."""
    applied = CustodyEvent.objects.select_related("item", "kit", "actor")
    rows = Seal.objects.filter(centre=centre).order_by("-registered_at", "number")
    return rows.prefetch_related(Prefetch("applied", queryset=applied))


def lines(found: Iterable[Seal]) -> list[SealLine]:
    """What the log says of these seals, in one more query."""
    wanted = list(found)
    numbers = [seal.number for seal in wanted]
    after = CustodyEvent.objects.filter(
        seal_before__in=numbers, move__in=[Move.SEAL_CHECKED, Move.SEAL_BROKEN]
    )
    checks: dict[str, int] = {}
    broken: dict[str, datetime] = {}
    for number, move, at in after.values_list("seal_before", "move", "occurred_at"):
        checks[number] = checks.get(number, 0) + (move == Move.SEAL_CHECKED)
        if move == Move.SEAL_BROKEN:
            broken[number] = at
    return [_line(seal, checks, broken) for seal in wanted]


def spoilt(centre: Centre) -> list[SpoiltSeal]:
    """Seals that were spoilt before they were used."""
    rows = SpoiltSeal.objects.filter(roll__centre=centre)
    return list(rows.order_by("-noted_at")[:200])


def _line(seal: Seal, checks: dict[str, int], broken: dict[str, datetime]) -> SealLine:
    event: CustodyEvent | None = getattr(seal, "applied", None)
    is_earlier = event is not None and event.move == Move.TAKEN_OVER
    return SealLine(
        number=seal.number,
        kind=seal.kind,
        on=str(event.thing) if event else "",
        applied_at=event.occurred_at if event and not is_earlier else None,
        applied_by=_applied_by(event, is_earlier=is_earlier),
        checks=checks.get(seal.number, 0),
        broken_at=broken.get(seal.number),
    )


def _applied_by(event: CustodyEvent | None, *, is_earlier: bool) -> str:
    if is_earlier:
        return "Somebody before this record began"
    return event.actor.name if event else ""


def _numbers(found: Iterable[str]) -> list[tuple[str, int, int]]:
    """The numbers that end in digits, parted; others are of no roll."""
    kept = []
    for number in found:
        try:
            kept.append(parted(number))
        except RuleError:
            continue
    return kept


def _is_of(roll: SealRoll, prefix: str, digits: int) -> bool:
    return (roll.prefix, roll.digits) == (prefix, digits)


def _words(roll: SealRoll, run: Run) -> str:
    first = roll.number(run.first)
    return first if run.first == run.last else f"{first} to {roll.number(run.last)}"
