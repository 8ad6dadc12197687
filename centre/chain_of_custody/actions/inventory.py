"""Inventory: a place is scanned, and what was seen is held against the record.

What should lie there and was not seen, and what was seen where the record does not say,
each raises a discrepancy that somebody else answers. Nothing is moved by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from centre.chain_of_custody.actions import sightings
from centre.chain_of_custody.actions.sightings import Session
from centre.chain_of_custody.models import (
    Inventory,
    InventoryEnd,
    InventoryScan,
    Location,
)
from centre.chain_of_custody.queries import inventory as queries
from centre.chain_of_custody.queries.history import Package
from centre.chain_of_custody.rules import inventory as rules
from centre.chain_of_custody.rules.inventory import Finding, Scan, Told
from centre.core import access, clock, journal
from centre.core.models import Case, User
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind


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
    scans = {
        code: InventoryScan(inventory=inventory, code=code, place=place, at=at, by=by)
        for code, place in sightings.read(lines, inventory.centre, inventory.place)
    }
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
    wanted |= {code: (one, sightings.case_of(one)) for code, one in others.items()}
    told = sightings.hold(
        wanted,
        scans,
        Session("inventory", inventory.pk, inventory.begun_at),
        centre=centre,
        by=by,
        at=at,
    )
    return _close(inventory, told, len(scans.keys() - wanted.keys()), by, at)


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
