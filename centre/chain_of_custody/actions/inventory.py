"""Inventory: a place is scanned, and what was seen is held against the record.

What should lie there and was not seen, and what was seen where the record does not say,
each raises a discrepancy that somebody else answers. Nothing is moved by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from centre.chain_of_custody.actions.many import Due, lock, write_all
from centre.chain_of_custody.models import (
    Inventory,
    InventoryEnd,
    InventoryScan,
    Location,
)
from centre.chain_of_custody.queries import inventory as queries
from centre.chain_of_custody.queries.history import Package, standings
from centre.chain_of_custody.rules import inventory as rules
from centre.chain_of_custody.rules.codes import read_scan
from centre.chain_of_custody.rules.discrepancies import Question
from centre.chain_of_custody.rules.fold import Standing
from centre.chain_of_custody.rules.inventory import Finding, Scan, Told
from centre.chain_of_custody.rules.moves import Move
from centre.core import access, clock, journal, references
from centre.core.errors import RuleError
from centre.core.models import Case, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind

_MOVES = {
    Finding.SEEN: Move.INVENTORY_SEEN,
    Finding.ELSEWHERE: Move.INVENTORY_SEEN,
    Finding.NOT_SEEN: Move.INVENTORY_NOT_SEEN,
    Finding.ENDED: Move.NOTE_ADDED,
}


@transaction.atomic
def begin_inventory(*, place: Location, by: User) -> Inventory:
    """Begin to scan a place and everything inside it."""
    at = clock.now()
    access.require(by, Permission.INVENTORY_TAKE, place.centre)
    row = Inventory.objects.create(
        centre=place.centre, place=place, begun_at=at, begun_by=by
    )
    journal.record(
        Kind.INVENTORY_BEGUN, by=by, on=place.centre, at=at, row=row, stream=row.pk
    )
    return row


@transaction.atomic
def keep_scans(*, inventory: Inventory, lines: Sequence[str], by: User) -> int:
    """Keep scanned codes; a scanned place holds for the lines after it. Say how many.

    A code that is no whole code is told with its line, and nothing is kept: scan it
    once more rather than lose it.
    """
    at = clock.now()
    access.require(by, Permission.INVENTORY_TAKE, inventory.centre)
    Inventory.objects.select_for_update().get(pk=inventory.pk)
    rules.check_open(is_closed=is_closed(inventory))
    rules.check_lines(lines)
    codes = [_code(number, line) for number, line in enumerate(lines, start=1)]
    places = {
        place.code: place
        for place in Location.objects.filter(centre=inventory.centre, code__in=codes)
    }
    here = inventory.place
    scans: dict[str, InventoryScan] = {}
    for code in codes:
        if code in places:
            here = places[code]
            continue
        scans[code] = InventoryScan(
            inventory=inventory, code=code, place=here, at=at, by=by
        )
    InventoryScan.objects.bulk_create(
        scans.values(),
        update_conflicts=True,
        unique_fields=["inventory", "code"],
        update_fields=["place", "at", "by"],
    )
    journal.looked(
        Kind.READ, by=by, on=inventory.centre, at=at, what="Scans of a shelf"
    )
    return len(scans)


@transaction.atomic
def close_inventory(*, inventory: Inventory, by: User) -> InventoryEnd:
    """Hold what was scanned against the record, and write down each difference."""
    at = clock.now()
    centre = inventory.centre
    access.require(by, Permission.INVENTORY_TAKE, centre)
    Inventory.objects.select_for_update().get(pk=inventory.pk)
    rules.check_open(is_closed=is_closed(inventory))
    places = queries.tree(centre)
    scans = {s.code: Scan(s.place_id, s.at) for s in inventory.scans.all()}
    rows = queries.due_at(inventory.place, places)
    listed = rows.select_related("item", "kit", "case")
    wanted: dict[str, tuple[Package, Case]] = {
        row.thing.code: (row.thing, row.case) for row in listed
    }
    others = queries.packages_of(scans.keys() - wanted.keys(), centre)
    wanted |= {code: (thing, _case(thing)) for code, thing in others.items()}
    lock(case for _, case in wanted.values())
    stand = standings(thing for thing, _ in wanted.values())
    told = {
        code: rules.found(stand[thing.pk], scans.get(code), above=places.above)
        for code, (thing, _) in wanted.items()
        if code in scans or rules.is_due(stand[thing.pk], inventory.begun_at)
    }
    due = [
        _due(*wanted[code], stand[wanted[code][0].pk], one, scans.get(code), inventory)
        for code, one in told.items()
    ]
    write_all(due, centre=centre, by=by, at=at)
    return _close(inventory, told.values(), len(scans.keys() - wanted.keys()), by, at)


def is_closed(inventory: Inventory) -> bool:
    """Whether its differences were written down."""
    return InventoryEnd.objects.filter(inventory=inventory).exists()


def _close(
    inventory: Inventory, told: Iterable[Told], unknown: int, by: User, at: datetime
) -> InventoryEnd:
    findings = [one.finding for one in told]
    end = InventoryEnd.objects.create(
        inventory=inventory,
        closed_at=at,
        closed_by=by,
        seen=findings.count(Finding.SEEN),
        not_seen=findings.count(Finding.NOT_SEEN),
        elsewhere=findings.count(Finding.ELSEWHERE) + findings.count(Finding.ENDED),
        unknown=unknown,
    )
    journal.record(
        Kind.INVENTORY_CLOSED,
        by=by,
        on=inventory.centre,
        at=at,
        row=end,
        stream=inventory.pk,
    )
    return end


def _due(
    package: Package,
    case: Case,
    standing: Standing,
    told: Told,
    scan: Scan | None,
    inventory: Inventory,
) -> Due:
    """The event of one finding: only a note where no inventory event is legal."""
    move = _MOVES[told.finding]
    if not told.is_held:
        move = Move.NOTE_ADDED
    seen_at: UUID | None = scan.place if scan else None
    details = {"inventory": str(inventory.pk)}
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
    if not references.is_valid(code):
        raise RuleError(
            f"Line {number} is not a whole code. Scan that label once more; nothing "
            "was kept yet."
        )
    return code


def _case(package: Package) -> Case:
    case = package.case
    if case is None:
        raise RuleError("A kit in stock belongs to no inventory of evidence.")
    return case
