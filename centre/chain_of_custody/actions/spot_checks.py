"""Spot checks: chosen by nobody, looked for on foot, held against the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from centre.chain_of_custody.actions import sightings
from centre.chain_of_custody.actions.papers import head_of
from centre.chain_of_custody.actions.sightings import Session
from centre.chain_of_custody.models import SpotCheck, SpotCheckEnd, Whereabouts
from centre.chain_of_custody.queries import inventory as queries
from centre.chain_of_custody.rules import spot_checks as rules
from centre.chain_of_custody.rules.inventory import Finding, Scan, check_lines
from centre.core import access, clock, journal, references
from centre.core.actions.upkeep import newest_head
from centre.core.models import Centre, User
from centre.core.paper import LedgerHead
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind


@dataclass(frozen=True)
class Checklist:
    """A spot check as the paper that is carried along the shelves."""

    spot_check: SpotCheck
    things: tuple[Whereabouts, ...]
    number: str
    made_at: datetime
    by: str
    head: LedgerHead


@transaction.atomic
def draw_spot_check(*, centre: Centre, count: int, by: User) -> SpotCheck:
    """Draw so many things of the store by the log's newest head.

    Where a signer runs apart, the head is as old as its last signature.
    """
    at = clock.now()
    access.require(by, Permission.INVENTORY_TAKE, centre)
    pairs = queries.loose_in_store(centre).values_list("item__code", "kit__code")
    codes = {item or kit for item, kit in pairs}
    rules.check_count(count, of=len(codes))
    head = newest_head(log=journal.origin(centre), at=at)
    root = bytes(head.root)
    row = SpotCheck.objects.create(
        centre=centre,
        number=references.new(),
        drawn_at=at,
        drawn_by=by,
        size=head.size,
        root=root.hex(),
        drawn_from=len(codes),
        drawn=" ".join(rules.draw(root, codes, count)),
    )
    journal.record(
        Kind.SPOT_CHECK_DRAWN, by=by, on=centre, at=at, row=row, stream=row.pk
    )
    return row


@transaction.atomic
def end_spot_check(
    *, spot_check: SpotCheck, lines: Sequence[str], by: User
) -> SpotCheckEnd:
    """Write down what was seen where; what was drawn and is not told was not seen."""
    at = clock.now()
    centre = spot_check.centre
    access.require(by, Permission.INVENTORY_TAKE, centre)
    SpotCheck.objects.select_for_update().get(pk=spot_check.pk)
    ended = SpotCheckEnd.objects.filter(spot_check=spot_check)
    rules.check_open(is_ended=ended.exists())
    check_lines(lines)
    seen = sightings.read(lines, centre, here=None)
    rules.check_drawn([code for code, _ in seen], spot_check.codes)
    told = sightings.hold(
        {row.thing.code: (row.thing, row.case) for row in queries.drawn(spot_check)},
        {code: Scan(place.pk, at) for code, place in seen},
        Session("spot_check", spot_check.pk, spot_check.drawn_at),
        centre=centre,
        by=by,
        at=at,
    )
    findings = [one.finding for one in told]
    end = SpotCheckEnd.objects.create(
        spot_check=spot_check,
        closed_at=at,
        closed_by=by,
        seen=findings.count(Finding.SEEN),
        not_seen=findings.count(Finding.NOT_SEEN),
        elsewhere=findings.count(Finding.ELSEWHERE) + findings.count(Finding.ENDED),
        moved=len(spot_check.codes) - len(findings),
    )
    journal.record(
        Kind.SPOT_CHECK_ENDED, by=by, on=centre, at=at, row=end, stream=spot_check.pk
    )
    return end


@transaction.atomic
def print_checklist(*, spot_check: SpotCheck, by: User) -> Checklist:
    """The list to carry along the shelves; that it was printed is written down."""
    at = clock.now()
    centre = spot_check.centre
    access.require(by, Permission.INVENTORY_TAKE, centre)
    number = references.new()
    facts = {"document": "spot_check", "of": spot_check.number, "number": number}
    journal.record(Kind.DOCUMENT_ISSUED, by=by, on=centre, at=at, facts=facts)
    journal.looked(Kind.PRINTED, by=by, on=centre, at=at, what=str(spot_check))
    return Checklist(
        spot_check=spot_check,
        things=tuple(queries.drawn(spot_check)),
        number=number,
        made_at=at,
        by=by.name,
        head=head_of(centre, at),
    )
