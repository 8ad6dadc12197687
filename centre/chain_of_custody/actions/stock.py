"""Kits nobody has opened: withdrawn for a reason, and ordered in time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from centre.chain_of_custody.actions.docket import Told, take
from centre.chain_of_custody.models import CustodyEvent, Kit, StockRule
from centre.chain_of_custody.queries.history import standing
from centre.chain_of_custody.rules import checks, stock
from centre.chain_of_custody.rules.checks import EntryMode
from centre.chain_of_custody.rules.moves import Move
from centre.core import access, clock, journal
from centre.core.models import Centre, User, acting_role
from centre.core.permissions import Permission
from centre.ledger.kinds import Kind


@transaction.atomic
def withdraw_kit(*, kit: Kit, reason: str, by: User, note: str = "") -> CustodyEvent:
    """Withdraw a kit that nobody has opened; its row and its code stay for ever."""
    at = clock.now()
    access.require(by, Permission.KIT_STOCK, kit.centre)
    held = Kit.objects.select_related("centre").select_for_update(of=("self",))
    found = held.get(pk=kit.pk)
    today = clock.local(at, found.centre.timezone).date()
    stock.check_withdrawal(reason, note, found.expires_on, today)
    if found.case is None:
        return _of_stock(found, reason, by=by, at=at)
    docket = take(found, by=by, at=at, told=Told(note=note))
    return docket.write(Move.KIT_VOIDED, reason_code=reason)


@transaction.atomic
def set_threshold(*, centre: Centre, kind: str, threshold: int, by: User) -> StockRule:
    """Say at how many kits of a kind new ones are ordered."""
    at = clock.now()
    access.require(by, Permission.KIT_STOCK, centre)
    stock.check_threshold(kind, threshold)
    rule = StockRule.objects.create(
        centre=centre, kind=kind.strip(), threshold=threshold, set_at=at, set_by=by
    )
    journal.record(
        Kind.STOCK_RULE_SET, by=by, on=centre, at=at, row=rule, stream=rule.pk
    )
    return rule


def _of_stock(kit: Kit, reason: str, *, by: User, at: datetime) -> CustodyEvent:
    """A kit in stock belongs to no case: its event holds codes alone."""
    checks.check_move(Move.KIT_VOIDED, standing(kit))
    zone = kit.centre.timezone
    offset = at.astimezone(ZoneInfo(zone)).utcoffset()
    event = CustodyEvent(
        centre=kit.centre,
        kit=kit,
        seq=1,
        number=1,
        move=Move.KIT_VOIDED,
        occurred_at=at,
        zone=zone,
        utc_offset=int(offset.total_seconds() // 60) if offset else 0,
        recorded_at=at,
        entry_mode=EntryMode.LIVE,
        actor=by,
        actor_role=acting_role(by, kit.centre),
        reason_code=reason,
    )
    event.save()
    journal.record(
        Kind.KIT_VOIDED, by=by, on=kit.centre, at=at, row=event, stream=kit.pk
    )
    return event
