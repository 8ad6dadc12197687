"""What was seen in the store, of a place or in a spot check, against the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from centre.chain_of_custody.actions.many import Due, lock, write_all
from centre.chain_of_custody.models import Location
from centre.chain_of_custody.queries import inventory as queries
from centre.chain_of_custody.queries.history import Package, standings
from centre.chain_of_custody.rules import inventory as rules
from centre.chain_of_custody.rules.codes import is_whole, read_scan
from centre.chain_of_custody.rules.discrepancies import Question
from centre.chain_of_custody.rules.fold import Standing
from centre.chain_of_custody.rules.inventory import Finding, Scan, Told
from centre.chain_of_custody.rules.moves import Move
from centre.core.errors import RuleError
from centre.core.models import Case, Centre, User

_MOVES = {
    Finding.SEEN: Move.INVENTORY_SEEN,
    Finding.ELSEWHERE: Move.INVENTORY_SEEN,
    Finding.NOT_SEEN: Move.INVENTORY_NOT_SEEN,
    Finding.ENDED: Move.NOTE_ADDED,
}

Wanted = Mapping[str, tuple[Package, Case]]


@dataclass(frozen=True)
class Session:
    """What the things were looked for in: its kind, its key, and since when."""

    kind: str
    key: UUID
    since: datetime


def read(
    lines: Sequence[str], centre: Centre, here: Location | None
) -> list[tuple[str, Location]]:
    """Each scanned code with its place; a scanned place holds for what follows.

    A code that is no whole code is told with its line, and nothing is kept: scan it
    once more rather than lose it.
    """
    codes = [_code(number, line) for number, line in enumerate(lines, start=1)]
    places = {
        place.code: place
        for place in Location.objects.filter(centre=centre, code__in=codes)
    }
    found = []
    for number, code in enumerate(codes, start=1):
        if code in places:
            here = places[code]
        elif here is None:
            raise RuleError(
                f"Before line {number} no place was scanned. Scan the label of the "
                "shelf or box first, then what lies there; nothing was kept yet."
            )
        else:
            found.append((code, here))
    return found


def hold(
    wanted: Wanted,
    scans: Mapping[str, Scan],
    session: Session,
    *,
    centre: Centre,
    by: User,
    at: datetime,
) -> list[Told]:
    """Write an event for each thing that was scanned, or should have been.

    What was moved since the session began need not have been seen.
    """
    above = queries.tree(centre).above
    lock(case for _, case in wanted.values())
    stand = standings(thing for thing, _ in wanted.values())
    told = {
        code: rules.found(stand[thing.pk], scans.get(code), above=above)
        for code, (thing, _) in wanted.items()
        if code in scans or rules.is_due(stand[thing.pk], session.since)
    }
    due = [
        _due(*wanted[code], stand[wanted[code][0].pk], one, scans.get(code), session)
        for code, one in told.items()
    ]
    write_all(due, centre=centre, by=by, at=at)
    return list(told.values())


def case_of(package: Package) -> Case:
    """The case a thing belongs to; a kit in stock belongs to none."""
    case = package.case
    if case is None:
        raise RuleError("A kit in stock belongs to no inventory of evidence.")
    return case


def _due(
    package: Package,
    case: Case,
    standing: Standing,
    told: Told,
    scan: Scan | None,
    session: Session,
) -> Due:
    """The event of one finding: only a note where no inventory event is legal."""
    move = _MOVES[told.finding]
    if not told.is_held:
        move = Move.NOTE_ADDED
    seen_at: UUID | None = scan.place if scan else None
    details = {session.kind: str(session.key)}
    if scan is not None:
        details["scanned_at"] = scan.at.isoformat()
    if move is Move.NOTE_ADDED:
        details["note"] = f"Inventory: {told.finding.words.lower()}."
    return Due(
        package=package,
        case=case,
        move=move,
        columns={
            "place_id": seen_at,
            "place_from_id": standing.place,
            "reason_code": "" if told.finding is Finding.SEEN else told.finding.value,
        },
        details=details,
        question=Question.NOT_WHERE_RECORDED if told.is_question else "",
        words=f"{told.finding.words} at an inventory.",
    )


def _code(number: int, line: str) -> str:
    code = read_scan(line)
    if not is_whole(code):
        raise RuleError(
            f"Line {number} is not a whole code. Scan that label once more; nothing "
            "was kept yet."
        )
    return code
